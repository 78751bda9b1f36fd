"""The shop's staff: who may approve what a cashier may not, by PIN, and what guessing costs.

A PIN is kept as an Argon2id hash only. Ten thousand PINs of four digits are tried in minutes by
whoever has a copy of the books, so it is the file's rights that keep them; here guessing at the
till is made slow. No sentence or error of this module holds a PIN.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import apsw
from msgspec import Struct

from pos_tui.books.people.permissions import PERMISSIONS, ROLES, Permission, Role
from pos_tui.reasons import Reason, ReasonError, because, plain

if TYPE_CHECKING:
    from argon2 import PasswordHasher

WRONG_PINS_ALLOWED = 5
FIRST_LOCK = timedelta(seconds=60)
LONGEST_LOCK = timedelta(minutes=15)
LONGEST_NAME = 40


class StaffError(ReasonError):
    """What was asked about staff cannot be done; no PIN is in its reason."""


class StaffMember(Struct, frozen=True):
    """One of the staff; `locked_until` may lie in the past, until the next right PIN."""

    name: str
    role: Role
    locked_until: datetime | None = None


class Approved(Struct, frozen=True):
    """Somebody who may has approved; `name` is whose PIN it was."""

    name: str


class NotApproved(Struct, frozen=True):
    """Nobody has approved; `why` is for the cashier."""

    why: Reason


Approval = Approved | NotApproved


def check_pin(pin: str) -> None:
    """Raises StaffError for a PIN that is none, or the first that anyone would guess."""
    if not _is_pin(pin):
        raise StaffError("staff.pin_form")
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if steps == {0}:
        raise StaffError("staff.pin_one_digit")
    if steps in ({1}, {9}):
        raise StaffError("staff.pin_in_a_row")


def check_name(name: str) -> str:
    """The name as it is kept, with single spaces. Raises StaffError, which holds no PIN."""
    kept = " ".join(name.split())
    if not kept:
        raise StaffError("staff.name_needed")
    if all(character.isdigit() or not character.isalnum() for character in kept):
        raise StaffError("staff.name_letter")
    if len(kept) > LONGEST_NAME or not kept.isprintable():
        raise StaffError("staff.name_form", longest=LONGEST_NAME)
    return kept


def set_staff(connection: apsw.Connection, name: str, role: str, pin: str) -> None:
    """Take someone on, or give them another role and PIN. Raises StaffError.

    Takes about 50 ms for everyone on the staff: the PIN is compared with each. A lock stays.
    """
    name = check_name(name)
    if role not in ROLES:
        raise StaffError("staff.role_form")
    check_pin(pin)
    hasher = _hasher()
    for (pin_hash,) in connection.execute("SELECT pin_hash FROM staff WHERE name <> ?", (name,)):
        if _fits(hasher, str(pin_hash), pin):
            raise StaffError("staff.pin_used")
    failures, locked_until = _guesses(connection) if role == "supervisor" else (0, None)
    connection.execute(
        "INSERT INTO staff (name, role, pin_hash, failures, locked_until) VALUES (?,?,?,?,?)"
        " ON CONFLICT (name) DO UPDATE SET role = excluded.role, pin_hash = excluded.pin_hash,"
        " failures = excluded.failures, locked_until = excluded.locked_until",
        (name, role, _hashed(hasher, pin), failures, _written(locked_until)),
    )


def remove_staff(connection: apsw.Connection, name: str) -> None:
    """Take someone off the staff. Raises StaffError when there is no such name."""
    name = check_name(name)
    connection.execute("DELETE FROM staff WHERE name = ?", (name,))
    if not connection.changes():
        raise StaffError("staff.unknown", name=name)


def staff_list(reader: apsw.Connection) -> list[StaffMember]:
    """Everyone on the staff, supervisors first."""
    return [
        StaffMember(name, role, _read(locked_until))
        for name, role, locked_until in reader.execute(
            "SELECT name, role, locked_until FROM staff ORDER BY role DESC, name"
        )
    ]


def staff_roles(reader: apsw.Connection) -> dict[str, Role]:
    """Everyone on the staff and their roles."""
    known: dict[str, Role] = {role: role for role in ROLES}
    rows = reader.execute("SELECT name, role FROM staff")
    return {str(name): known.get(str(role), "cashier") for name, role in rows}


def has_approver(reader: apsw.Connection, permission: Permission) -> bool:
    """Whether there is anyone who could approve this."""
    return any(permission in PERMISSIONS[role] for role in staff_roles(reader).values())


def find_approver(
    connection: apsw.Connection,
    pin: str,
    permission: Permission,
    moment: datetime,
    ticks: float | None = None,
) -> Approval:
    """Who has this PIN and this permission, at an aware moment. Raises StaffError if it cannot be
    tried.

    `ticks` are seconds of a clock that nobody sets, since the machine was started: while it runs, a
    lock lasts as long by them, also where the clock was set forward.

    Takes about 50 ms for each of those, so it must run off the event loop, and it writes, so it
    runs on the books' write connection: `books.write(lambda c: find_approver(c, pin, …))`.
    That also holds the answer back until the failure is on disk: no guess is free.

    Whose PIN a wrong one was meant to be is not known, so failures count for all supervisors
    together. The fifth in a row locks approvals for 60 s, each one after that for twice as long as
    the one before, up to 15 min. While they are locked no PIN is tried, not even the right one.
    """
    if not has_approver(connection, permission):
        return NotApproved(because("staff.no_approver"))
    failures, locked_until = _guesses(connection)
    left = _left_by_ticks(connection, failures, ticks)
    if left > timedelta(0) and (locked_until is None or moment + left > locked_until):
        locked_until = moment + left
    if locked_until is not None and moment < locked_until:
        if locked_until - moment > _lock_after(failures):
            # The clock was set back. By how much is not known, so the lock starts anew: lifting it
            # would give a free guess for every such change, keeping it could last for years.
            locked_until = moment + _lock_after(failures)
            _keep(connection, failures, locked_until, ticks)
        return NotApproved(because("staff.locked", until=_clock_time(locked_until, moment)))
    if not _is_pin(pin):
        return NotApproved(because("staff.approval_pin_form"))
    hasher = _hasher()
    roles = staff_roles(connection)
    for name, pin_hash in connection.execute(
        "SELECT name, pin_hash FROM staff ORDER BY name"
    ).fetchall():
        if permission in PERMISSIONS[roles[str(name)]] and _fits(hasher, str(pin_hash), pin):
            _keep(connection, 0, None)
            return Approved(str(name))
    failures += 1
    if failures < WRONG_PINS_ALLOWED:
        _keep(connection, failures, None)
        return NotApproved(because("staff.wrong_pin"))
    locked_until = moment + _lock_after(failures)
    _keep(connection, failures, locked_until, ticks)
    until = _clock_time(locked_until, moment)
    return NotApproved(because("staff.locked_now", failures=failures, until=until))


def _is_pin(text: str) -> bool:
    return text.isascii() and text.isdigit() and 4 <= len(text) <= 8


def _lock_after(failures: int) -> timedelta:
    doublings = min(max(failures - WRONG_PINS_ALLOWED, 0), 10)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


def _guesses(reader: apsw.Connection) -> tuple[int, datetime | None]:
    """Wrong PINs in a row, and until when approvals are locked."""
    failures, locked_until = reader.execute(
        "SELECT coalesce(max(failures), 0), max(locked_until) FROM staff WHERE role = 'supervisor'"
    ).fetchone() or (0, None)
    return int(str(failures)), _read(locked_until)


def _left_by_ticks(reader: apsw.Connection, failures: int, ticks: float | None) -> timedelta:
    """How much of a lock is left by the clock that nobody sets; none once the machine restarts."""
    (began,) = reader.execute(
        "SELECT max(locked_at_ticks) FROM staff WHERE role = 'supervisor'"
    ).fetchone() or (None,)
    if ticks is None or not isinstance(began, float) or ticks < began:
        return timedelta(0)
    return max(_lock_after(failures) - timedelta(seconds=ticks - began), timedelta(0))


def _keep(
    connection: apsw.Connection,
    failures: int,
    locked_until: datetime | None,
    ticks: float | None = None,
) -> None:
    connection.execute(
        "UPDATE staff SET failures = ?, locked_until = ?, locked_at_ticks = ?"
        " WHERE role = 'supervisor'",
        (failures, _written(locked_until), None if locked_until is None else ticks),
    )


def _written(moment: datetime | None) -> str | None:
    """In UTC, so that SQLite's max() of the texts is the latest."""
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="microseconds")


def _read(text: apsw.SQLiteValue) -> datetime | None:
    return None if text is None else datetime.fromisoformat(str(text))


def _clock_time(until: datetime, moment: datetime) -> time:
    """Rounded up to the second, so that a try at the time that is shown is not too early."""
    shown = until.astimezone(moment.tzinfo) + timedelta(microseconds=999_999)
    return shown.time().replace(microsecond=0)


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)


def _hashed(hasher: PasswordHasher, pin: str) -> str:
    from argon2.exceptions import HashingError

    try:
        return hasher.hash(pin)
    except HashingError as error:
        raise StaffError("staff.pin_not_hashed", why=plain(str(error))) from error


def _fits(hasher: PasswordHasher, pin_hash: str, pin: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

    try:
        return hasher.verify(pin_hash, pin)
    except (VerifyMismatchError, InvalidHashError):
        return False
    except VerificationError as error:  # no memory, say: that is nobody's wrong PIN
        raise StaffError("staff.pin_not_checked", why=plain(str(error))) from error
