"""A platform's bill of one day: its lines in our words, and what every reader of bills needs."""

from __future__ import annotations

import contextlib
import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Literal, TypeVar

from msgspec import Struct

from pos_tui.messages import UNPRINTABLE
from pos_tui.money import AmountError, Currency, parse_amount
from pos_tui.reasons import Reason, ReasonError, plain, reason_of

CHINA = timezone(timedelta(hours=8))

_REWRITTEN = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
_UNPRINTABLE = re.compile(rf"(?![\t\n])[{UNPRINTABLE}]")
_T = TypeVar("_T")


class BillUnreadable(ReasonError):
    """A text that is no bill of this kind; its reason says what was looked for."""


class RowError(ReasonError):
    """A row of a bill that cannot be read, and why."""


class BillLine(Struct, frozen=True, kw_only=True):
    """One payment or refund of a bill: amount in minor units and never negative, time aware.

    `platform_ref` is the payment's, also at a refund. A refund without `refund_no` is the
    platform's own undoing of a payment (WeChat's REVOKED). `line` counts from 1.
    """

    kind: Literal["payment", "refund"]
    order_no: str
    refund_no: str = ""
    platform_ref: str
    amount: int
    currency: str
    time: datetime
    line: int

    @property
    def key(self) -> tuple[str, str, str]:
        """What a bill has once: the payment of an order, or one refund of it."""
        return self.kind, self.order_no, self.refund_no


class BadRow(Struct, frozen=True):
    """A row that was left out, or a fault of the whole file at its last line, and why."""

    line: int
    why: Reason


class Bill(Struct, frozen=True):
    """What could be read of a bill, and what could not."""

    lines: tuple[BillLine, ...] = ()
    bad_rows: tuple[BadRow, ...] = ()


def lines_of(text: str) -> list[str]:
    """The physical lines of a file, whatever ends them.

    What no terminal should get stands as question marks, as many as it has bytes: columns of a
    fixed width stay where they are.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub(lambda found: "?" * len(found[0].encode("gb18030")), text).split("\n")


def heading(text: str) -> str:
    """A column's name without what varies: padding, width of brackets, the unit."""
    return unicodedata.normalize("NFKC", text).strip(" \t`\"'").removesuffix("(元)")


def csv_values(line: str) -> list[str]:
    """The values of one line of CSV, without padding. Raises RowError."""
    try:
        return [value.strip() for value in next(csv.reader([line]), [])]
    except csv.Error as error:
        raise RowError("bill.row_no_csv", why=plain(str(error))) from error


def gather(
    rows: Iterable[tuple[int, _T]], read: Callable[[int, _T], BillLine]
) -> tuple[list[BillLine], list[BadRow]]:
    """Read every row; those for which `read` raises RowError are listed with their reason."""
    good: list[BillLine] = []
    bad: list[BadRow] = []
    for number, row in rows:
        try:
            good.append(read(number, row))
        except RowError as error:
            bad.append(BadRow(number, error.reason))
    return good, bad


def first_value(row: Mapping[str, str], names: Iterable[str]) -> str:
    """The value of the first of these columns that says anything; "" where none does."""
    return next((row[name] for name in names if row.get(name)), "")


def read_number(text: str, what: Reason | str) -> str:
    """An order's, refund's or platform's number. Raises RowError for none or a rewritten one."""
    if not text:
        raise RowError("bill.row_no_number", what=what)
    if _REWRITTEN.fullmatch(text):
        raise RowError("bill.row_number_rewritten", what=what, text=text)
    return text


def read_amount(text: str, currency: str) -> int:
    """An amount in major units with a decimal point as minor units. Raises RowError."""
    if "," in text:  # 1,234 could be either
        raise RowError("bill.row_comma", text=text)
    try:
        return parse_amount(text, Currency.of(currency))
    except AmountError as error:
        raise RowError(reason_of(error)) from error


def read_china_time(text: str) -> datetime:
    """A time like 2026-11-21 09:30:00, in China's time. Raises RowError."""
    words = " ".join(text.split())
    if _TIME.fullmatch(words):
        with contextlib.suppress(ValueError):
            return datetime.fromisoformat(words).replace(tzinfo=CHINA)
    raise RowError("bill.row_china_time", text=text)
