"""Money into or out of the drawer beside sales: how much, and what for, one line after another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal

from textual.widget import Widget
from textual.widgets import Static

from pos_tui.money import format_amount
from pos_tui.reasons import because
from pos_tui.tui.parts.entry_page import EntryPage
from pos_tui.tui.parts.page import Tone
from pos_tui.tui.parts.permission import WithPermission
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    from pos_tui.till.money.drawer import ShopDrawer

DrawerMove = Literal["pay_in", "pay_out", "drop", "no_sale"]


class DrawerMovePage(EntryPage[tuple[str, Tone]]):
    """Closes with what was done; with None when it is left."""

    def __init__(
        self,
        palette: Palette,
        drawer: ShopDrawer,
        kind: DrawerMove,
        who: Callable[[], str],
        with_permission: WithPermission,
    ) -> None:
        super().__init__(palette, say(f"drawer_page.{kind}"), say("drawer_page.move_keys"))
        self._drawer = drawer
        self._kind = kind
        self._who = who
        self._with_permission = with_permission
        self._amount = 0

    def body(self) -> Iterable[Widget]:
        """What it does, and the line that asks."""
        yield Static(say(f"drawer_page.{self._kind}_hint"), classes="part", markup=False)
        yield self.entry_line
        yield self.hint

    def on_mount(self) -> None:
        """Ask at once."""
        super().on_mount()
        self.show_question()

    def show_question(self) -> None:
        """How much, then what for."""
        if self._kind != "no_sale" and not self._amount:
            self.ask_on_line(
                lambda _: say("drawer_page.ask_amount"), say("drawer_page.amount_hint")
            )
            return
        listed = enumerate(self._drawer.reasons(self._kind), start=1)
        reasons = " · ".join(
            say("drawer_page.listed", number=number, reason=each) for number, each in listed
        )
        self.ask_on_line(
            lambda _: say("drawer_page.ask_reason"),
            say("drawer_page.reason_hint", reasons=reasons),
        )

    async def answer(self, text: str) -> None:
        """The amount, then the reason. Raises ReasonError."""
        if self._kind != "no_sale" and not self._amount:
            self._amount = self._drawer.read_amount(text)
            if self._kind == "drop":
                self._ask_permission("")
            return
        reason, _ = self._drawer.read_reason(self._kind, text)
        self._ask_permission(reason)

    async def scanned(self, text: str) -> None:
        """A code says nothing here."""
        self.refuse_scan(say("parts.scan_not_accepted"))

    def _ask_permission(self, reason: str) -> None:
        amount, kind = self._amount, self._kind
        money = format_amount(amount, self._drawer.currency)
        if kind == "drop":
            self._amount = 0  # asked again where nobody approves
        what = {
            "pay_in": because("drawer_page.approve_pay_in", amount=money, reason=reason),
            "pay_out": because("drawer_page.approve_pay_out", amount=money, reason=reason),
            "drop": because("drawer_page.approve_drop", amount=money),
            "no_sale": because("drawer_page.approve_no_sale", reason=reason),
        }[kind]
        self._with_permission(
            kind, what, lambda name: self.do(lambda: self._move(amount, reason, name)), amount
        )

    async def _move(self, amount: int, reason: str, approved_by: str) -> None:
        from pos_tui.till.money.drawer import done_with_key

        drawer, by = self._drawer, self._who()
        done = await asyncio.to_thread(drawer.move, self._kind, amount, reason, by, approved_by)
        said = in_words(done_with_key(done))
        if done.not_printed is not None:
            said = say("drawer_page.paper_failed", done=said, why=done.not_printed)
        is_well = done.not_printed is None and done.not_opened is None
        self.dismiss((said, "good" if is_well else "warning"))
