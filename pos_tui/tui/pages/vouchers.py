"""F5, vouchers: sell one, look at one that is scanned, print a slip, write expired ones back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from pos_tui.money import AmountError, format_amount, parse_amount
from pos_tui.reasons import Reason, ReasonError, because
from pos_tui.till.money.vouchers import ShopVouchers, VoucherRow
from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.entry_page import EntryPage
from pos_tui.tui.parts.fields import words_of_error
from pos_tui.tui.parts.permission import WithPermission
from pos_tui.tui.parts.question import AnswerKey
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say

_STYLES = {"good": "line", "spent": "muted", "expired": "warning"}


class VouchersScreen(EntryPage[None]):
    """An amount that is typed sells a voucher: it stands on the list then, to be paid."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)"),
        Binding("down", "move(1)"),
        Binding("pageup", "move(-10)"),
        Binding("pagedown", "move(10)"),
        Binding("delete,alt+d", "write_back", id="remove"),
        Binding("f11,alt+r", "print_slip", id="receipt"),
    ]

    def __init__(
        self,
        palette: Palette,
        vouchers: ShopVouchers,
        sell: Callable[[str], None],
        why_not_change: Callable[[], Reason | None],
        with_permission: WithPermission,
    ) -> None:
        """`sell` puts a voucher over a typed amount on the list; `why_not_change`: why that may not
        change now.
        """
        super().__init__(palette, say("vouchers_page.title"), say("vouchers_page.keys"))
        self._vouchers = vouchers
        self._sell = sell
        self._why_not_change = why_not_change
        self._with_permission = with_permission
        columns = (
            Column(say("vouchers_page.number")),
            Column(say("vouchers_page.issued")),
            Column(say("vouchers_page.amount"), right=True, needs=50),
            Column(say("vouchers_page.left"), right=True),
            Column(say("vouchers_page.good_until"), share=2),
            Column(say("vouchers_page.from"), share=2, needs=70),
        )
        self._list: RowList[VoucherRow] = RowList(
            palette, columns, empty=say("vouchers_page.empty")
        )
        self._list.can_focus_children = False

    def body(self) -> Iterable[Widget]:
        """The vouchers, and the line that asks for an amount."""
        yield self._list
        yield self.entry_line
        yield self.hint

    def on_mount(self) -> None:
        """Show the vouchers."""
        super().on_mount()
        self.do(self._reload)

    def show_question(self) -> None:
        """Ask for an amount."""
        self.ask_on_line(lambda _: say("vouchers_page.ask"), say("vouchers_page.hint"))

    async def answer(self, text: str) -> None:
        """An amount sells; Enter alone shows what happened to the chosen one."""
        chosen = self._list.chosen
        if text:
            self._sell_over(text)
        elif chosen is not None:
            self.say(await asyncio.to_thread(self._vouchers.history, chosen.id))

    async def scanned(self, text: str) -> None:
        """A voucher is looked at."""
        found = await asyncio.to_thread(self._vouchers.row_of, text)
        ids = [row.item.id for row in self._list.rows]
        if found.id in ids:
            self._list.show(self._list.rows, ids.index(found.id))
        self.say(await asyncio.to_thread(self._vouchers.history, found.id))

    def _sell_over(self, text: str) -> None:
        try:
            amount = parse_amount(text, self._vouchers.currency)
        except AmountError as error:
            self.say(words_of_error(error), "warning")
            return
        if (why := self._why_not_change()) is not None:
            self.say(why, "warning")
            return

        def sell(_: str) -> None:
            self.leave_pages()
            self._sell(text)

        what = because("voucher.sells", amount=format_amount(amount, self._vouchers.currency))
        self._with_permission("sell_voucher", what, sell, amount)

    # ---- keys --------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Choose another row."""
        self._list.move(by)

    def action_print_slip(self) -> None:
        """Print the chosen voucher's slip again: whoever has it can spend it."""
        chosen = self._list.chosen
        if chosen is None:
            return

        def print_it(_: str) -> None:
            async def act() -> None:
                self.say(await asyncio.to_thread(self._vouchers.print_slip, chosen.id), "good")

            self.do(act)

        what = because("voucher.prints_again", number=chosen.shown)
        self._with_permission("refund_other_way", what, print_it, chosen.left)

    def action_write_back(self) -> None:
        """Ask whether what is left on the chosen voucher, which expired, becomes income."""
        chosen = self._list.chosen
        if chosen is None:
            return
        if chosen.state != "expired":
            self.say(because("voucher.not_expired"), "warning")
            return
        left = format_amount(chosen.left, self._vouchers.currency)

        def write_back(_: str) -> None:
            async def act() -> None:
                done = await asyncio.to_thread(self._vouchers.write_back, chosen.id)
                await self._reload()
                self.say(done, "good")

            self.do(act)

        def then(answer: str) -> None:
            if answer == "y":
                what = because("voucher.writes_back", number=chosen.shown, amount=left)
                self._with_permission("write_back_vouchers", what, write_back, chosen.left)

        self.ask(
            lambda shown: say("vouchers_page.write_back", number=shown, amount=left),
            chosen.shown,
            (AnswerKey("y", say("vouchers_page.writes_back")),),
            then,
        )

    def action_back(self) -> None:
        """Drop what is typed; else go back."""
        if not self.entry_line.clear():
            self.dismiss(None)

    # ---- showing -----------------------------------------------------------------------------

    async def _reload(self) -> None:
        try:
            rows = await asyncio.to_thread(self._vouchers.rows)
        except ReasonError as error:
            self.say(words_of_error(error), "error")
            return
        self._list.show(Row(each, self._cells(each), _STYLES[each.state]) for each in rows)

    def _cells(self, row: VoucherRow) -> tuple[str, ...]:
        currency = self._vouchers.currency
        until = say("vouchers_page.for_ever")
        if row.state == "spent":
            until = say("vouchers_page.spent")
        elif row.expires_on is not None:
            kind = "expired" if row.state == "expired" else "until"
            until = say(f"vouchers_page.{kind}", day=row.expires_on)
        return (
            row.shown,
            say("goods_in.day", day=row.issued_on),
            format_amount(row.amount, currency),
            format_amount(row.left, currency),
            until,
            say("vouchers_page.of_sale", number=row.sale_no) if row.sale_no else row.reason,
        )
