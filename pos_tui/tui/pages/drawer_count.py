"""The drawer is counted: for a float, for a closing, for handing it over. What the books expect is
not shown before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal

from textual.widget import Widget

from pos_tui.money import format_amount
from pos_tui.reasons import ReasonError, because
from pos_tui.till.money.cash_count import CashSoFar
from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.entry_page import EntryPage
from pos_tui.tui.parts.page import Tone
from pos_tui.tui.parts.permission import WithPermission
from pos_tui.tui.parts.question import AnswerKey
from pos_tui.tui.parts.rows import TotalsTable
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say

if TYPE_CHECKING:
    from pos_tui.till.money.drawer import DrawerStatus, ShopDrawer

CountPurpose = Literal["open", "float", "close", "hand_over"]
_Step = Literal["count", "left", "next"]


class DrawerCountPage(EntryPage[tuple[str, Tone]]):
    """Closes with what was done; with None when it is left."""

    def __init__(
        self,
        palette: Palette,
        drawer: ShopDrawer,
        purpose: CountPurpose,
        status: DrawerStatus,
        who: Callable[[], str],
        with_permission: WithPermission,
    ) -> None:
        """`status` is how it stood with the drawer when the page was opened."""
        super().__init__(palette, say(f"drawer_page.{purpose}"), say("drawer_page.count_keys"))
        self._drawer = drawer
        self._purpose = purpose
        self._status = status
        self._who = who
        self._with_permission = with_permission
        self._counted = CashSoFar()
        self._has_counted = False
        self._counts = 0
        self._step: _Step = "count"
        columns = (
            Column(say("drawer_page.worth"), right=True, share=2),
            Column(say("drawer_page.pieces"), right=True, share=2),
            Column(say("drawer_page.amount"), right=True, share=3),
        )
        empty = say("drawer_page.count_empty")
        self._list: TotalsTable[int] = TotalsTable(palette, columns, empty=empty)
        self._list.can_focus_children = False

    @property
    def _is_float(self) -> bool:
        return self._purpose in {"open", "float"}

    def body(self) -> Iterable[Widget]:
        """What was counted, and the line that asks."""
        yield self._list
        yield self.entry_line
        yield self.hint

    def on_mount(self) -> None:
        """Ask at once."""
        super().on_mount()
        self._show_rows()
        self.show_question()

    # ---- what is asked -----------------------------------------------------------------------

    def show_question(self) -> None:
        """The next line of the count, what stays, or who comes next."""
        if self._step == "left":
            usual = self._money(self._usual_left())
            hint = say("drawer_page.left_hint", amount=usual)
            self.ask_on_line(lambda _: say("drawer_page.ask_left"), hint, usual=usual)
            return
        if self._step == "next":
            self.ask_on_line(lambda _: say("drawer_page.ask_next"), say("drawer_page.next_hint"))
            return
        hint, usual_float = say("drawer_page.count_hint"), None
        if self._is_float and not self._has_counted:
            usual_float = self._money(self._status.proposed)
            hint = f"{say('drawer_page.float_usual', amount=usual_float)} {hint}"
        self.ask_on_line(lambda _: say("drawer_page.ask_count"), hint, usual=usual_float)

    async def answer(self, text: str) -> None:
        """A line of the count, what stays, or a name. Raises ReasonError."""
        if self._step == "left":
            left = self._usual_left()
            if text:
                left = self._drawer.amount_left(text)
            self._ask_to_close(left)
        elif self._step == "next":
            name = " ".join(text.split())
            if not name:
                raise ReasonError("drawer_page.name_needed")
            self._ask_to_close(None, name)
        elif text:
            self._counted = self._drawer.counted_with(self._counted, text)
            self._has_counted = True
            self.say("")
            self._show_rows()
        else:
            await self._all_counted()

    async def scanned(self, text: str) -> None:
        """A code says nothing here."""
        self.refuse_scan(say("parts.scan_not_accepted"))

    # ---- the count is done -------------------------------------------------------------------

    async def _all_counted(self) -> None:
        if self._is_float:
            what = because("drawer_page.approve_open")
            self._with_permission("open_shift", what, lambda _: self.do(self._open))
        elif not self._has_counted:
            yes = (AnswerKey("y", say("drawer_page.yes")),)
            self.ask(lambda _: "", "", yes, self._without_count)
            self.say(say("drawer_page.uncounted"), "warning")
        else:
            self._counts += 1
            expected = await asyncio.to_thread(self._drawer.expected)
            if self._counts > 1 or expected == self._counted.total:
                self._go_on()
                return
            answers = (
                AnswerKey("c", say("drawer_page.again")),
                AnswerKey("k", say("drawer_page.keep")),
            )
            self.ask(lambda _: "", "", answers, self._after_difference)
            self.say(say("drawer_page.differs"), "warning")

    def _without_count(self, answer: str) -> None:
        self.say("")
        if answer == "y":
            self._go_on()

    def _after_difference(self, answer: str) -> None:
        self.say("")
        if answer == "k":
            self._go_on()
        elif answer == "c":
            self._counted, self._has_counted = CashSoFar(), False
            self._show_rows()
        else:
            self._counts -= 1  # no answer: the count goes on as it was
        self.show_question()

    def _go_on(self) -> None:
        if self._purpose == "hand_over":
            self._step = "next"
        elif self._has_counted:
            self._step = "left"
        else:
            self._ask_to_close(None)
        self.show_question()

    def _ask_to_close(self, left: int | None, to: str = "") -> None:
        shift, by = self._status.shift, self._who()
        number = 0 if shift is None else shift.number
        opened_by = "" if shift is None else shift.opened_by
        what = because("drawer_page.approve_close", number=number)
        if opened_by not in {"", by}:
            what = because("drawer_page.approve_close_other", number=number, name=opened_by)
        self._with_permission(
            "close_others_shift" if opened_by not in {"", by} else "close_shift",
            what,
            lambda name: self.do(lambda: self._close(left, to, name)),
        )

    # ---- acts --------------------------------------------------------------------------------

    async def _open(self) -> None:
        proposed = CashSoFar(loose=self._status.proposed)
        counted = self._counted if self._has_counted else proposed
        shift = await asyncio.to_thread(self._drawer.open, self._who(), counted)
        amount = self._money(counted.total)
        self.dismiss((say("drawer_page.opened", number=shift.number, amount=amount), "good"))

    async def _close(self, left: int | None, to: str, approved_by: str) -> None:
        from pos_tui.tui.pages.z_reports import z_page

        drawer, by = self._drawer, self._who()
        counted = self._counted if self._has_counted else None
        said: tuple[str, Tone] | None = None
        if to:
            z, shift, trouble = await asyncio.to_thread(
                drawer.hand_over, by, counted, to, approved_by
            )
            closed = z.report.shift
            done = say("drawer_page.handed_over", number=closed, name=to, next=shift.number)
            said = done, "good"
        else:
            z, trouble = await asyncio.to_thread(drawer.close, by, counted, left, approved_by)
        number = z.report.shift
        page = await asyncio.to_thread(z_page, self.palette, drawer, number, self._who, trouble)
        app = self.app
        self.dismiss(said)
        app.push_screen(page)

    # ---- inside ------------------------------------------------------------------------------

    def _usual_left(self) -> int:
        """The float that the shift began with, as far as there is that much."""
        return min(self._status.opening_float, self._counted.total)

    def _show_rows(self) -> None:
        rows = [
            Row(
                each.worth,
                (
                    self._money(each.worth),
                    str(each.pieces),
                    self._money(each.worth * each.pieces),
                ),
            )
            for each in self._counted.pieces
        ]
        if self._counted.loose:
            cells = (say("drawer_page.sums"), "", self._money(self._counted.loose))
            rows.append(Row(0, cells))
        total = self._money(self._counted.total)
        self._list.show_totals(rows, (say("drawer_page.total"), "", total))

    def _money(self, amount: int) -> str:
        return format_amount(amount, self._drawer.currency)
