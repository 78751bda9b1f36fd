"""What platforms owe the shop: by day, beside their bills, and what they paid out to the bank."""

from __future__ import annotations

from datetime import date, datetime

import apsw
from msgspec import Struct

from pos_tui.books.journal import entries as journal
from pos_tui.books.ledger.accounts import BANK, BANK_FEES, clearing
from pos_tui.books.ledger.posting import Entry, post
from pos_tui.reasons import ReasonError

_ACCOUNTS = clearing("x").removesuffix("x")
_SUMS = """
    SELECT a.name, s.day, sum(s.debit), sum(s.credit) FROM accounts a
    JOIN ledger_sums s ON s.account = a.id
    WHERE substr(a.name, 1, ?1) = ?2 AND s.day <= ?3 GROUP BY a.name, s.day ORDER BY s.day
"""


class PayoutRefusedError(ReasonError):
    """A payout cannot be booked; its reason says why."""


class PlatformBill(Struct, frozen=True):
    """What a platform's bill of a day has as paid and refunded (minor units), and how many
    differences from the orders the gateway found in it.
    """

    platform: str
    day: date
    paid: int
    refunded: int
    differences: int = 0


class ClearingDay(Struct, frozen=True):
    """A platform's accounting day; amounts in minor units.

    `taken` and `given_back` are what the till has, `bill` is what the platform has, None where none
    was read. `paid_out` came to the bank, `fee` was kept. `owed` is what the platform owes at its
    end.
    """

    platform: str
    day: date
    taken: int
    given_back: int
    paid_out: int
    fee: int
    owed: int
    bill: PlatformBill | None = None

    @property
    def difference(self) -> int | None:
        """How much more the bill has than the till; None without a bill."""
        if self.bill is None:
            return None
        return self.bill.paid - self.bill.refunded - self.taken + self.given_back


def clearing_days(reader: apsw.Connection, first: date, last: date) -> list[ClearingDay]:
    """The days on which something was taken, given back, paid out, or billed, the latest first."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for name, day, debit, credit in reader.execute(
        _SUMS, (len(_ACCOUNTS), _ACCOUNTS, last.isoformat())
    ):
        platform = str(name).removeprefix(_ACCOUNTS)
        sums[str(day), platform] = int(str(debit)), int(str(credit))
    payouts: dict[tuple[str, str], tuple[int, int]] = {}
    for day, platform, amount, fee in reader.execute(
        "SELECT day, platform, sum(amount), sum(fee) FROM payouts WHERE day <= ?"
        " GROUP BY day, platform",
        (last.isoformat(),),
    ):
        payouts[str(day), str(platform)] = int(str(amount)), int(str(fee))
    bills = _bills(reader, first, last)
    owed: dict[str, int] = {}
    found = []
    for day_text, platform in sorted(sums.keys() | bills.keys()):
        taken, credit = sums.get((day_text, platform), (0, 0))
        paid_out, fee = payouts.get((day_text, platform), (0, 0))
        owed[platform] = owed.get(platform, 0) + taken - credit
        if day_text >= first.isoformat():
            found.append(
                ClearingDay(
                    platform, date.fromisoformat(day_text), taken, credit - paid_out - fee,
                    paid_out, fee, owed[platform], bills.get((day_text, platform)),
                )
            )  # fmt: skip
    return found[::-1]


def keep_bill(connection: apsw.Connection, at: datetime, by: str, bill: PlatformBill) -> None:
    """Keep what a platform's bill says, in the caller's transaction; the last of a day counts."""
    day = bill.day.isoformat()
    act = journal.BillRead(bill.platform, day, bill.paid, bill.refunded, bill.differences, by)
    journal.append(connection, at.isoformat(), 0, journal.encode(act))
    connection.execute(
        "INSERT INTO clearing_bills (platform, day, paid, refunded, differences, at, by)"
        " VALUES (?,?,?,?,?,?,?)",
        (bill.platform, day, bill.paid, bill.refunded, bill.differences, at.isoformat(), by),
    )


def book_payout(
    connection: apsw.Connection,
    at: datetime,
    by: str,
    platform: str,
    amount: int,
    fee: int,
    document: str,
) -> None:
    """Book money that a platform paid to the bank, and the fee it kept (minor units), in the
    caller's transaction.

    Raises PayoutRefusedError for a paper that is booked already, for no amount, for no paper, and
    for a platform that never took anything here.
    """
    if amount <= 0 or fee < 0:
        raise PayoutRefusedError("clearing.no_amount")
    if not document:
        raise PayoutRefusedError("clearing.no_document")
    if connection.execute(
        "SELECT 1 FROM payouts WHERE platform = ? AND document = ?", (platform, document)
    ).fetchone():
        raise PayoutRefusedError("clearing.booked_already", document=document)
    account = clearing(platform)
    if not connection.execute("SELECT 1 FROM accounts WHERE name = ?", (account,)).fetchone():
        raise PayoutRefusedError("clearing.no_platform", platform=platform)
    legs = ((BANK, amount), (BANK_FEES, fee), (account, -amount - fee))
    entry = post(connection, at, by, Entry("payout", legs, document=document))
    act = journal.PaidOutByPlatform(platform, amount, fee, document, by)
    journal.append(connection, at.isoformat(), 0, journal.encode(act))
    connection.execute(
        "INSERT INTO payouts (entry, day, platform, amount, fee, document)"
        " SELECT number, day, ?, ?, ?, ? FROM ledger_entries WHERE number = ?",
        (platform, amount, fee, document, entry),
    )


def _bills(reader: apsw.Connection, first: date, last: date) -> dict[tuple[str, str], PlatformBill]:
    rows = reader.execute(
        "SELECT platform, day, paid, refunded, differences FROM clearing_bills"
        " WHERE day BETWEEN ? AND ? ORDER BY seq",
        (first.isoformat(), last.isoformat()),
    )
    return {
        (str(day), str(platform)): PlatformBill(
            str(platform), date.fromisoformat(str(day)),
            int(str(paid)), int(str(refunded)), int(str(differences)),
        )
        for platform, day, paid, refunded, differences in rows
    }  # fmt: skip
