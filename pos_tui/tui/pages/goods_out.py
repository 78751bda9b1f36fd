"""Goods out: what was issued last, and one line that asks what goes, of which lot, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from pos_tui.issue_reasons import REASONS
from pos_tui.money import format_amount
from pos_tui.till.goods.goods_by_code import EntryError
from pos_tui.till.goods.issues import (
    IssuedGoods,
    IssueEntry,
    IssueResult,
    ShopIssues,
)
from pos_tui.till.quantity import quantity_in_units
from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.entry_page import EntryPage
from pos_tui.tui.parts.find_goods import GoodsPage
from pos_tui.tui.parts.question import AnswerKey
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say

if TYPE_CHECKING:
    from pos_tui.till import Product


class GoodsOutScreen(EntryPage[None]):
    """Goods go one product after the other; each is in the books before the next is asked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)"),
        Binding("down", "move(1)"),
        Binding("pageup", "move(-10)"),
        Binding("pagedown", "move(10)"),
        Binding("f3,alt+f", "find_goods", id="find"),
    ]

    def __init__(
        self, palette: Palette, issues: ShopIssues, find: Callable[[str], list[Product]]
    ) -> None:
        """`find` gives goods by words or code."""
        super().__init__(palette, say("goods_out.title"), say("goods_out.keys"))
        self._issues = issues
        self._currency = issues.currency
        self._find = find
        self._entry: IssueEntry | None = None
        columns = (
            Column(say("goods_out.when")),
            Column(say("goods_out.item"), share=4),
            Column(say("goods_out.quantity"), right=True),
            Column(say("goods_out.cost"), right=True, needs=50),
            Column(say("goods_out.why"), share=5),
            Column(say("goods_out.lot"), share=2, needs=90),
        )
        self._list: RowList[IssuedGoods] = RowList(palette, columns, empty=say("goods_out.empty"))
        self._list.can_focus_children = False

    def body(self) -> Iterable[Widget]:
        """What has gone, and the line that asks."""
        yield self._list
        yield self.entry_line
        yield self.hint

    def on_mount(self) -> None:
        """Show what has gone."""
        super().on_mount()
        self.do(self._reload)

    # ---- what is asked -----------------------------------------------------------------------

    def show_question(self) -> None:
        """Ask what is missing, else the next goods."""
        entry = self._entry
        if entry is None or entry.asks is None:
            self.ask_on_line(lambda _: say("goods_out.ask_goods"), say("goods_out.goods_hint"))
            return
        unit = entry.product.unit or say("goods_in.pieces")
        into = "" if entry.into is None else entry.into.name
        kind = f"goods_out.ask_{entry.reason if entry.asks == 'words' else entry.asks}"
        hint = say(f"goods_out.{entry.asks}_hint", on_hand=quantity_in_units(entry.on_hand))
        if entry.asks == "lot":
            hint = " · ".join(self._lots_of(entry))
        elif entry.asks == "reason":
            words = (say(f"goods_out.reason_{each}") for each in REASONS)
            hint = "  ".join(f"{n} {each}" for n, each in enumerate(words, 1))
        self.ask_on_line(
            lambda name: say(kind, name=name, unit=unit, into=into), hint, entry.product.name
        )

    def _lots_of(self, entry: IssueEntry) -> Iterator[str]:
        for number, each in enumerate(entry.lots, 1):
            day = each.expires_on
            yield say(
                "goods_out.lot_there",
                number=number,
                lot=each.lot,
                quantity=quantity_in_units(each.quantity),
                day=say("goods_in.no_date") if day is None else say("goods_in.day", day=day),
            )

    async def answer(self, text: str) -> None:
        """An answer; with nothing asked a code, or words."""
        entry = self._entry
        if entry is None:
            if text:
                await self._begin_typed(text)
            return
        self.say("")
        if entry.asks == "into":
            try:
                entry = self._issues.answered(entry, text)
            except EntryError:
                found = await asyncio.to_thread(self._find, text)
                if not found:
                    raise
                self._choose(text, found, self._repack_as)
                return
            await self._go_on(entry)
            return
        await self._go_on(self._issues.answered(entry, text))

    async def scanned(self, text: str) -> None:
        """A scan begins with other goods; where goods are asked for it is the answer."""
        entry = self._entry
        if entry is None:
            await self._go_on(self._issues.begin(text))
        elif entry.asks == "into":
            await self._go_on(self._issues.repacked_as(entry, text))
        else:
            self.refuse_scan(say("goods_in.first_this_line", name=entry.product.name))

    async def _begin_typed(self, text: str) -> None:
        self.say("")
        try:
            entry = self._issues.begin(text)
        except EntryError:
            found = await asyncio.to_thread(self._find, text)
            if not found:
                raise
            self._choose(text, found, self._begin_with)
        else:
            await self._go_on(entry)

    def _choose(self, words: str, found: list[Product], then: Callable[[Product], None]) -> None:
        def chosen(product: Product | None) -> None:
            if product is not None:
                then(product)

        if len(found) == 1:
            then(found[0])
            return
        label = say("goods_out.title")
        self.app.push_screen(
            GoodsPage(self.palette, label, words, self._find, self._currency), chosen
        )

    def _begin_with(self, product: Product) -> None:
        self.do(lambda: self._go_on(self._issues.begin_with(product)))

    def _repack_as(self, product: Product) -> None:
        async def repack() -> None:
            if self._entry is not None:
                await self._go_on(self._issues.repacked_as(self._entry, product.code))

        self.do(repack)

    async def _go_on(self, entry: IssueEntry) -> None:
        """Ask on, or take the goods out; more than there are only when that is confirmed."""
        self._entry = entry
        if entry.asks is not None:
            return
        if (entry.quantity or 0) <= entry.on_hand:
            await self._issue(entry)
            return

        def then(answer: str) -> None:
            if answer == "y":
                self.do(lambda: self._issue(entry))
            else:
                self.do(self._drop_entry)

        self.ask(
            lambda name: say(
                "goods_out.more_than_there",
                name=name,
                on_hand=quantity_in_units(entry.on_hand),
                quantity=quantity_in_units(entry.quantity or 0),
            ),
            entry.product.name,
            (AnswerKey("y", say("goods_out.goes_all_the_same")),),
            then,
        )

    async def _issue(self, entry: IssueEntry) -> None:
        self._entry = None
        done = await asyncio.to_thread(self._issues.issue, entry)
        await self._reload()
        self.say(self._sentence(entry, done), "good")

    def _sentence(self, entry: IssueEntry, done: IssueResult) -> str:
        cost = say("goods_out.cost_not_known")
        if done.cost is not None:
            cost = format_amount(done.cost, self._currency)
        name, quantity = entry.product.name, quantity_in_units(done.quantity)
        if entry.into is not None:
            return say(
                "goods_out.repacked",
                name=name,
                quantity=quantity,
                into=entry.into.name,
                into_quantity=quantity_in_units(entry.into_quantity or 0),
                cost=cost,
            )
        why = say(f"goods_out.reason_{entry.reason}")
        return say("goods_out.issued", name=name, quantity=quantity, why=why, cost=cost)

    # ---- keys --------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Choose another row."""
        self._list.move(by)

    def action_find_goods(self) -> None:
        """Find goods by words."""
        if self._entry is None:
            self._choose("", [], self._begin_with)
        elif self._entry.asks == "into":
            self._choose("", [], self._repack_as)

    def action_back(self) -> None:
        """Drop what is entered; else go back."""
        self.do(self._back)

    async def _back(self) -> None:
        if self.entry_line.clear():
            return
        if self._entry is None:
            self.dismiss(None)
        else:
            await self._drop_entry()

    async def _drop_entry(self) -> None:
        if self._entry is not None:
            self.say(say("goods_out.nothing_went", name=self._entry.product.name), "warning")
        self._entry = None

    # ---- showing -----------------------------------------------------------------------------

    async def _reload(self) -> None:
        rows = await asyncio.to_thread(self._issues.rows)
        self._list.show((Row(each, self._cells(each)) for each in rows), 0)

    def _cells(self, row: IssuedGoods) -> tuple[str, ...]:
        why = say("goods_out.reason_repacked")
        if row.kind != "repacked":
            known = row.reason in REASONS
            why = say(f"goods_out.reason_{row.reason}") if known else row.reason
        return (
            say("goods_in.day", day=row.at.date()),
            row.name,
            quantity_in_units(row.quantity),
            "–" if row.cost is None else format_amount(row.cost, self._currency),
            say("goods_out.why_in_words", why=why, words=row.document) if row.document else why,
            row.lot,
        )
