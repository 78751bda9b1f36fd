"""The page on which a count is compared with the books, and approved: all of it, or some."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from pos_tui.reasons import because
from pos_tui.till import BooksError
from pos_tui.till.goods.count_words import (
    difference_notes,
    difference_text,
    missing_names,
    value_text,
)
from pos_tui.till.goods.counting import named_lot, quantity_text
from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.counting_shop import CountingShop
from pos_tui.tui.parts.fields import words_of_error
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.question import AnswerKey
from pos_tui.tui.parts.rows import TotalsTable
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    from pos_tui.till.goods.counts import CountDifference, NotCounted, StockTake


class ApprovalPage(PageScreen[str]):
    """Every item is chosen at first. Closes with what was posted, in words."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "choose", priority=True),
        Binding("f2,ctrl+s,alt+s", "approve"),
        Binding("f4,alt+c", "earlier", id="discount"),
        Binding("ctrl+n,insert", "count_as_none"),
    ]

    def __init__(self, shop: CountingShop, take: StockTake) -> None:
        title = say("counts_page.approval_title", number=take.number, name=take.name)
        super().__init__(shop.palette, title, say("counts_page.approval_keys"))
        self._shop = shop
        self._take = take
        self._rows: list[CountDifference] = []
        self._left_out: set[int] = set()
        self._earlier: set[int] = set()
        self._missing: list[NotCounted] = []
        self._posting = False
        columns = (
            Column(" "),
            Column(say("counts_page.item"), share=1),
            Column(say("counts_page.counted"), right=True),
            Column(say("counts_page.on_hand"), right=True, needs=56),
            Column(say("counts_page.difference"), right=True),
            Column(say("counts_page.value"), right=True, needs=44),
            Column(say("counts_page.meanwhile"), right=True, needs=70),
        )
        self._list: TotalsTable[CountDifference] = TotalsTable(
            shop.palette, columns, empty=say("counts_page.nothing_counted")
        )

    def body(self) -> Iterable[Widget]:
        """The differences, their value below."""
        yield self._list

    def on_mount(self) -> None:
        """Compare the count with the books, beside the screen."""
        self.say(say("counts_page.comparing"))
        self.load(self._load())

    def on_row_list_moved(self) -> None:
        """Say what there is to know of the chosen item."""
        row = self._list.chosen
        notes = [] if row is None else [in_words(each) for each in difference_notes(row)]
        if self._missing:
            names = missing_names(self._missing)
            notes.append(say("counts_page.missing", count=len(self._missing), names=names))
        self.say(" ".join(notes))

    def on_row_list_opened(self) -> None:
        """Enter chooses an item, or leaves it out, as Space does."""
        self.action_choose()

    def action_choose(self) -> None:
        """Approve the item with the others, or leave it for later."""
        if self._list.chosen is not None and not self.question.display:
            self._left_out ^= {self._list.chosen.counted.product_id}
            self._show()

    def action_earlier(self) -> None:
        """Say of the item that what was sold meanwhile was from a place counted before, or not."""
        row = self._list.chosen
        if row is None:
            return
        if row.then == row.then_first:
            self.say(say("counts_page.nothing_meanwhile"), "warning")
            return
        self._earlier ^= {row.counted.product_id}
        self.load(self._load())

    def action_count_as_none(self) -> None:
        """Count the goods of the category that nobody has counted as none."""
        if self._missing:
            self.run_worker(self._count_as_none(), exclusive=True)
        else:
            self.say(say("counts_page.nothing_missing"), "warning")

    async def _count_as_none(self) -> None:
        by = self._shop.who()
        try:
            await asyncio.to_thread(self._shop.counts.count_as_none, self._take.number, by)
        except BooksError as error:
            self.say(words_of_error(error), "error")
            return
        await self._load()

    def action_approve(self) -> None:
        """Post the differences of the chosen items, with a supervisor's PIN where there are any."""
        chosen = self._chosen()
        if self._posting:
            return
        if not chosen:
            self.say(say("counts_page.nothing_chosen"), "warning")
            return
        what = because("counts_page.post", count=len(chosen))
        question = in_words(what)
        value = abs(sum(row.cost or 0 for row in self._rows if row.counted.product_id in chosen))

        def act(name: str) -> None:
            self.run_worker(self._approve(chosen, name), group="posting")

        def then(answer: str) -> None:
            if answer == "y":
                self._shop.with_permission("goods", what, act, value)
            else:
                self.say(say("counts_page.not_posted"), "warning")

        self.ask(lambda _: question, "", (AnswerKey("y", say("counts_page.posts")),), then)

    def _chosen(self) -> frozenset[int]:
        products = {row.counted.product_id for row in self._rows}
        return frozenset(products - self._left_out)

    async def _approve(self, chosen: frozenset[int], by: str) -> None:
        seen = max(row.counted.last_entry for row in self._rows)
        number = self._take.number
        self._posting = True
        try:
            done = await asyncio.to_thread(
                self._shop.counts.approve, number, by, chosen, self._earlier, seen
            )
        except BooksError as error:
            await self._load()
            self.say(words_of_error(error), "error")
            return
        finally:
            self._posting = False
        kind = "counts_page.posted_some" if done.left else "counts_page.posted_all"
        sentence = say(kind, name=self._take.name, count=done.products, left=done.left)
        if done.left:
            self._left_out.clear()
            await self._load()
            self.say(sentence, "good")
        else:
            self.dismiss(sentence)

    async def _load(self) -> None:
        number, earlier = self._take.number, frozenset(self._earlier)
        try:
            self._rows = await asyncio.to_thread(self._shop.counts.differences, number, earlier)
            self._missing = await asyncio.to_thread(self._shop.counts.not_counted, number)
        except BooksError as error:
            self.say(words_of_error(error), "error")
            return
        self._show()

    def _show(self) -> None:
        currency = self._shop.settings.currency
        chosen = self._chosen()
        total = sum(row.cost or 0 for row in self._rows if row.counted.product_id in chosen)
        rows = [
            Row(row, self._cells(row), "line" if row.counted.product_id in chosen else "muted")
            for row in self._rows
        ]
        unknown = " + ?" if any(row.cost is None for row in self._rows) else ""
        value = f"{value_text(total, currency)}{unknown}"
        totals = ("", say("counts_page.total"), "", "", "", value, "")
        self._list.show_totals(rows, totals)
        self.on_row_list_moved()

    def _cells(self, row: CountDifference) -> tuple[str, ...]:
        counted, currency = row.counted, self._shop.settings.currency
        then = row.then_first if row.is_earlier else row.then
        moved = sum(each.quantity for each in row.between)
        mark = "○" if counted.product_id in self._left_out else "✓"
        return (
            mark,
            in_words(named_lot(row.name, counted.lot, counted.expires_on)),
            quantity_text(counted.quantity, row.unit),
            quantity_text(then, ""),
            difference_text(row.difference),
            value_text(row.cost, currency),
            ("←" if row.is_earlier else "") + (difference_text(moved) if row.between else ""),
        )
