"""Days in a table's cells: in which order their parts stand, and which day a cell holds.

A year of four digits in front, a month by its name or a part above 12 can be read in one way only.
03/04/2026 has two readings. It is read by what the other cells of its column show, or as somebody
says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

from pos_tui.tables.errors import CellError

DateOrder = Literal["ymd", "dmy", "mdy"]
DATE_ORDERS: tuple[DateOrder, ...] = ("ymd", "dmy", "mdy")

_OLDEST = 1900
_SHOWN = 40  # characters of a cell in a reason
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_TIME = re.compile(
    r"[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?"
    r"(?: ?[AaPp][Mm])?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?",
    re.ASCII,
)
_YEAR_FIRST = (
    re.compile(r"(\d{4})([-/.]) ?(\d{1,2})\2 ?(\d{1,2})\.?", re.ASCII),
    re.compile(r"(\d{4})() ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号號]?", re.ASCII),
    re.compile(r"(\d{4})() ?년 ?(\d{1,2}) ?월 ?(\d{1,2}) ?일?", re.ASCII),
    re.compile(r"(\d{4})()(\d{2})(\d{2})", re.ASCII),
)
_NAMED_DAY_FIRST = re.compile(r"(\d{1,2})([-/. ]{1,2})([A-Za-z]{3,9})\.?,?[-/. ]?(\d{4})", re.ASCII)
_NAMED_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.?[- ](\d{1,2}),?[- ](\d{4})", re.ASCII)
_PARTS = re.compile(r"(\d{1,2})([-/.]) ?(\d{1,2})\2 ?(\d{4}|\d{2})", re.ASCII)


class DateOrders:
    """Looks at all cells of a column of days for the order of their parts."""

    def __init__(self) -> None:
        self._possible = set(DATE_ORDERS)

    def look_at(self, cells: Iterable[str]) -> None:
        """Look at more cells of the column."""
        for cell in set(cells):
            parts = _parts(cell)
            if parts is not None:
                self._possible &= _readings(parts).keys()

    def order(self) -> DateOrder | None:
        """The order of the column's days; None where its cells leave it open."""
        return next(iter(self._possible)) if len(self._possible) == 1 else None


def date_order_of(cells: Iterable[str]) -> DateOrder | None:
    """The order of a column's days by all its cells; None where they leave it open."""
    orders = DateOrders()
    orders.look_at(cells)
    return orders.order()


def read_date(text: str, order: DateOrder | None) -> date:
    """The day in a cell; a time beside it is left out. Raises CellError.

    `order` decides how 03/04/2026 is read; without it such a day is refused.
    """
    if plain_day := _plain_day(text):
        return plain_day
    parts = _parts(text)
    readings = _readings(parts) if parts is not None else {}
    shown = text.strip()[:_SHOWN]
    if not readings:
        raise CellError("tables.no_date", text=shown)
    if order is not None:
        if order not in readings:
            raise CellError("tables.date_order", text=shown, order=order)
        return readings[order]
    if len(set(readings.values())) > 1:
        raise CellError("tables.date_unclear", text=shown, orders=tuple(sorted(readings)))
    return next(iter(readings.values()))


def _without_time(text: str) -> str:
    text = text.strip().removeprefix("'")
    if len(text) > 60:
        return ""
    if time := _TIME.search(text):
        return text[: time.start()] if time.end() == len(text) else ""
    return text


def _plain_day(text: str) -> date | None:
    """The day in a cell that has only one reading."""
    text = _without_time(text)
    for form in _YEAR_FIRST:
        if found := form.fullmatch(text):
            return _day(found[1], found[3], found[4])
    if found := _NAMED_DAY_FIRST.fullmatch(text):
        return _day(found[4], _month(found[3]), found[1])
    if found := _NAMED_MONTH_FIRST.fullmatch(text):
        return _day(found[3], _month(found[1]), found[2])
    return None


def _month(name: str) -> str:
    name = name.lower()
    if name not in _MONTH_NAMES and name not in _MONTHS and name != "sept":
        return "0"
    return str(_MONTHS.index(name[:3]) + 1)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if found.year >= _OLDEST else None


def _parts(text: str) -> tuple[str, str, str] | None:
    found = _PARTS.fullmatch(_without_time(text))
    return (found[1], found[3], found[4]) if found else None


def _readings(parts: tuple[str, str, str]) -> dict[DateOrder, date]:
    """The days that three numbers can be, by the order in which they are read."""
    first, second, third = parts
    year = third if len(third) == 4 else f"20{third}"
    found: dict[DateOrder, date | None] = {
        "dmy": _day(year, second, first),
        "mdy": _day(year, first, second),
    }
    if len(third) == 2 and len(first) == 2:
        found["ymd"] = _day(f"20{first}", second, third)
    return {order: day for order, day in found.items() if day is not None}
