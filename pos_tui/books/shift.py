"""Shifts: the spans of a drawer's work, one after another; each money's entry belongs to one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import apsw
from msgspec import Struct

_OPEN = (
    "SELECT number, day, opened_at, opened_by, closed_at, closed_by FROM shifts"
    " WHERE closed_at IS NULL"
)
_BY_NUMBER = (
    "SELECT number, day, opened_at, opened_by, closed_at, closed_by FROM shifts WHERE number = ?"
)

_DAY = "SELECT number, day, opened_at, opened_by, day_ends_at FROM shifts WHERE closed_at IS NULL"
_DECIDES_THE_DAY = timedelta(hours=24)


class Shift(Struct, frozen=True):
    """One shift: its accounting day, who opened it when (aware), and who closed it.

    Its number is that of its Z report: without gaps. `opened_by` "" where nobody opened it: money
    came first.
    """

    number: int
    day: date
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None = None
    closed_by: str = ""


def accounting_day(at: datetime, day_ends_at: int) -> date:
    """The day that an aware, local moment belongs to where days end at this hour of the next.

    At two in the morning of the 29th, with days that end at 4, it is still the 28th.
    """
    return (at - timedelta(hours=day_ends_at)).date()


def current_shift(reader: apsw.Connection) -> Shift | None:
    """The shift that is open; None between two."""
    return _shift(reader.execute(_OPEN).fetchone())


def find_shift(reader: apsw.Connection, number: int) -> Shift | None:
    """The shift with this number."""
    return _shift(reader.execute(_BY_NUMBER, (number,)).fetchone())


def day_and_shift(reader: apsw.Connection, at: datetime) -> tuple[str, int]:
    """The accounting day (ISO) and the shift of an act at an aware, local moment; 0 between two.

    A shift that somebody opened decides the day for 24 hours, over midnight; one that opened by
    itself, or that was forgotten, does not: each of its days is a day.
    """
    row = reader.execute(_DAY).fetchone()
    if row is None:
        return at.date().isoformat(), 0
    number, day, opened_at, opened_by, day_ends_at = row
    is_fresh = at < datetime.fromisoformat(str(opened_at)) + _DECIDES_THE_DAY
    if opened_by and is_fresh:
        return str(day), int(str(number))
    return accounting_day(at, int(str(day_ends_at))).isoformat(), int(str(number))


def begin_shift(
    connection: apsw.Connection, at: datetime, by: str, day: date, day_ends_at: int = 0
) -> Shift:
    """Open the next shift, in the caller's transaction; days end at that hour of the next.

    Raises apsw.ConstraintError where one is open.
    """
    connection.execute(
        "INSERT INTO shifts (number, day, day_ends_at, opened_at, opened_by, journal)"
        " SELECT coalesce(max(number), 0) + 1, ?, ?, ?, ?,"
        " (SELECT coalesce(max(seq), 0) FROM journal) FROM shifts",
        (day.isoformat(), day_ends_at, at.isoformat(), by),
    )
    return Shift(connection.last_insert_rowid(), day, at, by)


def need_shift(connection: apsw.Connection, at: datetime, day_ends_at: int) -> None:
    """Open a shift where none is, in the caller's transaction: money comes, whoever forgot it."""
    is_open = connection.execute("SELECT 1 FROM shifts WHERE closed_at IS NULL").fetchone()
    if is_open is None:
        begin_shift(connection, at, "", accounting_day(at, day_ends_at), day_ends_at)


def end_shift(connection: apsw.Connection, number: int, at: datetime, by: str) -> None:
    """Close a shift, in the caller's transaction; one that is closed stays as it was."""
    connection.execute(
        "UPDATE shifts SET closed_at = ?, closed_by = ? WHERE number = ? AND closed_at IS NULL",
        (at.isoformat(), by, number),
    )


def _shift(row: tuple[apsw.SQLiteValue, ...] | None) -> Shift | None:
    if row is None:
        return None
    number, day, opened_at, opened_by, closed_at, closed_by = row
    return Shift(
        int(str(number)),
        date.fromisoformat(str(day)),
        datetime.fromisoformat(str(opened_at)),
        str(opened_by),
        None if closed_at is None else datetime.fromisoformat(str(closed_at)),
        str(closed_by),
    )


def has_float(reader: apsw.Connection, shift: int) -> bool:
    """Whether the float of a shift was counted."""
    row = reader.execute(
        "SELECT 1 FROM drawer_acts WHERE shift = ? AND kind = 'float'", (shift,)
    ).fetchone()
    return row is not None
