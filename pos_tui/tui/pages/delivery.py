"""A delivery as it is entered: its paper, its lines, and one line that asks what is missing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from msgspec.structs import replace
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from pos_tui.codes import gtin_of
from pos_tui.money import format_amount
from pos_tui.till.goods.deliveries import (
    BookedDelivery,
    Delivery,
    DeliveryHead,
    DeliveryLine,
    PutLine,
    ShopDeliveries,
)
from pos_tui.till.goods.delivery_entry import LineEntry
from pos_tui.till.goods.goods_by_code import EntryError, code_alone
from pos_tui.till.quantity import quantity_in_units
from pos_tui.tui.pages.delivery_words import line_cells, paper_words, sum_words
from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.entry_page import EntryPage
from pos_tui.tui.parts.find_goods import GoodsPage
from pos_tui.tui.parts.question import AnswerKey
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    from textual.screen import Screen

    from pos_tui.till import Product

HeadQuestion = Literal["supplier", "document", "total"]
_HEAD: tuple[HeadQuestion, ...] = ("supplier", "document", "total")
_MOST_SUPPLIERS = 9
# The page of a product with this code, of this supplier; what is called once it is kept.
NewProduct = Callable[[str, str, Callable[[object], None]], "Screen[None]"]


class DeliveryPage(EntryPage[BookedDelivery]):
    """One delivery, on one screen. Closes with what its booking came to, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)"),
        Binding("down", "move(1)"),
        Binding("pageup", "move(-10)"),
        Binding("pagedown", "move(10)"),
        Binding("delete,alt+d", "remove", id="remove"),
        Binding("f2,ctrl+s,alt+s", "book"),
        Binding("f3,alt+f", "find_goods", id="find"),
        Binding("f4,alt+k", "change_head"),
    ]

    def __init__(
        self,
        palette: Palette,
        deliveries: ShopDeliveries,
        find: Callable[[str], list[Product]],
        new_product: NewProduct,
        number: int,
    ) -> None:
        """`number` is a delivery's, 0 begins a new one; `find` gives goods by words or code."""
        super().__init__(palette, say("goods_in.new_title"), say("goods_in.delivery_keys"))
        self._deliveries = deliveries
        self._currency = deliveries.currency
        self._find = find
        self._new_product = new_product
        self._number = number
        self._head = DeliveryHead()
        self._head_asks: tuple[HeadQuestion, ...] = () if number else _HEAD
        self._to_book = False
        self._delivery: Delivery | None = None
        self._entry: LineEntry | None = None
        self._suppliers: list[str] = []
        self._paper = Static(classes="foot title", markup=False)
        self._sum = Static(classes="foot", markup=False)
        columns = (
            Column(say("goods_in.item"), share=5),
            Column(say("goods_in.quantity"), right=True),
            Column(say("goods_in.cost"), right=True),
            Column(say("goods_in.lot"), share=2, needs=66),
            Column(say("goods_in.good_until")),
        )
        self._list: RowList[DeliveryLine] = RowList(palette, columns, empty=say("goods_in.empty"))
        self._list.can_focus_children = False

    def body(self) -> Iterable[Widget]:
        """Paper, lines, sum, and the line that asks."""
        yield self._paper
        yield self._list
        yield self._sum
        yield self.entry_line
        yield self.hint

    def on_mount(self) -> None:
        """Show the delivery as it is kept."""
        super().on_mount()
        self.do(self._begin)

    # ---- what is asked -----------------------------------------------------------------------

    def show_question(self) -> None:
        """Ask what is missing of the paper or of the line; else the next goods."""
        if self._is_booked:
            self.ask_on_line(lambda _: "", say("goods_in.booked_hint"))
        elif self._head_asks:
            self._ask_head(self._head_asks[0])
        elif self._entry is not None:
            self._ask_entry(self._entry)
        else:
            self.ask_on_line(lambda _: say("goods_in.ask_goods"), say("goods_in.goods_hint"))

    def _ask_head(self, question: HeadQuestion) -> None:
        hint = say(f"goods_in.{question}_hint")
        if question == "supplier" and self._suppliers:
            listed = tuple(f"{n} {name}" for n, name in enumerate(self._suppliers, 1))
            hint = say("goods_in.suppliers", names=listed)
        usual = {"supplier": self._head.supplier, "document": self._head.document}.get(question)
        if usual is None:
            total = self._head.total
            usual = "" if total is None else format_amount(total, self._currency)
        self.ask_on_line(lambda _: say(f"goods_in.ask_{question}"), hint, usual=usual)

    def _ask_entry(self, entry: LineEntry) -> None:
        asks = entry.asks or "again"
        unit = entry.product.unit or say("goods_in.pieces")
        quantity = "" if entry.quantity is None else quantity_in_units(entry.quantity)

        def sentence(name: str) -> str:
            return say(f"goods_in.ask_{asks}", name=name, unit=unit, quantity=quantity)

        hint = say(f"goods_in.{asks}_hint")
        if asks == "date" and entry.produced_on is not None:
            hint = say("goods_in.produced_hint", day=entry.produced_on)
        self.ask_on_line(sentence, hint, entry.product.name, self._deliveries.usual(entry))

    async def answer(self, text: str) -> None:
        """An answer; with nothing asked a code, words, or Enter on the chosen line."""
        if self._is_booked:
            return
        if self._head_asks:
            await self._answer_head(self._head_asks[0], text)
        elif self._entry is not None:
            await self._answer_entry(self._entry, text)
        elif text:
            await self._begin_typed(text)
        elif self._list.chosen is not None:
            self.say("")
            self._entry = self._deliveries.begin_again(self._list.chosen)

    async def scanned(self, text: str) -> None:
        """A scan begins a line. A line that waits only for proposed answers is kept first."""
        if self._is_booked:
            self.refuse_scan(say("goods_in.booked_stays"))
            return
        if self._head_asks:
            self.refuse_scan(say("goods_in.first_the_paper"))
            return
        if self._entry is not None and not await self._keep_as_proposed(self._entry):
            self.refuse_scan(say("goods_in.first_this_line", name=self._entry.product.name))
            return
        await self._begin_scanned(text)

    async def _begin_scanned(self, text: str) -> None:
        try:
            entry = self._deliveries.begin(text, self._number)
        except EntryError as error:
            if error.reason.kind != "delivery.not_in_books":
                raise
            self._add_product(text)
        else:
            await self._begin_entry(entry)

    def _add_product(self, text: str) -> None:
        """Open the page of a new product with this code; its line is begun once it is kept."""
        page = self._new_product(
            code_alone(text),
            self._head.supplier,
            lambda _: self.do(lambda: self.scanned(text)),
        )
        self.say("")
        self.app.bell()
        self.app.push_screen(page)

    async def _answer_head(self, question: HeadQuestion, text: str) -> None:
        head = self._head
        match question:
            case "supplier":
                place = int(text) if text.isascii() and text.isdigit() else 0
                if 1 <= place <= len(self._suppliers):
                    text = self._suppliers[place - 1]
                self._head = replace(head, supplier=_or_before(text, head.supplier))
            case "document":
                self._head = replace(head, document=_or_before(text, head.document))
            case "total" if text:
                self._head = replace(head, total=self._deliveries.read_total(text))
        self._head_asks = self._head_asks[1:]
        if self._head_asks:
            return
        await self._keep_head()
        if self._to_book and self._head.total is not None:
            await self._book()
        self._to_book = False

    async def _keep_head(self) -> None:
        try:
            if self._number:
                await asyncio.to_thread(self._deliveries.change, self._number, self._head)
            else:
                self._number = await asyncio.to_thread(self._deliveries.open, self._head)
        except Exception:
            self._head_asks = ("document", "total")  # the paper is not kept: ask again
            raise
        self.say("")
        await self._reload()

    # ---- lines -------------------------------------------------------------------------------

    async def _begin_typed(self, text: str) -> None:
        try:
            entry = self._deliveries.begin(text, self._number)
        except EntryError:
            found = await asyncio.to_thread(self._find, text)
            if found:
                self._choose(text, found)
            elif gtin_of(code_alone(text)) is not None:
                await self._begin_scanned(text)
            else:
                raise
        else:
            await self._begin_entry(entry)

    def _choose(self, words: str, found: list[Product]) -> None:
        def begin(product: Product | None) -> None:
            if product is not None:
                self.do(
                    lambda: self._begin_entry(self._deliveries.begin_with(product, self._number))
                )

        if len(found) == 1:
            begin(found[0])
            return
        label = say("goods_in.title")
        self.app.push_screen(
            GoodsPage(self.palette, label, words, self._find, self._currency), begin
        )

    async def _begin_entry(self, entry: LineEntry) -> None:
        self.say("")
        self._entry = entry
        if entry.asks is None:
            await self._keep(entry)

    async def _answer_entry(self, entry: LineEntry, text: str) -> None:
        if not text:
            usual = self._deliveries.usual(entry)
            if usual is None and entry.asks is not None:
                raise EntryError("goods_in.answer_needed")
            text = usual or ""
        self.say("")
        before = entry
        self._entry = entry = self._deliveries.answered(entry, text)
        if entry.expires_on is not None and not before.is_dated and before.asks == "lot":
            known = say("goods_in.lot_known", lot=entry.lot or "", day=entry.expires_on)
            self.say(known)
        if entry.asks is None:
            await self._keep(entry)

    async def _keep_as_proposed(self, entry: LineEntry) -> bool:
        """Keep a line of which all that is asked has a proposed answer; False where it has not."""
        while entry.asks is not None:
            usual = self._deliveries.usual(entry)
            if usual is None or self.entry_line.text:
                return False
            entry = self._deliveries.answered(entry, usual)
        await self._keep(entry)
        return True

    async def _keep(self, entry: LineEntry) -> None:
        """Keep a whole line; once it is said to be there it is on disk."""
        put = await asyncio.to_thread(self._deliveries.put, self._number, entry)
        self._entry = None
        await self._reload(put.line.number)
        self._say_kept(put)

    def _say_kept(self, put: PutLine) -> None:
        if put.doubts:
            self.say(" ".join(in_words(each) for each in put.doubts), "warning")
            self.app.bell()
            return
        line = put.line
        kept = say(
            "goods_in.kept",
            name=line.name,
            quantity=quantity_in_units(line.quantity),
            cost=format_amount(line.cost, self._currency),
        )
        self.say(kept, "good")

    # ---- keys --------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Choose another line."""
        self._list.move(by)

    def action_back(self) -> None:
        """Drop the line that is entered; else go back, and the draft stays as it is."""
        self.do(self._back)

    async def _back(self) -> None:
        if self.entry_line.clear():
            return
        if self._entry is not None:
            self.say(say("goods_in.line_dropped", name=self._entry.product.name), "warning")
            self._entry = None
        elif self._head_asks and self._number:
            self._head_asks, self._to_book = (), False
            self._show_head_again()
        else:
            self.dismiss(None)

    def action_remove(self) -> None:
        """Ask whether to take the chosen line off."""
        line = self._list.chosen
        if line is None or self._is_booked or self._is_asking:
            return

        def then(answer: str) -> None:
            if answer == "y":
                self.do(lambda: self._remove(line))

        self.ask(
            lambda name: say("goods_in.remove_line", name=name),
            line.name,
            (AnswerKey("y", say("goods_in.removes_line")),),
            then,
        )

    async def _remove(self, line: DeliveryLine) -> None:
        await asyncio.to_thread(self._deliveries.remove, self._number, line.number)
        await self._reload()
        self.say(say("goods_in.line_removed", name=line.name), "warning")

    def action_find_goods(self) -> None:
        """Find goods by words."""
        if not self._is_asking and not self._is_booked:
            self._choose("", [])

    def action_change_head(self) -> None:
        """Ask supplier, document and total again."""
        self.do(self._change_head)

    async def _change_head(self) -> None:
        if not self._is_booked and not self._is_asking:
            self._head_asks = _HEAD
            self._suppliers = self._deliveries.suppliers()[:_MOST_SUPPLIERS]

    def action_book(self) -> None:
        """Book the delivery, once its lines meet the paper's total or the difference is named."""
        self.do(self._book)

    async def _book(self) -> None:
        delivery = self._delivery
        if delivery is None or self._is_booked:
            return
        if self._entry is not None:
            raise EntryError("goods_in.first_this_line", name=self._entry.product.name)
        if self._head_asks:
            raise EntryError("goods_in.first_the_paper")
        if not delivery.lines:
            raise EntryError("goods_in.nothing_to_book")
        if delivery.total is None:
            self._head_asks, self._to_book = ("total",), True
            return
        difference = delivery.cost - delivery.total
        if difference:
            self._ask_difference(difference)
        else:
            await self._book_now(0)

    def _ask_difference(self, difference: int) -> None:
        def then(answer: str) -> None:
            if answer == "y":
                self.do(lambda: self._book_now(difference))
            else:
                self.say(say("goods_in.not_booked"), "warning")

        kind = "goods_in.more_than_paper" if difference > 0 else "goods_in.less_than_paper"
        amount = format_amount(abs(difference), self._currency)
        self.ask(
            lambda _: say(kind, difference=amount),
            "",
            (AnswerKey("y", say("goods_in.books_it")),),
            then,
        )

    async def _book_now(self, difference: int) -> None:
        booked = await asyncio.to_thread(self._deliveries.book, self._number, difference)
        self.dismiss(booked)

    # ---- showing -----------------------------------------------------------------------------

    @property
    def _is_booked(self) -> bool:
        return self._delivery is not None and self._delivery.booked_at is not None

    @property
    def _is_asking(self) -> bool:
        return bool(self._head_asks) or self._entry is not None

    async def _begin(self) -> None:
        if self._number:
            await self._reload()
        else:
            self._suppliers = self._deliveries.suppliers()[:_MOST_SUPPLIERS]

    async def _reload(self, choose: int = 0) -> None:
        """Show the delivery as the books have it; choose the line with this number."""
        delivery, lines = await asyncio.to_thread(self._deliveries.kept, self._number)
        self._delivery = delivery
        self._show_head_again()
        numbers = [line.number for line in lines]
        place = numbers.index(choose) if choose in numbers else None
        currency = self._currency
        self._list.show((Row(line, line_cells(line, currency)) for line in lines), place)
        words, tone = sum_words(delivery, currency)
        self._sum.set_classes(f"foot {tone}")
        self._sum.update(Content(words))

    def _show_head_again(self) -> None:
        delivery = self._delivery
        if delivery is None:
            return
        self._head = DeliveryHead(delivery.supplier, delivery.document, delivery.total)
        self.query_one("#page").border_title = Content(
            say("goods_in.delivery_title", number=delivery.number)
        )
        self._paper.update(Content(paper_words(delivery)))


def _or_before(text: str, before: str) -> str:
    """What is typed for a part of the paper; Enter alone keeps what it was, - takes it away."""
    return "" if text == "-" else text or before
