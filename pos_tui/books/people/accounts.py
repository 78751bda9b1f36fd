"""Customers' accounts: what each may owe, owes, and since when; the ledger is the truth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import apsw
from msgspec import Struct

from pos_tui.books.connection import TenderRefusedError
from pos_tui.books.journal import entries as journal
from pos_tui.books.ledger.accounts import customer_account
from pos_tui.books.ledger.posting import balance
from pos_tui.books.people.customers import CustomerError, find_customer


class CustomerAccount(Struct, frozen=True):
    """A customer's account: how much they may owe (None: no account), and what they do (both in
    minor units); `since` when, where anything is owed. `name` is the code of one who was removed.
    """

    code: str
    name: str
    limit: int | None
    owes: int
    since: datetime | None = None


class StatementRow(Struct, frozen=True):
    """A row of an account's statement: what was bought on it (above zero) or paid, of which sale,
    and what was owed then; in minor units.
    """

    at: datetime
    sale_no: int
    amount: int
    owes: int
    by: str


def find_account(reader: apsw.Connection, code: str) -> CustomerAccount | None:
    """The account of the customer with this code; None where there is neither."""
    customer = find_customer(reader, code)
    code = code.strip().upper() if customer is None else customer.code
    owes = balance(reader, customer_account(code))
    if customer is None and not owes:
        return None
    name, limit = (code, None) if customer is None else (customer.name, _limit_of(reader, code))
    return CustomerAccount(code, name, limit, owes, _owed_since(reader, code) if owes > 0 else None)


def accounts_owing(reader: apsw.Connection) -> list[CustomerAccount]:
    """The accounts on which anything is owed, or paid too much, who has owed longest first."""
    start = customer_account("x")[:-1]
    rows = reader.execute(
        "SELECT substr(a.name, ?) FROM accounts a JOIN ledger_sums s ON s.account = a.id"
        " WHERE a.name >= ? AND a.name < ? GROUP BY a.id HAVING sum(s.debit - s.credit) <> 0",
        (len(start) + 1, start, f"{start}\U0010ffff"),
    ).fetchall()
    found = [find_account(reader, str(code)) for (code,) in rows]
    known = [each for each in found if each is not None]
    return sorted(known, key=lambda each: (each.since is None, str(each.since), each.code))


def customers_with_account(reader: apsw.Connection) -> list[CustomerAccount]:
    """Who may owe something or does: first those who owe, who has longest before the others."""
    owing = accounts_owing(reader)
    codes = {each.code for each in owing}
    rows = reader.execute(
        "SELECT code FROM customers WHERE account_limit IS NOT NULL ORDER BY name, code"
    ).fetchall()
    others = [find_account(reader, str(code)) for (code,) in rows if code not in codes]
    return [*owing, *(each for each in others if each is not None)]


def statement(reader: apsw.Connection, code: str) -> list[StatementRow]:
    """Everything that was put on a customer's account and paid of it, in order."""
    owes, rows = 0, []
    for at, sale_no, amount, by in _postings(reader, code):
        owes += amount
        rows.append(StatementRow(at, sale_no, amount, owes, by))
    return rows


def set_account_limit(
    connection: apsw.Connection, at: datetime, by: str, code: str, limit: int | None
) -> None:
    """Set how much a customer may owe (minor units), journalled; None: no account any more.

    What is owed stays owed. Raises CustomerError where there is no such customer, or the code has a
    colon.
    """
    customer = find_customer(connection, code)
    if customer is None:
        raise CustomerError("customers.unknown", code=code[:40])
    if ":" in customer.code:  # it divides the names of the ledger's accounts
        raise CustomerError("customers.no_account_code", code=customer.code)
    connection.execute(
        "UPDATE customers SET account_limit = ? WHERE code = ?", (limit, customer.code)
    )
    act = journal.AccountLimitSet(customer.code, limit, by)
    journal.append(connection, at.isoformat(), 0, journal.encode(act))


def check_account(connection: apsw.Connection, code: str, amount: int, owes: int) -> None:
    """In the transaction that puts an amount on an account: that `owes` is what is owed then.

    Raises TenderRefusedError where it is not: something else was put on it, or paid, meanwhile.
    """
    if balance(connection, customer_account(code)) + amount != owes:
        raise TenderRefusedError("account.changed_meanwhile")


def _limit_of(reader: apsw.Connection, code: str) -> int | None:
    row = reader.execute("SELECT account_limit FROM customers WHERE code = ?", (code,)).fetchone()
    return None if row is None or row[0] is None else int(str(row[0]))


def _owed_since(reader: apsw.Connection, code: str) -> datetime | None:
    """When the oldest of what is not yet paid was bought: payments pay the oldest first."""
    postings = list(_postings(reader, code))
    paid = -sum(amount for _, _, amount, _ in postings if amount < 0)
    for at, _, amount, _ in postings:
        if amount > 0:
            paid -= amount
            if paid < 0:
                return at
    return None


def _postings(reader: apsw.Connection, code: str) -> Iterator[tuple[datetime, int, int, str]]:
    rows = reader.execute(
        "SELECT e.at, e.sale_no, p.amount, e.by FROM accounts a JOIN postings p ON p.account = a.id"
        " JOIN ledger_entries e ON e.number = p.entry WHERE a.name = ? ORDER BY e.number, p.leg",
        (customer_account(code),),
    )
    for at, sale_no, amount, by in rows:
        yield datetime.fromisoformat(str(at)), int(str(sale_no)), int(str(amount)), str(by)
