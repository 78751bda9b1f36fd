"""The page on which goods are counted by scanner: what was counted, never what the books say."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.widget import Widget

from pos_tui.till import BooksError
from pos_tui.tui.pages.count_approval import ApprovalPage
from pos_tui.tui.parts.count_line import CountLine
from pos_tui.tui.parts.counting_shop import CountingShop
from pos_tui.tui.parts.fields import words_of_error
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.question import AnswerKey
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    from pos_tui.till import Product
    from pos_tui.till.goods.counting import CountAnswer, CountChoice
    from pos_tui.till.goods.counts import StockTake

_ANSWER_STYLES = {"counted": "line", "noted": "muted", "asks": "warning", "refused": "warning"}
_ANSWER_MARKS = {"counted": "✓", "noted": " ", "asks": "?", "refused": "✗"}
_Kind = Literal["text", "scan", "choice", "undo", "approve", "back"]
_CHOICES: dict[str, CountChoice] = {"a": "add", "r": "replace", "k": "keep"}
_FIRST_SHOWN = 50


class CountingPage(PageScreen[str]):
    """Counts by scanner: what was counted stands there, never what the books say.

    Closes with what was approved, where the page of differences was opened from here.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2,ctrl+s,alt+s", "approve"),
        Binding("f3,alt+f", "find_goods", id="find"),
        Binding("ctrl+z", "take_back", id="undo"),
    ]

    def __init__(self, shop: CountingShop, take: StockTake, product: Product | None = None) -> None:
        """`product` is what is counted first, without a scan."""
        place = say("counts_page.in_place", place=take.place) if take.place else ""
        title = say("counts_page.counting_title", number=take.number, name=take.name, place=place)
        super().__init__(shop.palette, title, say("counts_page.counting_keys"))
        self._shop = shop
        self._take = take
        self._product = product
        self._counting = shop.counts.counting(take.number, take.begun_by)
        self._line = CountLine(shop.palette)
        self._queue: asyncio.Queue[tuple[_Kind, str]] = asyncio.Queue()

    def body(self) -> Iterable[Widget]:
        """The line, and what was entered."""
        yield self._line

    def on_mount(self) -> None:
        """Show what was counted before, and count on."""
        self._line.focus()
        self.say(say("counts_page.how"))
        self.run_worker(self._work(), group="counting")

    def on_count_line_entered(self, message: CountLine.Entered) -> None:
        """Count what was entered, after what came before it."""
        self._queue.put_nowait(("scan" if message.scanned else "text", message.text))

    def action_take_back(self) -> None:
        """Take the last entry back."""
        self._queue.put_nowait(("undo", ""))

    def action_find_goods(self) -> None:
        """Find goods by words."""
        from pos_tui.tui.parts.find_goods import GoodsPage

        words, self._line.text = self._line.text, ""
        shop = self._shop

        def put(product: Product | None) -> None:
            if product is not None:
                self._queue.put_nowait(("scan", product.code))

        label = say("counts_page.title")
        page = GoodsPage(shop.palette, label, words, shop.find, shop.settings.currency)
        self.app.push_screen(page, put)

    def action_back(self) -> None:
        """Go back, once what was entered is written down."""
        self._queue.put_nowait(("back", ""))

    def action_approve(self) -> None:
        """Compare the count with the books, once what was entered is written down."""
        text, self._line.text = self._line.text.strip(), ""
        if text:
            self._queue.put_nowait(("text", text))
        self._queue.put_nowait(("approve", ""))

    def _approve(self) -> None:
        def then(sentence: str | None) -> None:
            if sentence:
                self.dismiss(sentence)

        self.app.push_screen(ApprovalPage(self._shop, self._take), then)

    async def _work(self) -> None:
        try:
            await self._show_counted()
        except BooksError as error:
            self.say(words_of_error(error), "error")
        if self._product is not None:
            self._show(self._counting.ask_about(self._product))
        while True:
            kind, text = await self._queue.get()
            if kind == "back":
                self.dismiss(None)
                return
            if kind == "approve":
                self._approve()
                continue
            try:
                answer = await self._answered(kind, text)
            except BooksError as error:
                self.say(say("counts_page.not_written", why=words_of_error(error)), "error")
                self.app.bell()
            else:
                self._show(answer)

    async def _answered(self, kind: str, text: str) -> CountAnswer:
        counting = self._counting
        if kind == "undo":
            return await asyncio.to_thread(counting.take_back)
        if kind == "choice":
            return await asyncio.to_thread(counting.answer, _CHOICES[text])
        from pos_tui.till.goods.counting import CountAnswer

        wanted = counting.read(text, kind == "scan")
        if isinstance(wanted, CountAnswer):
            return wanted
        return await asyncio.to_thread(counting.write, wanted)

    async def _show_counted(self) -> None:
        from pos_tui.till.goods.counting import named_lot, quantity_text

        goods = await asyncio.to_thread(self._shop.counts.counted_goods, self._take.number)
        for (name, unit), lot in goods[-_FIRST_SHOWN:]:
            named = in_words(named_lot(name, lot.lot, lot.expires_on))
            self._line.show_entry(f"  {named}: {quantity_text(lot.quantity, unit)}", "muted")

    def _show(self, answer: CountAnswer) -> None:
        words = in_words(answer.why)
        self._line.show_entry(f"{_ANSWER_MARKS[answer.what]} {words}", _ANSWER_STYLES[answer.what])
        if answer.what == "refused":
            self.refuse_scan(words)
        elif answer.what == "asks":
            self._ask(words)
            self.app.bell()
        else:
            self.say(words, "good" if answer.what == "counted" else "info")

    def _ask(self, words: str) -> None:
        def then(answer: str) -> None:
            self._queue.put_nowait(("choice", answer or "k"))

        answers = tuple(
            AnswerKey(key, say(f"counts_page.{what}")) for key, what in _CHOICES.items()
        )
        self.ask(str, "", answers, then)
        self.say(words, "warning")
