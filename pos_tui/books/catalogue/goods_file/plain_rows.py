"""Rows of a goods file in which nothing is odd, read in a fraction of the time.

Most rows of most files have a GTIN, a name, a price and some words. What is read here is what
`RowReader` reads; anything else is left to it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from pos_tui.books.catalogue.goods_file.codes import CodeColumn, CodesWritten
from pos_tui.books.catalogue.goods_file.errors import RowError
from pos_tui.books.catalogue.goods_file.row import TEXTS, RowReader, shelf_life_in_short, tags_of
from pos_tui.books.catalogue.goods_file.selling_terms import FIELDS, terms_of_nothing
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.books.stock.stated import StatedStock
from pos_tui.codes.context import CodeContext
from pos_tui.tables.errors import CellError

_KEPT = 20_000  # texts of a column of which each is likely to be met again
_OFTEN_NEW = frozenset(("initials", "updated_at"))
_HAVE_TO_BE_EMPTY = (
    "template", "variant", "offer", "sale_price", "compare_at", "produced_on", "expires_on",
    "best_before", "further_codes", *FIELDS,
)  # fmt: skip


class PlainRows:
    """Reads the plain rows of one file."""

    def __init__(
        self,
        reader: RowReader,
        code_columns: Sequence[CodeColumn],
        written: CodesWritten,
        context: CodeContext,
    ) -> None:
        places = reader.columns.places
        self._reader = reader
        self.is_of_use = (
            (reader.columns.exporter is None or reader.columns.are_own)
            and not context.templates
            and not written
            and not any(column.lacks_check_digits for column in code_columns)
            and all(field in places for field in ("code", "name", "price"))
            and all(len(places[field]) == 1 for field in places if field not in _HAVE_TO_BE_EMPTY
                    and field != "code")
        )  # fmt: skip
        self._is_own = reader.columns.are_own
        have_to_be_empty = (*_HAVE_TO_BE_EMPTY, "lot") if self._is_own else _HAVE_TO_BE_EMPTY
        self._prefixes = tuple(layout.prefix for layout in context.layouts)
        if not self.is_of_use:
            return
        self._code, *others = places["code"]
        self._name, self._price = places["name"][0], places["price"][0]
        self._empty = (
            *others,
            *(place for field in have_to_be_empty for place in places.get(field, ())),
        )
        self._shelf_life = places.get("shelf_life_days", (None,))[0]
        self._on_hand = places.get("on_hand", (None,))[0]
        self._cost = places.get("cost", (None,))[0]
        self._at = places.get("on_hand_at", (None,))[0]
        self._texts = [(field, places[field][0]) for field in TEXTS if field in places]
        self._words: dict[str, dict[str, str]] = {field: {} for field, _ in self._texts}
        self._prices: dict[str, int] = {}
        self._shelf_lives: dict[str, tuple[int, str]] = {"": (0, "")}
        self._quantities: dict[str, Decimal | None] = {"": None}
        self._costs: dict[str, Decimal] = {}
        self._terms = terms_of_nothing(reader.columns)
        self._moment: tuple[str, datetime | None] = ("", None)

    def read(self, cells: Sequence[str]) -> tuple[ProductRow, StatedStock | None] | None:
        """The product of a row and how much there is of it; None: `RowReader` has to read it."""
        for place in self._empty:
            if cells[place]:
                return None
        code = cells[self._code]
        if not self._is_plain_gtin(code):
            return None
        name = " ".join(cells[self._name].split())
        if not name or not name.isprintable() or (self._is_own and name[0] == "'"):
            return None
        text = cells[self._price]
        price = self._prices.get(text)
        if price is None and (price := self._new_price(text)) is None:
            return None
        kept_for = (0, "")
        if self._shelf_life is not None:
            text = cells[self._shelf_life].strip()
            found = self._shelf_lives.get(text) or self._new_shelf_life(text)
            if found is None:
                return None
            kept_for = found
        stock = None
        if self._on_hand is not None and (text := cells[self._on_hand].strip()):
            stock = self._stock(cells, code.zfill(14), text)
            if stock is None:
                return None
        texts = {}
        for field, place in self._texts:
            text = cells[place]
            if text:
                words = self._words[field].get(text)
                if words is None and (words := self._new_words(field, text)) is None:
                    return None
                texts[field] = words
        get = texts.get
        product = ProductRow(
            code.zfill(14),
            name,
            price,
            get("unit", ""),
            get("size", ""),
            get("category", ""),
            get("initials", ""),
            kept_for[0],
            get("updated_at", ""),
            get("brand", ""),
            get("supplier", ""),
            get("tags", ""),
            get("tax", ""),
            kept_for[1],
            *self._terms,
        )
        return product, stock

    def _is_plain_gtin(self, code: str) -> bool:
        """Whether a code is a GTIN with a right check digit, and none of the shop's labels."""
        length = len(code)
        if length not in (12, 13, 14) or not (code.isascii() and code.isdigit()):
            return False
        number = code.encode()
        if length == 13:  # what the digits' own codes add to the sum is left of it
            total = sum(number[0:12:2]) + 3 * sum(number[1:12:2]) + number[12]
        elif length == 12:
            total = 3 * sum(number[0:11:2]) + sum(number[1:11:2]) + number[11] - 2
        else:
            total = 3 * sum(number[0:13:2]) + sum(number[1:13:2]) + number[13] - 4
        is_right = total % 10 == 0 and code != "0" * length
        return is_right and not code.zfill(13).startswith(self._prefixes)

    def _new_price(self, text: str) -> int | None:
        try:
            price = self._reader.plain_price(text.strip())
        except RowError:
            return None
        if price is not None and len(self._prices) < _KEPT:
            self._prices[text] = price
        return price

    def _new_shelf_life(self, text: str) -> tuple[int, str] | None:
        kept_for = shelf_life_in_short(text)
        if kept_for is None:
            return None
        days = kept_for.rstrip("d")
        found = (int(days), "") if days.isdigit() else (0, kept_for)
        if len(self._shelf_lives) < _KEPT:
            self._shelf_lives[text] = found
        return found

    def _stock(self, cells: Sequence[str], code: str, text: str) -> StatedStock | None:
        on_hand = self._quantities.get(text) or self._new_quantity(text)
        if on_hand is None:
            return None
        cost = None
        if self._cost is not None and (text := cells[self._cost].strip()):
            cost = self._costs.get(text) or self._new_cost(text)
            if cost is None:
                return None
        if self._at is not None and cells[self._at] != self._moment[0]:
            text = cells[self._at]
            self._moment = text, self._reader.moment_of(text.strip())
        return StatedStock(code, "", on_hand, cost, self._moment[1])

    def _new_cost(self, text: str) -> Decimal | None:
        try:
            cost = self._reader.plain_cost(text)
        except RowError:
            return None
        if len(self._costs) < _KEPT:
            self._costs[text] = cost
        return cost

    def _new_quantity(self, text: str) -> Decimal | None:
        try:
            quantity = self._reader.plain_stock(text)
        except CellError:
            return None
        if quantity is not None and len(self._quantities) < _KEPT:
            self._quantities[text] = quantity
        return quantity

    def _new_words(self, field: str, text: str) -> str | None:
        words = " ".join(text.split())
        if not words.isprintable() or (self._is_own and words[:1] == "'"):
            return None
        if field == "initials":
            return words.upper()
        if field == "tags":
            words = tags_of(words)
        if field not in _OFTEN_NEW and len(self._words[field]) < _KEPT:
            self._words[field][text] = words = sys.intern(words)
        return words
