"""Numbers in a table's cells: which mark is the decimal one, and what a cell holds.

Most numbers can be read in one way only: 12, 3.50, 3,50, 0,500, 1.234,50. A number like 1,234 has
two readings, a thousand times apart. It is read by what the other cells of its column show.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from pos_tui.tables.errors import CellError

DecimalMark = Literal[".", ","]

LONGEST_WHOLE = 15  # digits before the mark; a spreadsheet keeps no more
LONGEST_FRACTION = 10
_SHOWN = 40  # characters of a cell in a reason
_MANY = 20_000  # different cells

_SPACES = "\u0020\u00a0\u2007\u2009\u202f"
_NUMBER = re.compile(
    rf"""(?P<sign>[+\-\u2212]?)[{_SPACES}]?
    (?: (?P<whole>\d+) (?:(?P<mark>[.,])(?P<fraction>\d*))?
      | (?P<mark_first>[.,])(?P<fraction_only>\d+)
      | (?P<grouped>\d{{1,3}} (?:(?P<group>[.,'\u2019{_SPACES}])\d{{3}}) (?:(?P=group)\d{{3}})*)
        (?:(?P<grouped_mark>[.,])(?P<grouped_fraction>\d+))?
      | (?P<lakhs>\d{{1,2}}(?:,\d{{2}})+,\d{{3}}) (?:\.(?P<lakhs_fraction>\d+))?
    )""",
    re.ASCII | re.VERBOSE,
)
_CURRENCY = (
    r"[A-Z]{0,3}[$€£¥￥₩₹₽₺₫₱฿₴₪₸₦₡₲₵₭₮₾₼]|[A-Z]{3}|Rp\.?|RM|Kč|zł|Ft|kr\.?|Fr\.?|lei|лв\.?|руб\.?|р\."
    r"|元|圆|圓|块|円|원|бат"
)
_UNIT = (
    r"kg|g|mg|t|lb|lbs|oz|l|L|ml|mL|cl|dl|m|cm|mm|pcs?\.?|pieces?|ea|each|units?|St\.?|Stk\.?|Stück"
    r"|шт\.?|кг|г|л|мл|千克|公斤|克|斤|升|毫升|个|件|包|袋|瓶|盒|箱|罐|支|只|片|条|桶|提|份|개"
)
_LEADING = re.compile(rf"(?:{_CURRENCY})[{_SPACES}]*(?=[-+\u2212.,\d])")
_TRAILING = re.compile(rf"(?<=[\d.,])[{_SPACES}]*(?:{_CURRENCY}|{_UNIT})")
_TEXT_FORMULA = re.compile(r'="(.*)"', re.DOTALL)


class _Written(Struct, frozen=True):
    """A number as it was written. `mark` is the decimal one, "" where there is none.

    `open` is the sign of a number like 1,234, whose reading its column decides.
    """

    sign: str
    whole: str
    fraction: str = ""
    mark: str = ""
    group: str = ""
    open: str = ""


class DecimalMarks:
    """Looks at all cells of a column of numbers for its decimal mark."""

    def __init__(self) -> None:
        self._shown = Counter[str]()
        self._cells = Counter[str]()

    def look_at(self, cells: Iterable[str]) -> None:
        """Look at more cells of the column."""
        self._cells.update(cells)  # many are alike: each is looked at once
        if len(self._cells) > _MANY:
            self._look()

    def _look(self) -> None:
        for cell, count in self._cells.items():
            written = _parsed(cell)
            if written is None:
                continue
            if written.mark in (".", ","):
                self._shown[written.mark] += count
            elif written.group in (".", ","):
                self._shown["." if written.group == "," else ","] += count
        self._cells.clear()

    def mark(self, delimiter: str) -> DecimalMark | None:
        """The column's decimal mark; None where its cells leave it open.

        Cells that contradict one another leave it open too, unless the file's delimiter and all but
        a few of the cells agree.
        """
        self._look()
        points, commas = self._shown["."], self._shown[","]
        if points and (not commas or (delimiter == "," and points >= 20 * commas)):
            return "."
        if commas and (not points or (delimiter == ";" and commas >= 20 * points)):
            return ","
        return None


def decimal_mark_of(cells: Iterable[str], delimiter: str) -> DecimalMark | None:
    """The decimal mark of a column by all its cells; None where they leave it open."""
    marks = DecimalMarks()
    marks.look_at(cells)
    return marks.mark(delimiter)


def read_decimal(text: str, mark: DecimalMark | None) -> Decimal:
    """The number in a cell, also with a currency or a unit beside it. Raises CellError.

    `mark` decides how 1,234 and 1.234 are read; without it they are refused.
    """
    written = _parsed(text)
    if written is None:
        raise CellError("tables.no_number", text=text.strip()[:_SHOWN])
    whole, fraction = written.whole, written.fraction
    if written.open:
        if mark is None:
            raise CellError("tables.number_unclear", text=text.strip()[:_SHOWN])
        if mark != written.open:
            whole, fraction = whole + fraction, ""
    if len(whole.lstrip("0")) > LONGEST_WHOLE or len(fraction) > LONGEST_FRACTION:
        raise CellError("tables.number_long", text=text.strip()[:_SHOWN])
    sign = "-" if written.sign in ("-", "\u2212") else ""
    return Decimal(f"{sign}{whole or '0'}.{fraction or '0'}" if fraction else f"{sign}{whole}")


def _parsed(text: str) -> _Written | None:
    """What a cell has written; None where it is no number."""
    text = text.strip()
    if len(text) > 80:
        return None
    if quoted := _TEXT_FORMULA.fullmatch(text):
        text = quoted[1].strip()
    text = text.removeprefix("'")
    sign = ""
    if text[:1] in ("-", "+", "\u2212") and _LEADING.match(text[1:].lstrip()):
        sign, text = text[0], text[1:].lstrip()  # -¥3.50
    if leading := _LEADING.match(text):
        text = text[leading.end() :]
    trailing = _TRAILING.search(text)
    if trailing and trailing.end() == len(text):
        if leading:
            return None  # $3 €
        text = text[: trailing.start()]
    found = _NUMBER.fullmatch(text)
    if found is None or (sign and found["sign"]):
        return None
    sign = sign or found["sign"]
    if found["lakhs"]:
        return _Written(
            sign, found["lakhs"].replace(",", ""), found["lakhs_fraction"] or "", ".", ","
        )
    if found["fraction_only"]:
        return _Written(sign, "0", found["fraction_only"], found["mark_first"])
    if found["grouped"]:
        return _grouped(sign, found)
    return _simple(sign, found["whole"], found["mark"] or "", found["fraction"] or "")


def _simple(sign: str, whole: str, mark: str, fraction: str) -> _Written:
    if len(fraction) == 3 and len(whole) <= 3 and not whole.startswith("0"):
        return _Written(sign, whole, fraction, open=mark)  # 1,234; but 0,500 is no thousand
    return _Written(sign, whole, fraction, mark if fraction else "")


def _grouped(sign: str, found: re.Match[str]) -> _Written | None:
    group, mark = found["group"], found["grouped_mark"] or ""
    digits = re.sub(r"\D", "", found["grouped"])
    if group == mark or digits.startswith("0"):
        return None  # 1,234,5 and 0.123.456
    return _Written(sign, digits, found["grouped_fraction"] or "", mark, group)
