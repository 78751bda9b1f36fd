"""Opening and closing a shift: each is one act and one transaction. A closing never validates."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

import apsw
import msgspec
from msgspec import Struct

from pos_tui.books.cash.drawer_acts import (
    DrawerCount,
    float_proposed,
    move_cash,
    put_count,
    put_float,
)
from pos_tui.books.cash.figures import shift_report
from pos_tui.books.journal import entries as journal
from pos_tui.books.shift import Shift, begin_shift, current_shift, end_shift, has_float
from pos_tui.reasons import ReasonError
from pos_tui.receipts.shift_report import ReportShop, ShiftReport


class ShiftError(ReasonError):
    """An act on a shift that cannot be done as it stands; its reason says what to do."""


class PrintedReport(NamedTuple):
    """A report as it is printed: its text (UTF-8), and the printer's bytes."""

    text: bytes
    job: bytes


class ZReport(NamedTuple):
    """A closed shift's report as it was stored: figures, text, printer's bytes, its journal row."""

    report: ShiftReport
    text: bytes
    job: bytes
    journal: int


Rendering = Callable[[ShiftReport, journal.JournalHead], PrintedReport]
"""How a Z is laid out: its figures, and how far the journal is with it."""


class ClosingOrder(Struct, frozen=True):
    """How a shift is closed: by whom, what was counted (None: nobody counted), and what stays as
    the next float (minor units; None: all of it, the rest goes to the safe). `skip` are parts of
    the report that are known to lie on damaged pages.
    """

    by: str
    count: DrawerCount | None = None
    left: int | None = None
    approved_by: str = ""
    skip: frozenset[str] = frozenset()


def open_shift(
    connection: apsw.Connection,
    at: datetime,
    by: str,
    day: date,
    count: DrawerCount | None = None,
    day_ends_at: int = 0,
) -> Shift:
    """Open the next shift, with a float where it was counted, in the caller's transaction; days
    end at that hour.

    One that opened by itself since the last closing becomes this person's no more: it gets its
    float. Raises ShiftError where a shift has been opened by somebody, or has its float.
    """
    now = current_shift(connection)
    if now is not None:
        if now.opened_by or has_float(connection, now.number):
            raise ShiftError("shift.is_open", number=now.number, name=now.opened_by or by)
        put_float(connection, at, count or DrawerCount(float_proposed(connection)), by)
        return now
    proposed = float_proposed(connection)
    shift = begin_shift(connection, at, by, day, day_ends_at)
    act = journal.ShiftOpened(shift.number, day.isoformat(), by, proposed)
    journal.append(connection, at.isoformat(), 0, journal.encode(act))
    if count is not None:
        put_float(connection, at, count, by)
    return shift


def close_shift(
    connection: apsw.Connection,
    at: datetime,
    order: ClosingOrder,
    shop: ReportShop,
    rendering: Rendering,
) -> ZReport:
    """Close the shift that is open: count, what goes to the safe, the Z report, all or nothing.

    In the caller's transaction. Nothing that is open, missing or damaged stops it. Raises
    ShiftError where no shift is open, or more should stay than there is.
    """
    shift = current_shift(connection)
    if shift is None:
        raise ShiftError("shift.none_open")
    left = order.left
    if order.count is not None:
        if left is not None and not 0 <= left <= order.count.total:
            raise ShiftError("shift.cannot_leave")
        put_count(connection, at, order.count, order.by, order.approved_by)
        if left is not None and left < order.count.total:
            move_cash(connection, at, "drop", order.count.total - left, "", order.by)
    report = shift_report(connection, shift, "z", at, order.by, shop, order.skip)
    act = journal.ShiftClosed(report)
    journal.append(connection, at.isoformat(), 0, journal.encode(act))
    head = journal.head(connection)
    assert head is not None
    end_shift(connection, shift.number, at, order.by)
    printed = PrintedReport(b"", b"")
    with contextlib.suppress(Exception):  # whatever a layout trips over, the shift is closed
        printed = rendering(report, head)
    connection.execute(
        "INSERT INTO z_reports VALUES (?,?,?,?,?,?)",
        (
            shift.number,
            at.isoformat(),
            msgspec.json.encode(report),
            printed.text,
            printed.job,
            head.row,
        ),
    )
    return ZReport(report, printed.text, printed.job, head.row)


def hand_over(
    connection: apsw.Connection,
    at: datetime,
    order: ClosingOrder,
    to: str,
    day: date,
    shop: ReportShop,
    rendering: Rendering,
    day_ends_at: int = 0,
) -> tuple[ZReport, Shift]:
    """Close a shift and open the next one with the same count, in the caller's transaction."""
    closed = close_shift(connection, at, order, shop, rendering)
    count = None
    if order.count is not None:
        count = DrawerCount(closed.report.drawer.left)
    return closed, open_shift(connection, at, to, day, count, day_ends_at)


def find_z_report(reader: apsw.Connection, shift: int) -> ZReport | None:
    """The Z report of a closed shift, as it was stored; None where there is none."""
    row = reader.execute(
        "SELECT CAST(report AS BLOB), CAST(text AS BLOB), CAST(job AS BLOB), journal"
        " FROM z_reports WHERE shift = ?",
        (shift,),
    ).fetchone()
    if row is None:
        return None
    report, text, job, row_no = row
    assert isinstance(report, bytes)
    assert isinstance(text, bytes)
    assert isinstance(job, bytes)
    return ZReport(msgspec.json.decode(report, type=ShiftReport), text, job, int(str(row_no)))


def z_report_numbers(reader: apsw.Connection, most: int = 100) -> list[tuple[int, str]]:
    """The numbers of the latest Z reports and when they were (ISO 8601), the latest first."""
    rows = reader.execute("SELECT shift, at FROM z_reports ORDER BY shift DESC LIMIT ?", (most,))
    return [(int(str(number)), str(at)) for number, at in rows]
