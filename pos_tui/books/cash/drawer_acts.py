"""Acts of the drawer beside sales: float, pay in, pay out, drop, opened without a sale, counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import apsw
import msgspec
from msgspec import Struct

from pos_tui.books.journal import entries as journal
from pos_tui.books.journal.entries import DrawerActKind
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import Entry, balance, post
from pos_tui.books.shift import current_shift, need_shift
from pos_tui.receipts.shift_report import CountedPieces

CashMove = Literal["pay_in", "pay_out", "drop", "no_sale"]
OTHER = "other"  # the account of a reason that is in nobody's list
_COLUMNS = "number, at, shift, kind, amount, expected, reason, by, approved_by, pieces"


class DrawerAct(Struct, frozen=True, kw_only=True):
    """One act of the drawer; amounts in minor units, `at` aware.

    `amount` is what went in or out, of a float or a count what was counted; `expected` is what the
    books had then.
    """

    number: int
    at: datetime
    shift: int
    kind: DrawerActKind
    amount: int
    expected: int = 0
    reason: str = ""
    by: str = ""
    approved_by: str = ""
    pieces: tuple[CountedPieces, ...] = ()

    @property
    def difference(self) -> int:
        """How much more was counted than the books had."""
        return self.amount - self.expected if self.kind in {"float", "counted"} else 0


class DrawerCount(Struct, frozen=True):
    """What was counted in the drawer: its sum, and the notes and coins where they were named."""

    total: int
    pieces: tuple[CountedPieces, ...] = ()


def move_cash(
    connection: apsw.Connection,
    at: datetime,
    kind: CashMove,
    amount: int,
    reason: str,
    by: str,
    *,
    approved_by: str = "",
    listed: bool = True,
    day_ends_at: int = 0,
) -> DrawerAct:
    """Pay in, pay out, drop or open without a sale, in the caller's transaction.

    `amount` (minor units) is above zero, and 0 for no sale. `listed`: the reason is one of the
    shop's, and has an account of its own. A shift opens where none is.
    """
    need_shift(connection, at, day_ends_at)
    account = reason if listed and reason else OTHER
    against = {
        "pay_in": accounts.paid_in(account),
        "pay_out": accounts.paid_out(account),
        "drop": accounts.SAFE,
        "no_sale": "",
    }[kind]
    act = _keep(connection, at, kind, amount, reason, by, approved_by)
    if kind != "no_sale":
        into = amount if kind == "pay_in" else -amount
        legs = ((accounts.DRAWER, into), (against, -into))
        post(connection, at, by, Entry(kind, legs, document=f"drawer {act.number}"))
    return act


def put_float(connection: apsw.Connection, at: datetime, count: DrawerCount, by: str) -> DrawerAct:
    """The float of the shift that is open was counted; in the caller's transaction.

    What it is more or less than the shift before had left is over or short; all of the first float
    ever comes from outside.
    """
    expected = float_proposed(connection)
    is_first = not connection.execute("SELECT 1 FROM drawer_acts WHERE kind = 'float'").fetchone()
    act = _keep(connection, at, "float", count.total, "", by, "", expected, count.pieces)
    against = accounts.FLOAT if is_first else accounts.OVER_SHORT
    legs = ((accounts.DRAWER, act.difference), (against, -act.difference))
    post(connection, at, by, Entry("float", legs, document=f"drawer {act.number}"))
    return act


def put_count(
    connection: apsw.Connection, at: datetime, count: DrawerCount, by: str, approved_by: str = ""
) -> DrawerAct:
    """The drawer was counted at the end of a shift; the difference is over or short, never refused.

    In the caller's transaction.
    """
    expected = balance(connection, accounts.DRAWER)
    act = _keep(connection, at, "counted", count.total, "", by, approved_by, expected, count.pieces)
    legs = ((accounts.DRAWER, act.difference), (accounts.OVER_SHORT, -act.difference))
    post(connection, at, by, Entry("counted", legs, document=f"drawer {act.number}"))
    return act


def float_proposed(reader: apsw.Connection) -> int:
    """What should be in the drawer as the float of the shift that is open, or of the next one.

    That is what the shift before left; what this shift's sales brought is not in it.
    """
    shift = current_shift(reader)
    now = balance(reader, accounts.DRAWER)
    if shift is None:
        return now
    (since,) = reader.execute(
        "SELECT coalesce(sum(s.debit - s.credit), 0) FROM ledger_sums s"
        " INDEXED BY ledger_sums_of_shift JOIN accounts a ON a.id = s.account"
        " WHERE s.shift = ? AND a.name = ?",
        (shift.number, accounts.DRAWER),
    ).fetchone() or (0,)
    return now - int(str(since))


def acts_of_shift(reader: apsw.Connection, shift: int) -> Iterator[DrawerAct]:
    """The acts of the drawer in a shift, in order."""
    rows = reader.execute(
        f"SELECT {_COLUMNS} FROM drawer_acts WHERE shift = ? ORDER BY number",  # noqa: S608
        (shift,),
    )
    for number, at, of_shift, kind, amount, expected, reason, by, approved_by, pieces in rows:
        yield DrawerAct(
            number=int(str(number)),
            at=datetime.fromisoformat(str(at)),
            shift=int(str(of_shift)),
            kind=msgspec.convert(kind, DrawerActKind),
            amount=int(str(amount)),
            expected=int(str(expected)),
            reason=str(reason),
            by=str(by),
            approved_by=str(approved_by),
            pieces=(
                msgspec.json.decode(str(pieces), type=tuple[CountedPieces, ...]) if pieces else ()
            ),
        )


def _keep(
    connection: apsw.Connection,
    at: datetime,
    kind: DrawerActKind,
    amount: int,
    reason: str,
    by: str,
    approved_by: str,
    expected: int = 0,
    pieces: tuple[CountedPieces, ...] = (),
) -> DrawerAct:
    (number,) = connection.execute(
        "SELECT coalesce(max(number), 0) + 1 FROM drawer_acts"
    ).fetchone() or (1,)
    shift = current_shift(connection)
    act = DrawerAct(
        number=int(str(number)),
        at=at,
        shift=0 if shift is None else shift.number,
        kind=kind,
        amount=amount,
        expected=expected,
        reason=reason,
        by=by,
        approved_by=approved_by,
        pieces=pieces,
    )
    noted = journal.DrawerActed(
        act.number, kind, act.shift, amount, reason, by, approved_by, expected, pieces
    )
    journal.append(connection, at.isoformat(), 0, journal.encode(noted))
    connection.execute(
        f"INSERT INTO drawer_acts ({_COLUMNS}, journal) VALUES (?,?,?,?,?,?,?,?,?,?,?)",  # noqa: S608
        (
            act.number, at.isoformat(), act.shift, kind, amount, expected, reason, by, approved_by,
            msgspec.json.encode(pieces).decode() if pieces else "", connection.last_insert_rowid(),
        ),
    )  # fmt: skip
    return act
