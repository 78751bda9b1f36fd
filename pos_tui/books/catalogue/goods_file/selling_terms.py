"""What a row says of how a product is sold and ordered: age limit, deposit, tare, an end."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple, TypeVar

from pos_tui.books.catalogue.goods_file.codes import read_own_code
from pos_tui.books.catalogue.goods_file.columns import GoodsColumns
from pos_tui.books.movement import thousandths
from pos_tui.codes import gtin_of
from pos_tui.reasons import Reason, because
from pos_tui.tables.dates import DateOrder, read_date
from pos_tui.tables.errors import CellError
from pos_tui.tables.numbers import DecimalMark, read_decimal

_Value = TypeVar("_Value", int, str)
FIELDS = ("age_limit", "deposit", "minimum", "discontinued", "tare")
_AGE = re.compile(r"(\d{1,2})\s*\+?", re.ASCII)
_TARE = re.compile(r"(\d{1,4}) ?g?", re.ASCII | re.IGNORECASE)
_NOTHING = {
    "deposit": frozenset(("0", "-", "n/a", "none", "无")),
    "discontinued": frozenset(("0", "-", "no", "n", "false", "否")),
}
_LARGEST_MINIMUM = 10**9


class SellingTerms(NamedTuple):
    """The fields of a product as a row has them; None: the file does not say, and it stays."""

    age_limit: int | None = None
    deposit: str | None = None
    minimum: int | None = None
    discontinued: str | None = None
    tare: int | None = None


def terms_of_nothing(columns: GoodsColumns) -> SellingTerms:
    """The terms of a row whose cells are empty: nothing where the file has the column."""
    age, deposit, minimum, discontinued, tare = (field in columns.places for field in FIELDS)
    return SellingTerms(
        0 if age else None,
        "" if deposit else None,
        0 if minimum else None,
        "" if discontinued else None,
        0 if tare else None,
    )


def read_selling_terms(
    columns: GoodsColumns,
    cells: Sequence[str],
    code: str,
    mark: DecimalMark | None,
    order: DateOrder | None,
    note: Callable[[Reason], None],
) -> SellingTerms:
    """The terms of the product with this code; what cannot be read is noted, and stays as it is.

    `mark` is the decimal mark of quantities, `order` that of days.
    """
    empty = terms_of_nothing(columns)

    def read(field: str, by: Callable[[str], _Value], nothing: _Value | None) -> _Value | None:
        text = columns.value(field, cells)
        if not text or (field in _NOTHING and text.casefold() in _NOTHING[field]):
            return nothing
        try:
            return by(text)
        except CellError as error:
            column = columns.name_of(field)
            note(because("goods.no_term", column=column, text=text, why=error.reason))
            return None

    is_own = columns.are_own
    return SellingTerms(
        read("age_limit", _age_limit, empty.age_limit),
        read("deposit", lambda text: _deposit(text, code, is_own), empty.deposit),
        read("minimum", lambda text: _minimum(text, mark), empty.minimum),
        read("discontinued", lambda text: _day(text, order, is_own), empty.discontinued),
        read("tare", _tare, empty.tare),
    )


def _age_limit(text: str) -> int:
    match = _AGE.fullmatch(text)
    if match is None:
        raise CellError("goods.no_age")
    return int(match[1])


def _tare(text: str) -> int:
    match = _TARE.fullmatch(text)
    if match is None:
        raise CellError("goods.no_tare")
    return int(match[1])


def _deposit(text: str, code: str, is_own: bool) -> str:
    key = read_own_code(text).key
    deposit = key if is_own else gtin_of(text) or key
    if deposit == code:
        raise CellError("goods.own_deposit")
    return deposit


def _minimum(text: str, mark: DecimalMark | None) -> int:
    number = read_decimal(text, mark)
    if number < 0:
        raise CellError("goods.stock_negative")
    if number > _LARGEST_MINIMUM:
        raise CellError("goods.stock_large")
    return thousandths(number)


def _day(text: str, order: DateOrder | None, is_own: bool) -> str:
    if is_own:
        with suppress(ValueError):
            datetime.fromisoformat(text)
            return text
    return read_date(text, order).isoformat()
