"""Goods in: the deliveries that are not booked yet, and those booked last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from pos_tui.money import format_amount
from pos_tui.reasons import ReasonError
from pos_tui.tui.pages.delivery import DeliveryPage, NewProduct
from pos_tui.tui.pages.delivery_words import in_one_sentence
from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.fields import words_of_error
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.question import AnswerKey
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say

if TYPE_CHECKING:
    from pos_tui.till import Product
    from pos_tui.till.goods.deliveries import BookedDelivery, Delivery, ShopDeliveries


class GoodsInScreen(PageScreen[None]):
    """Drafts first. Enter goes on with one, another key begins a new one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n,insert", "new"),
        Binding("delete,alt+d", "drop", id="remove"),
    ]

    def __init__(
        self,
        palette: Palette,
        deliveries: ShopDeliveries,
        find: Callable[[str], list[Product]],
        new_product: NewProduct,
    ) -> None:
        """`find` gives goods by words or code, `new_product` the page of a code that has none."""
        super().__init__(palette, say("goods_in.title"), say("goods_in.list_keys"))
        self._deliveries = deliveries
        self._find = find
        self._new_product = new_product
        columns = (
            Column(say("goods_in.number"), right=True),
            Column(say("goods_in.supplier"), share=3),
            Column(say("goods_in.document"), share=2),
            Column(say("goods_in.lines"), right=True),
            Column(say("goods_in.sum"), right=True),
            Column(say("goods_in.state")),
        )
        empty = say("goods_in.no_deliveries")
        self._list: RowList[Delivery] = RowList(palette, columns, empty=empty)

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield self._list

    def on_mount(self) -> None:
        """Show the deliveries as they are now."""
        self._reload()

    def on_row_list_opened(self) -> None:
        """Go on with a draft; look at a delivery that is booked."""
        assert self._list.chosen is not None
        self._open(self._list.chosen.number)

    def action_new(self) -> None:
        """Begin a delivery."""
        self._open(0)

    def action_drop(self) -> None:
        """Ask whether to drop the chosen draft."""
        chosen = self._list.chosen
        if chosen is None:
            return
        if chosen.booked_at is not None:
            self.say(say("goods_in.booked_stays"), "warning")
            return

        def then(answer: str) -> None:
            if answer == "y":
                self.run_worker(self._drop(chosen), exclusive=True)
            else:
                self.say(say("goods_in.not_dropped"), "warning")

        name = chosen.supplier or str(chosen.number)
        self.ask(
            lambda name: say("goods_in.drop", name=name, count=chosen.lines),
            name,
            (AnswerKey("y", say("goods_in.drops")),),
            then,
        )

    async def _drop(self, chosen: Delivery) -> None:
        try:
            await asyncio.to_thread(self._deliveries.drop, chosen.number)
        except ReasonError as error:
            self.say(words_of_error(error), "error")
            return
        if self._reload():
            self.say(say("goods_in.dropped", number=chosen.number), "warning")

    def _open(self, number: int) -> None:
        page = DeliveryPage(self.palette, self._deliveries, self._find, self._new_product, number)
        self.app.push_screen(page, self._delivery_closed)

    def _delivery_closed(self, booked: BookedDelivery | None) -> None:
        if not self._reload() or booked is None:
            return
        self.say(in_one_sentence(booked, self._deliveries.currency), "good")

    def _reload(self) -> bool:
        try:
            rows = self._deliveries.rows()
        except ReasonError as error:
            self.say(words_of_error(error), "error")
            return False
        self._list.show(Row(each, self._cells(each), _style(each)) for each in rows)
        return True

    def _cells(self, row: Delivery) -> tuple[str, ...]:
        if row.booked_at is None:
            state = say("goods_in.draft")
        else:
            state = say("goods_in.booked_on", day=row.booked_at.date())
        return (
            str(row.number),
            row.supplier or say("goods_in.no_supplier"),
            row.document,
            str(row.lines),
            format_amount(row.cost, self._deliveries.currency),
            state,
        )


def _style(row: Delivery) -> str:
    return "line" if row.booked_at is None else "muted"
