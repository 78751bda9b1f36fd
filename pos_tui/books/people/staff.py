"""The shop's staff: who they are by PIN or badge, what they are, and who may approve.

A PIN is kept as an Argon2id hash only. Ten thousand PINs of four digits are tried in minutes by
whoever has a copy of the books, so it is the file's rights that keep them; here guessing at the
till is made slow. No sentence or error of this module holds a PIN or a badge's code.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import apsw
from msgspec import Struct

from pos_tui.books.people.badges import check_badge, hash_of_badge, name_on_badge
from pos_tui.books.people.permissions import PERMISSIONS, ROLES, Permission, Role
from pos_tui.books.people.wrong_pins import (
    PinsFor,
    count_wrong,
    forget_wrong,
    locked_until,
    wrong_pins,
)
from pos_tui.reasons import Reason, ReasonError, because, plain

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LONGEST_NAME = 40


class StaffError(ReasonError):
    """What was asked about staff cannot be done; no PIN is in its reason."""


class StaffMember(Struct, frozen=True):
    """One of the staff; `locked_until` is when their PIN approves again, where that is locked. It
    may lie in the past, until the next right PIN.
    """

    name: str
    role: Role
    locked_until: datetime | None = None
    has_badge: bool = False


class Approved(Struct, frozen=True):
    """Somebody who may has approved; `name` is whose PIN or badge it was."""

    name: str


class NotApproved(Struct, frozen=True):
    """Nobody has approved; `why` is for the cashier."""

    why: Reason


Approval = Approved | NotApproved


class NotOnStaff(Struct, frozen=True):
    """Nobody has this PIN or badge, or none is tried now; `why` is for whoever asks."""

    why: Reason


def check_pin(pin: str) -> None:
    """Raises StaffError for a PIN that is none, or the first that anyone would guess."""
    if not is_pin(pin):
        raise StaffError("staff.pin_form")
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if steps == {0}:
        raise StaffError("staff.pin_one_digit")
    if steps in ({1}, {9}):
        raise StaffError("staff.pin_in_a_row")


def is_pin(text: str) -> bool:
    """Whether this has the form of a PIN: 4 to 8 digits."""
    return text.isascii() and text.isdigit() and 4 <= len(text) <= 8


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


def set_staff(
    connection: apsw.Connection, name: str, role: str, pin: str, badge: str | None = None
) -> None:
    """Take someone on, or give them another role, PIN and badge. Raises StaffError, BadgeError.

    `badge` is its code; None: they keep the one they have; "": they have none any more. Takes about
    50 ms for everyone on the staff: the PIN is compared with each. A lock stays.
    """
    name = check_name(name)
    if role not in ROLES:
        raise StaffError("staff.role_form")
    check_pin(pin)
    badge_hash: bytes | None = None
    if badge:
        check_badge(connection, badge)
        if name_on_badge(connection, badge) not in {"", name}:
            raise StaffError("staff.badge_used")
        badge_hash = hash_of_badge(connection, badge)
    hasher = _hasher()
    for (pin_hash,) in connection.execute("SELECT pin_hash FROM staff WHERE name <> ?", (name,)):
        if _fits(hasher, str(pin_hash), pin):
            raise StaffError("staff.pin_used")
    connection.execute(
        "INSERT INTO staff (name, role, pin_hash, badge_hash) VALUES (?,?,?,?)"
        " ON CONFLICT (name) DO UPDATE SET role = excluded.role, pin_hash = excluded.pin_hash,"
        " badge_hash = CASE WHEN ? THEN badge_hash ELSE excluded.badge_hash END",
        (name, role, _hashed(hasher, pin), badge_hash, badge is None),
    )


def remove_staff(connection: apsw.Connection, name: str) -> None:
    """Take someone off the staff. Raises StaffError when there is no such name."""
    name = check_name(name)
    connection.execute("DELETE FROM staff WHERE name = ?", (name,))
    if not connection.changes():
        raise StaffError("staff.unknown", name=name)


def staff_list(reader: apsw.Connection) -> list[StaffMember]:
    """Everyone on the staff, those who may approve first."""
    until = wrong_pins(reader, "approval").locked_until
    rows = reader.execute("SELECT name, badge_hash IS NOT NULL FROM staff")
    roles = staff_roles(reader)
    members = [
        StaffMember(
            str(name), roles[str(name)], until if _approves(roles[str(name)]) else None, bool(badge)
        )
        for name, badge in rows.fetchall()
    ]
    order: tuple[Role, ...] = ("manager", "supervisor", "cashier", "trainer", "technician")
    return sorted(members, key=lambda each: (order.index(each.role), each.name))


def staff_roles(reader: apsw.Connection) -> dict[str, Role]:
    """Everyone on the staff and their roles."""
    known: dict[str, Role] = {role: role for role in ROLES}
    rows = reader.execute("SELECT name, role FROM staff")
    return {str(name): known.get(str(role), "cashier") for name, role in rows}


def has_approver(reader: apsw.Connection, permission: Permission) -> bool:
    """Whether there is anyone who could approve this."""
    return any(permission in PERMISSIONS[role] for role in staff_roles(reader).values())


def has_manager(reader: apsw.Connection) -> bool:
    """Whether the shop has a manager."""
    return "manager" in staff_roles(reader).values()


def find_approver(
    connection: apsw.Connection,
    text: str,
    permission: Permission,
    moment: datetime,
    ticks: float | None = None,
) -> Approval:
    """Who has this PIN or badge and this permission, at an aware moment. Raises StaffError if it
    cannot be tried.

    Takes about 50 ms for each of those, so it must run off the event loop, and it writes, so it
    runs on the books' write connection: `books.write(lambda c: find_approver(c, pin, …))`.
    That also holds the answer back until the failure is on disk: no guess is free. Locks and
    `ticks` as in `wrong_pins`. A badge is no guess: it is tried also while PINs are not.
    """
    if not has_approver(connection, permission):
        return NotApproved(because("staff.no_approver"))
    roles = staff_roles(connection)
    holder = name_on_badge(connection, text)
    if holder:
        if permission in PERMISSIONS[roles[holder]]:
            return Approved(holder)
        return NotApproved(because("staff.badge_may_not", name=holder))
    until = locked_until(connection, "approval", moment, ticks)
    if until is not None:
        return NotApproved(because("staff.locked", until=_clock_time(until, moment)))
    if not is_pin(text):
        return NotApproved(because("staff.approval_pin_form"))
    name = _whose_pin(connection, text, lambda name: permission in PERMISSIONS[roles[name]])
    if name:
        forget_wrong(connection, "approval")
        return Approved(name)
    return NotApproved(_wrong(connection, "approval", moment, ticks))


def find_member(
    connection: apsw.Connection, text: str, moment: datetime, ticks: float | None = None
) -> StaffMember | NotOnStaff:
    """Who on the staff has this PIN or badge, to sign on. Raises StaffError if it cannot be tried.

    Runs where `find_approver` does, and takes as long. Wrong ones lock signing on by PIN, never
    approvals.
    """
    roles = staff_roles(connection)
    if not roles:
        return NotOnStaff(because("staff.nobody_yet"))
    holder = name_on_badge(connection, text)
    if holder:
        return StaffMember(holder, roles[holder], has_badge=True)
    until = locked_until(connection, "sign_on", moment, ticks)
    if until is not None:
        return NotOnStaff(because("staff.sign_on_locked", until=_clock_time(until, moment)))
    if not is_pin(text):
        return NotOnStaff(because("staff.sign_on_pin_form"))
    name = _whose_pin(connection, text, lambda _: True)
    if not name:
        return NotOnStaff(_wrong(connection, "sign_on", moment, ticks))
    connection.execute(
        "UPDATE staff SET last_on = ? WHERE name = ?", (int(moment.timestamp()), name)
    )
    # A cashier's own PIN makes up for one wrong one only: else it would pay for guesses at others'.
    forget_wrong(connection, "sign_on", None if _approves(roles[name]) else 1)
    return StaffMember(name, roles[name])


def _approves(role: Role) -> bool:
    return "price_override" in PERMISSIONS[role]


def _whose_pin(connection: apsw.Connection, pin: str, is_meant: Callable[[str], bool]) -> str:
    """The name of whoever has this PIN, of those who are meant; "" for nobody."""
    hasher = _hasher()
    rows = connection.execute(
        "SELECT name, pin_hash FROM staff ORDER BY last_on DESC, name"  # each try takes its time
    ).fetchall()
    for name, pin_hash in rows:
        if is_meant(str(name)) and _fits(hasher, str(pin_hash), pin):
            return str(name)
    return ""


def _wrong(
    connection: apsw.Connection, of: PinsFor, moment: datetime, ticks: float | None
) -> Reason:
    failures, until = count_wrong(connection, of, moment, ticks)
    kind = "staff.wrong_pin" if of == "approval" else "staff.sign_on_wrong"
    if until is None:
        return because(kind)
    return because(f"{kind}_locked", failures=failures, until=_clock_time(until, moment))


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
