"""Posting: the one place that writes money. Entries balance, are journalled, are only added to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import apsw
from msgspec import Struct

from pos_tui.books.journal import entries as journal
from pos_tui.books.ledger import accounts
from pos_tui.books.shift import day_and_shift

EntryKind = Literal[
    "opening",
    "tender",
    "tender_returned",
    "sale",
    "return",
    "late",
    "void",
    "goods",
    "float",
    "pay_in",
    "pay_out",
    "drop",
    "counted",
    "voucher",
    "account",
    "payout",
]


class Entry(Struct, frozen=True):
    """One act of money or goods: postings of an account and an amount (minor units, above zero a
    debit) that add up to nothing. `document` names what it is about, beside the sale's number.
    """

    kind: EntryKind
    postings: tuple[tuple[str, int], ...]
    sale_no: int = 0
    document: str = ""


class UnbalancedError(ValueError):
    """The postings of an entry do not add up to nothing."""


def post(connection: apsw.Connection, at: datetime, by: str, entry: Entry) -> int:
    """Write an entry into the shift that is open, in the caller's transaction; gives its number.

    Postings of nothing are left out; an entry without any is not written, and gives 0. Between two
    shifts it belongs to none, and to the day of `at`. Raises UnbalancedError.
    """
    postings = tuple((account, amount) for account, amount in entry.postings if amount)
    if sum(amount for _, amount in postings):
        raise UnbalancedError(entry.kind)
    if not postings:
        return 0
    when = at.isoformat()
    day, shift = day_and_shift(connection, at)
    body = journal.encode(journal.Posted(entry.kind, day, shift, postings, entry.document, by))
    journal.append(connection, when, entry.sale_no, body)
    connection.execute(
        "INSERT INTO ledger_entries (at, day, shift, kind, sale_no, document, by, journal)"
        " VALUES (?,?,?,?,?,?,?,?)",
        (
            when, day, shift, entry.kind, entry.sale_no, entry.document, by,
            connection.last_insert_rowid(),
        ),
    )  # fmt: skip
    entry_no = connection.last_insert_rowid()
    ids = _account_ids(connection, {account for account, _ in postings})
    connection.executemany(
        "INSERT INTO postings (entry, leg, account, amount) VALUES (?,?,?,?)",
        [
            (entry_no, leg, ids[account], amount)
            for leg, (account, amount) in enumerate(postings, start=1)
        ],
    )
    connection.executemany(
        "INSERT INTO ledger_sums (account, day, shift, debit, credit, count) VALUES (?,?,?,?,?,1)"
        " ON CONFLICT (account, day, shift) DO UPDATE SET debit = debit + excluded.debit,"
        " credit = credit + excluded.credit, count = count + 1",
        [
            (ids[account], day, shift, max(amount, 0), max(-amount, 0))
            for account, amount in postings
        ],
    )
    return entry_no


def posted_of_sale(reader: apsw.Connection, sale_no: int, account: str) -> int:
    """What a sale's entries have posted to an account so far (minor units)."""
    (amount,) = reader.execute(
        "SELECT coalesce(sum(p.amount), 0) FROM ledger_entries e JOIN postings p"
        " ON p.entry = e.number JOIN accounts a ON a.id = p.account"
        " WHERE e.sale_no = ? AND e.sale_no > 0 AND a.name = ?",
        (sale_no, account),
    ).fetchone() or (0,)
    return int(str(amount))


def balance(reader: apsw.Connection, account: str) -> int:
    """What an account has come to (minor units, above zero a debit)."""
    (amount,) = reader.execute(
        "SELECT coalesce(sum(s.debit - s.credit), 0) FROM ledger_sums s JOIN accounts a"
        " ON a.id = s.account WHERE a.name = ?",
        (account,),
    ).fetchone() or (0,)
    return int(str(amount))


def sums_of_shift(reader: apsw.Connection, shift: int) -> dict[str, tuple[int, int, int]]:
    """By account: what a shift debited and credited (minor units), and how many postings."""
    rows = reader.execute(
        "SELECT a.name, sum(s.debit), sum(s.credit), sum(s.count) FROM ledger_sums s"
        " INDEXED BY ledger_sums_of_shift JOIN accounts a ON a.id = s.account"
        " WHERE s.shift = ? GROUP BY a.name ORDER BY a.name",
        (shift,),
    )
    return {
        str(name): (int(str(debit)), int(str(credit)), int(str(count)))
        for name, debit, credit, count in rows
    }


def sum_ledger_again(connection: apsw.Connection) -> None:
    """Make the sums by account, day and shift anew, from the postings."""
    connection.execute("DELETE FROM ledger_sums")
    connection.execute("INSERT INTO ledger_sums SELECT * FROM ledger_sums_counted")


def wrong_sums(reader: apsw.Connection) -> list[tuple[str, str, int]]:
    """The account, day and shift of each sum that is not that of its postings."""
    rows = reader.execute(
        "SELECT DISTINCT coalesce(a.name, '#' || d.account), d.day, d.shift FROM ("
        " SELECT * FROM (SELECT * FROM ledger_sums EXCEPT SELECT * FROM ledger_sums_counted)"
        " UNION"
        " SELECT * FROM (SELECT * FROM ledger_sums_counted EXCEPT SELECT * FROM ledger_sums)"
        ") d LEFT JOIN accounts a ON a.id = d.account ORDER BY 1, 2, 3"
    )
    return [(str(name), str(day), int(str(shift))) for name, day, shift in rows]


def open_ledger(connection: apsw.Connection, at: datetime) -> None:
    """What the stock was worth when these books got a ledger becomes its first entry, once.

    Only goods may have moved before: what is missing later is a fault, and stays one.
    """
    begun = "SELECT 1 FROM ledger_entries WHERE kind <> 'goods' LIMIT 1"
    if connection.execute(begun).fetchone():
        return
    (worth,) = connection.execute("SELECT sum(cost) FROM stock_on_hand").fetchone() or (None,)
    missing = int(str(worth or 0)) - balance(connection, accounts.STOCK)
    legs = ((accounts.STOCK, missing), (accounts.TAKEN_OVER, -missing))
    post(connection, at, "", Entry("opening", legs))


def _account_ids(connection: apsw.Connection, names: Iterable[str]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for name in names:
        row = connection.execute("SELECT id FROM accounts WHERE name = ?", (name,)).fetchone()
        if row is None:
            connection.execute("INSERT INTO accounts (name) VALUES (?)", (name,))
            ids[name] = connection.last_insert_rowid()
        else:
            ids[name] = int(str(row[0]))
    return ids
