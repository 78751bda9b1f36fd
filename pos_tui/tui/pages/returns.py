"""Goods that come back: the sale's lines and what was paid for them, or goods without a receipt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from pos_tui.checkout.returns import GOODS_FATES, GoodsFate, ReturnableLine, ReturnLine, return_of
from pos_tui.money import format_amount
from pos_tui.reasons import ReasonError, because
from pos_tui.settings import TillSettings
from pos_tui.till.money.returns import PaidSale, Returns, ToReturn
from pos_tui.till.quantity import quantity_in_units
from pos_tui.tui.pages.returns_text import chosen_cells, returnable_cells, ways_in_words
from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.entry_page import EntryPage
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.permission import WithPermission
from pos_tui.tui.parts.question import AnswerKey
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say

if TYPE_CHECKING:
    from pos_tui.till import Product


class ReturnsScreen(EntryPage[None]):
    """Asks for a receipt, then how much of each line comes back and what becomes of it.

    What comes back is on the sale in front at once; the money goes back once F2 is pressed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)"),
        Binding("down", "move(1)"),
        Binding("pageup", "move(-10)"),
        Binding("pagedown", "move(10)"),
        Binding("f2,ctrl+s,alt+s", "give"),
        Binding("f4,alt+c", "fate"),
        Binding("delete,alt+d", "remove", id="remove"),
        Binding("f12,alt+v", "void_sale", id="void"),
    ]

    def __init__(
        self,
        palette: Palette,
        settings: TillSettings,
        returns: Returns,
        number: int,
        with_permission: WithPermission,
        give_money: Callable[[], None],
    ) -> None:
        """`number` is the sale to begin with, 0: it is asked for; `give_money` goes on with what
        is due once the page has closed.
        """
        super().__init__(palette, say("returns_page.title"), say("returns_page.keys"))
        self._returns = returns
        self._currency = settings.currency
        self._with_permission = with_permission
        self._give_money = give_money
        self._begin_with = number
        self._paid: PaidSale | None = None
        self._chosen: dict[int, ToReturn] = {}
        self._goods: Product | None = None
        self._typed_code = self._price = ""
        self._voids = False
        self._last = 0
        self._lines: RowList[ReturnableLine] = RowList(
            palette,
            (
                Column(say("returns_page.item"), share=4),
                Column(say("returns_page.bought"), right=True),
                Column(say("returns_page.back"), right=True),
                Column(say("returns_page.paid"), right=True),
                Column(say("returns_page.comes_back"), right=True),
                Column(say("returns_page.amount"), right=True),
                Column(say("returns_page.fate"), needs=70),
            ),
        )
        self._back: RowList[ReturnLine] = RowList(
            palette,
            (
                Column(say("returns_page.item"), share=4),
                Column(say("returns_page.comes_back"), right=True),
                Column(say("returns_page.sale"), right=True),
                Column(say("returns_page.amount"), right=True),
                Column(say("returns_page.fate"), needs=60),
            ),
            empty=say("returns_page.empty"),
        )
        self._lines.can_focus_children = self._back.can_focus_children = False

    def body(self) -> Iterable[Widget]:
        """The sale's lines, or what comes back so far; and the line that asks."""
        yield self._lines
        yield self._back
        yield self.entry_line
        yield self.hint

    def on_mount(self) -> None:
        """Show the sale, or ask for one."""
        super().on_mount()
        self._lines.display = False
        self.do(self._begin)

    # ---- what is asked -----------------------------------------------------------------------

    def show_question(self) -> None:
        """Ask what is missing, else how much of the chosen line comes back."""
        money = self._money_in_words()
        if self._voids:
            self.ask_on_line(lambda _: say("returns_page.ask_void"), say("returns_page.why_hint"))
        elif self._goods is not None and not self._price:
            price = format_amount(self._goods.price, self._currency)
            self.ask_on_line(
                lambda name: say("returns_page.ask_price", name=name),
                say("returns_page.price_hint"),
                self._goods.name,
                price,
            )
        elif self._goods is not None:
            self.ask_on_line(
                lambda name: say("returns_page.ask_reason", name=name),
                say("returns_page.why_hint"),
                self._goods.name,
            )
        elif self._paid is None:
            hint = money or say("returns_page.sale_hint")
            usual = f"{self._last:06d}" if self._last and not self._returns.lines else None
            self.ask_on_line(lambda _: say("returns_page.ask_sale"), hint, usual=usual)
        elif (line := self._lines.chosen) is not None:
            self.ask_on_line(
                lambda name: say("returns_page.ask_quantity", name=name, unit=_unit(line)),
                money or say("returns_page.quantity_hint"),
                line.item.name,
                quantity_in_units(self._left(line)),
            )

    def _money_in_words(self) -> str:
        due = self._returns.due
        if not self._returns.lines:
            return ""
        if due >= 0:
            return say("returns_page.to_pay", amount=format_amount(due, self._currency))
        ways = ways_in_words(self._returns.ways(), self._currency)
        return say("returns_page.goes_back", ways=ways)

    def _left(self, line: ReturnableLine) -> int:
        chosen = self._chosen.get(line.sold.line)
        return line.left if chosen is None else chosen.quantity

    async def answer(self, text: str) -> None:
        """An answer to what is asked."""
        self.say("")
        if self._voids:
            self._ask_for_void(text)
        elif self._goods is not None and not self._price:
            self._price = text or format_amount(self._goods.price, self._currency)
        elif self._goods is not None:
            self._ask_for_goods(self._goods, text)
        elif self._paid is None:
            await self._typed_first(text)
        else:
            await self._typed_quantity(text)

    async def scanned(self, text: str) -> None:
        """A receipt's code opens its sale; other codes are of empties, or of goods without one."""
        self.say("")
        if self._voids or self._goods is not None:
            self.refuse_scan(say("returns_page.first_this"))
            return
        number = self._returns.sale_of_code(text)
        if number:
            await self._open(number)
        else:
            await self._without_receipt(text)

    # ---- a sale ------------------------------------------------------------------------------

    async def _begin(self) -> None:
        self._last = self._returns.last_paid()
        if self._begin_with:
            await self._open(self._begin_with)
        else:
            self._show_back()

    async def _typed_first(self, text: str) -> None:
        """The number of a sale, a receipt's code, or that of goods."""
        if not text:
            if self._last and not self._returns.lines:
                await self._open(self._last)
            return
        number = self._returns.sale_of_code(text)
        if not number and text.isascii() and text.isdigit() and len(text) <= 9:  # no bar code
            number = int(text)
        if number:
            try:
                await self._open(number)
            except ReasonError:
                if not self._returns.names_goods(text):
                    raise
                await self._without_receipt(text)
        else:
            await self._without_receipt(text)

    async def _open(self, number: int) -> None:
        paid = await asyncio.to_thread(self._returns.paid_sale, number)
        self._paid = paid
        self._chosen = {}
        for each in self._returns.lines:
            if each.sale_no == number and not each.is_money:
                self._chosen[each.line] = ToReturn(each.line, each.quantity, each.fate)
        self._show_lines(next((n for n, each in enumerate(paid.lines) if each.left), 0))
        if paid.is_all_back:
            self.say(because("returns.sale_all_back", number=number), "warning")
        self.query_one("#page").border_title = say("returns_page.title_of", number=number)

    async def _typed_quantity(self, text: str) -> None:
        line = self._lines.chosen
        if line is None or self._paid is None:
            return
        thousandths = self._left(line) if not text else _thousandths(text)
        if thousandths is None:
            raise ReasonError("item.no_quantity", text=text)
        if thousandths:
            return_of(self._paid.number, line, thousandths, 1)
        before = self._chosen.get(line.sold.line)
        fate: GoodsFate = "to_shelf" if before is None else before.fate
        self._accept(ToReturn(line.sold.line, thousandths, fate))
        self._lines.move(1)

    def _accept(self, *changed: ToReturn) -> None:
        assert self._paid is not None
        chosen = {**self._chosen, **{each.line: each for each in changed}}
        self._returns.accept(self._paid.number, chosen.values())
        self._chosen = chosen
        self._show_lines(None)

    # ---- without a receipt, empties ----------------------------------------------------------

    async def _without_receipt(self, text: str) -> None:
        product, is_empty = self._returns.goods(text)
        if is_empty:
            self._accept_empty(text)
            return
        if not product.deposit_id:
            self._begin_goods(product, text)
            return

        def then(answer: str) -> None:
            async def go_on() -> None:
                if answer == "e":
                    self._accept_empty(text)
                elif answer == "g":
                    self._begin_goods(product, text)

            self.do(go_on)

        self.ask(
            lambda name: say("returns_page.empty_or_goods", name=name),
            product.name,
            (
                AnswerKey("e", say("returns_page.the_empty")),
                AnswerKey("g", say("returns_page.the_goods")),
            ),
            then,
        )

    def _accept_empty(self, text: str) -> None:
        line = self._returns.empties(text)
        self._show_back()
        self.say(
            say(
                "returns_page.empty_accepted",
                name=line.name,
                quantity=quantity_in_units(line.quantity),
                amount=format_amount(line.amount, self._currency),
            ),
            "good",
        )

    def _begin_goods(self, product: Product, text: str) -> None:
        self._paid = None
        self._goods, self._typed_code, self._price = product, text, ""
        self._show_back()

    def _ask_for_goods(self, product: Product, reason: str) -> None:
        code, price = self._typed_code, self._price

        def act(name: str) -> None:
            async def accept() -> None:
                self._price = ""  # asked again where it is not accepted
                self._returns.without_receipt(code, price, reason, "to_check", name)
                self._goods = None
                self._show_back()

            self.do(accept)

        if not reason:
            raise ReasonError("returns.reason_needed")
        what = because("permission.goods_without_receipt", name=product.name, price=price)
        self._with_permission("return_without_receipt", what, act)

    # ---- a whole sale ------------------------------------------------------------------------

    def action_void_sale(self) -> None:
        """Undo the whole sale."""
        if self._paid is not None:
            self._voids = True
            self.show_question()

    def _ask_for_void(self, reason: str) -> None:
        paid = self._paid
        if not reason or paid is None:
            raise ReasonError("returns.reason_needed")

        def act(name: str) -> None:
            async def void() -> None:
                self._voids = False
                if self._returns.lines:
                    self._returns.remove_all()
                self._returns.void(paid.number, reason, name)
                self._leave_for_till()

            self.do(void)

        amount = format_amount(paid.total, self._currency)
        what = because("permission.void_sale", number=paid.number, amount=amount)
        self._with_permission("void_paid", what, act, paid.total)

    # ---- keys --------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Choose another row."""
        (self._back if self._paid is None else self._lines).move(by)
        self.show_question()

    def action_fate(self) -> None:
        """What becomes of the chosen goods: the shelf, to be checked, written off."""
        line = self._lines.chosen
        if self._paid is None or line is None:
            return

        async def change() -> None:
            before = self._chosen.get(line.sold.line) or ToReturn(line.sold.line, line.left)
            fate = GOODS_FATES[(GOODS_FATES.index(before.fate) + 1) % len(GOODS_FATES)]
            self._accept(before._replace(fate=fate))
            self.say(line.item.name + " · " + say(f"returns_page.fate_{fate}"))

        self.do(change)

    def action_remove(self) -> None:
        """The chosen goods do not come back."""

        async def remove() -> None:
            line, back = self._lines.chosen, self._back.chosen
            if self._paid is not None and line is not None:
                self._chosen.pop(line.sold.line, None)
                self._accept()
            elif back is not None:
                self._returns.remove(back.number)
                self._show_back()

        self.do(remove)

    def action_give(self) -> None:
        """Go on with the money."""

        async def give() -> None:
            if not self._returns.lines:
                raise ReasonError("returns_page.nothing_chosen")
            self._leave_for_till()
            self._give_money()

        self.do(give)

    def action_back(self) -> None:
        """From what is asked to the sale, from that to what comes back, then to the till."""
        self.do(self._go_back)

    async def _go_back(self) -> None:
        if self.entry_line.clear():
            return
        if self._voids:
            self._voids = False
        elif self._goods is not None:
            self._goods, self._price = None, ""
        elif self._paid is not None and self._returns.lines:
            self._paid = None
            self._show_back()
        else:
            self.dismiss(None)

    def _leave_for_till(self) -> None:
        """Close this page, and the menu below it."""
        pages = [each for each in self.app.screen_stack if isinstance(each, PageScreen)]
        for page in reversed(pages):
            page.dismiss(None)

    # ---- showing -----------------------------------------------------------------------------

    def _show_lines(self, choose: int | None) -> None:
        paid = self._paid
        assert paid is not None
        self._lines.display, self._back.display = True, False
        accepted = {each.line: each for each in self._returns.lines if each.sale_no == paid.number}
        self._lines.show(
            (
                Row(each, returnable_cells(each, accepted.get(each.sold.line), self._currency))
                for each in paid.lines
            ),
            choose,
        )

    def _show_back(self) -> None:
        self._lines.display, self._back.display = False, True
        self.query_one("#page").border_title = say("returns_page.title")
        self._back.show(
            (Row(each, chosen_cells(each, self._currency)) for each in self._returns.lines), None
        )


def _unit(line: ReturnableLine) -> str:
    return line.item.unit or say("goods_in.pieces")


def _thousandths(text: str) -> int | None:
    plain = text.replace(",", ".")
    if not plain.replace(".", "", 1).isdigit() or not plain.isascii():
        return None
    amount = Decimal(plain) * 1000
    return int(amount) if amount == amount.to_integral_value() else None
