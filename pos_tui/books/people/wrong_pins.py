"""What wrong PINs cost: after five in a row no PIN is tried for a while.

Whose PIN a wrong one was meant to be is not known, so they count for everybody together; approvals
and signing on are counted apart, so that whoever mistypes their own PIN locks no approval.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

import apsw

PinsFor = Literal["approval", "sign_on"]

WRONG_PINS_ALLOWED = 5
FIRST_LOCK = timedelta(seconds=60)
LONGEST_LOCK = timedelta(minutes=15)


class WrongPins(NamedTuple):
    """Wrong PINs in a row, and until when none is tried (aware)."""

    failures: int = 0
    locked_until: datetime | None = None


def wrong_pins(reader: apsw.Connection, of: PinsFor) -> WrongPins:
    """What the books know of wrong PINs; a lock may lie in the past."""
    failures, locked_until, _ = _row(reader, of)
    return WrongPins(failures, locked_until)


def locked_until(
    connection: apsw.Connection, of: PinsFor, moment: datetime, ticks: float | None
) -> datetime | None:
    """Until when no PIN is tried, at an aware moment; None: one may be tried.

    `ticks` are seconds of a clock that nobody sets, since the machine was started: while it runs, a
    lock lasts as long by them, also where the clock was set forward.
    """
    failures, until, began = _row(connection, of)
    left = _left_by_ticks(failures, began, ticks)
    if left > timedelta(0) and (until is None or moment + left > until):
        until = moment + left
    if until is None or moment >= until:
        return None
    if until - moment > _lock_after(failures):
        # The clock was set back. By how much is not known, so the lock starts anew: lifting it
        # would give a free guess for every such change, keeping it could last for years.
        until = moment + _lock_after(failures)
        _keep(connection, of, failures, until, ticks)
    return until


def count_wrong(
    connection: apsw.Connection, of: PinsFor, moment: datetime, ticks: float | None
) -> WrongPins:
    """One more wrong PIN.

    The fifth in a row locks for 60 s, each one after that for twice as long as the one before, up
    to 15 min.
    """
    failures = _row(connection, of)[0] + 1
    until = None if failures < WRONG_PINS_ALLOWED else moment + _lock_after(failures)
    _keep(connection, of, failures, until, ticks)
    return WrongPins(failures, until)


def forget_wrong(connection: apsw.Connection, of: PinsFor, most: int | None = None) -> None:
    """A right PIN: the wrong ones before it are forgotten, all or at most so many."""
    failures = _row(connection, of)[0]
    if failures:
        left = 0 if most is None else max(failures - most, 0)
        _keep(connection, of, left, None, None)


def _lock_after(failures: int) -> timedelta:
    doublings = min(max(failures - WRONG_PINS_ALLOWED, 0), 10)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


def _left_by_ticks(failures: int, began: float | None, ticks: float | None) -> timedelta:
    """How much of a lock is left by the clock that nobody sets; none once the machine restarts."""
    if ticks is None or began is None or ticks < began:
        return timedelta(0)
    return max(_lock_after(failures) - timedelta(seconds=ticks - began), timedelta(0))


def _row(reader: apsw.Connection, of: PinsFor) -> tuple[int, datetime | None, float | None]:
    row = reader.execute(
        "SELECT failures, locked_until, locked_at_ticks FROM wrong_pins WHERE pins_for = ?", (of,)
    ).fetchone()
    if row is None:
        return 0, None, None
    failures, until, began = row
    return (
        int(str(failures)),
        None if until is None else datetime.fromisoformat(str(until)),
        began if isinstance(began, float) else None,
    )


def _keep(
    connection: apsw.Connection,
    of: PinsFor,
    failures: int,
    until: datetime | None,
    ticks: float | None,
) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO wrong_pins VALUES (?,?,?,?)",
        (
            of,
            failures,
            None if until is None else until.astimezone(UTC).isoformat(timespec="microseconds"),
            None if until is None else ticks,
        ),
    )
