"""Badges: codes that the staff carry. The books keep a hash of each, with a salt of the shop."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

import apsw

from pos_tui.reasons import ReasonError

SHORTEST_BADGE = 8
LONGEST_BADGE = 48
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")


class BadgeError(ReasonError):
    """A code that cannot be a badge's; the code is not in its reason."""


def check_badge(connection: apsw.Connection, code: str) -> None:
    """Raises BadgeError for a code that is too short, or means something else in the shop."""
    plain = _plain(code)
    if not SHORTEST_BADGE <= len(plain) <= LONGEST_BADGE or not plain.isprintable():
        raise BadgeError("staff.badge_form", shortest=SHORTEST_BADGE, longest=LONGEST_BADGE)
    if len(set(plain)) < 3:
        raise BadgeError("staff.badge_guessed")
    known = (plain, plain.zfill(14))
    for query in (
        "SELECT 1 FROM item_codes WHERE code IN (?, ?)",
        "SELECT 1 FROM customers WHERE code IN (?, ?)",
    ):
        if connection.execute(query, known).fetchone() is not None:
            raise BadgeError("staff.badge_is_code")


def hash_of_badge(connection: apsw.Connection, code: str) -> bytes:
    """What the books keep of a badge; the shop's salt is made with the first one."""
    salt = _salt(connection)
    if not salt:
        salt = secrets.token_bytes(16)
        connection.execute("INSERT INTO badge_salt VALUES (1, ?)", (salt,))
    return _hashed(salt, code)


def name_on_badge(reader: apsw.Connection, code: str) -> str:
    """Whose badge this code is; "" where it is none. Quick: it is asked at every scan."""
    if not SHORTEST_BADGE <= len(code) <= LONGEST_BADGE + 8:
        return ""
    salt = _salt(reader)
    if not salt:
        return ""
    row = reader.execute(
        "SELECT name FROM staff WHERE badge_hash = ?", (_hashed(salt, code),)
    ).fetchone()
    return "" if row is None else str(row[0])


def _salt(reader: apsw.Connection) -> bytes:
    row = reader.execute("SELECT salt FROM badge_salt").fetchone()
    return row[0] if row is not None and isinstance(row[0], bytes) else b""


def _hashed(salt: bytes, code: str) -> bytes:
    return hmac.digest(salt, _plain(code).encode("utf-8", "surrogatepass"), hashlib.sha256)


def _plain(code: str) -> str:
    """A code as every scanner gives it: without its kind of symbol, in capitals."""
    found = _SYMBOLOGY.match(code.strip())
    return code.strip()[found.end() if found else 0 :].strip().upper()
