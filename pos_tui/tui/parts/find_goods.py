"""A page that finds goods by words, one of which goes into a form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from textual.widget import Widget

from pos_tui.money import Currency, format_amount
from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say

if TYPE_CHECKING:
    from pos_tui.till import Product


class GoodsPage(PageScreen["Product"]):
    """Closes with the goods that were chosen; with None when nothing was."""

    def __init__(
        self,
        palette: Palette,
        label: str,
        words: str,
        find: Callable[[str], list[Product]],
        currency: Currency,
    ) -> None:
        """`label` names the field that the goods are for."""
        super().__init__(palette, say("parts.find_for", label=label), say("parts.find_keys"))
        self._find = find
        self._currency = currency
        columns = (
            Column(say("parts.item"), share=1),
            Column(say("parts.unit"), needs=50),
            Column(say("parts.code")),
            Column(say("parts.price"), right=True),
        )
        self._list = RowList(palette, columns, empty=say("parts.type_words"), search=self._rows)
        self._list.words = words

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield self._list

    def on_row_list_opened(self) -> None:
        """Enter takes it."""
        self.dismiss(self._list.chosen)

    def _rows(self, words: str) -> Sequence[Row[Product]]:
        return [
            Row(
                product,
                (
                    f"{product.name} {product.size}".rstrip(),
                    product.unit,
                    product.code.lstrip("0"),
                    format_amount(product.price, self._currency),
                ),
            )
            for product in self._find(words)
        ]
