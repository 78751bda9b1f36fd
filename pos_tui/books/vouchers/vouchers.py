"""Vouchers: what the shop owes whoever brings one; what is on one is the sum of its movements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Literal

import apsw
from msgspec import Struct

from pos_tui.books.connection import TenderRefusedError
from pos_tui.books.journal import entries as journal
from pos_tui.books.journal.entries import VoucherMovementKind
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import Entry, balance, post
from pos_tui.codes.voucher import shown_voucher, voucher_number
from pos_tui.reasons import Reason, ReasonError, because

_COLUMNS = (
    "v.id, v.number, v.issued_at, v.expires_on, v.sale_no, v.reason,"
    " coalesce(sum(m.amount), 0), coalesce(sum(m.amount) FILTER (WHERE m.what = 'issued'), 0)"
)
_BEING_VOIDED = (
    "SELECT v.sale_no FROM vouchers v JOIN return_claims c ON c.sale_no = v.sale_no"
    " JOIN sales s ON s.number = c.return_sale JOIN sold_lines l"
    " ON l.sale_no = c.sale_no AND l.line = c.line"
    " WHERE v.id = ? AND v.sale_no > 0 AND s.state = 'awaiting' AND l.kind = 'voucher' LIMIT 1"
)
_FROM = "FROM vouchers v LEFT JOIN voucher_movements m ON m.voucher = v.id"

VoucherState = Literal["good", "spent", "expired"]


class VoucherError(ReasonError):
    """What was asked about a voucher cannot be done."""


class Voucher(Struct, frozen=True):
    """One voucher: what it was issued over and what is `left` on it (minor units), since when
    (aware), its last good day, and the sale that sold it; 0 and a reason for another.

    Its `number` is worth what is left on it: `shown` stands for it where people can see it.
    """

    id: int
    number: str
    issued_at: datetime
    expires_on: date | None
    sale_no: int
    reason: str
    left: int
    amount: int

    @property
    def shown(self) -> str:
        """Its number without what makes it worth anything."""
        return shown_voucher(self.number)

    def state(self, today: date) -> VoucherState:
        """Whether it can be spent on this day of the shop's."""
        if not self.left:
            return "spent"
        return "expired" if self.expires_on is not None and self.expires_on < today else "good"


class VoucherMovement(Struct, frozen=True):
    """What came onto a voucher, or went off it (minor units, below zero), when and by whom."""

    at: datetime
    what: VoucherMovementKind
    amount: int
    sale_no: int
    by: str


def find_voucher(reader: apsw.Connection, number: str) -> Voucher | None:
    """The voucher with this whole number."""
    return _one(reader, "v.number = ?", number)


def voucher_of_id(reader: apsw.Connection, voucher: int) -> Voucher | None:
    """The voucher that the books keep under this id."""
    return _one(reader, "v.id = ?", voucher)


def vouchers_of_sale(reader: apsw.Connection, sale_no: int) -> list[Voucher]:
    """The vouchers that a sale sold, or gave for what came back."""
    return list(_all(reader, "WHERE v.sale_no = ? AND v.sale_no > 0", (sale_no,), "v.id"))


def list_vouchers(reader: apsw.Connection, *, most: int = 1000) -> list[Voucher]:
    """The vouchers, the latest first; those on which something is left before the others."""
    order = "coalesce(sum(m.amount), 0) = 0, v.id DESC LIMIT ?"
    return list(_all(reader, "", (most,), order))


def expired_vouchers(reader: apsw.Connection, today: date) -> list[Voucher]:
    """The vouchers that expired before this day with something left on them, the earliest first."""
    found = _all(reader, "WHERE v.expires_on < ?", (today.isoformat(),), "v.expires_on, v.id")
    return [each for each in found if each.left]


def movements_of_voucher(reader: apsw.Connection, voucher: int) -> list[VoucherMovement]:
    """What has happened to a voucher, in order."""
    rows = reader.execute(
        "SELECT at, what, amount, sale_no, by FROM voucher_movements WHERE voucher = ?"
        " ORDER BY seq",
        (voucher,),
    )
    return [
        VoucherMovement(datetime.fromisoformat(str(at)), _kind(str(what)), int(str(amount)),
                        int(str(sale_no)), str(by))
        for at, what, amount, sale_no, by in rows
    ]  # fmt: skip


def issue_voucher(
    connection: apsw.Connection,
    at: datetime,
    by: str,
    amount: int,
    expires_on: date | None,
    randomness: Callable[[], int],
    *,
    sale_no: int = 0,
    reason: str = "",
) -> Voucher:
    """Issue a voucher over an amount (minor units), journalled, in the caller's transaction.

    The caller posts what it owes now: a credit of `accounts.VOUCHERS`. `randomness` gives whole
    numbers of 40 bits that nobody can guess.
    """
    if amount <= 0:
        raise VoucherError("voucher.over_nothing")
    number = voucher_number(randomness() << 40 | randomness())
    while connection.execute("SELECT 1 FROM vouchers WHERE number = ?", (number,)).fetchone():
        number = voucher_number(randomness() << 40 | randomness())
    connection.execute(
        "INSERT INTO vouchers (number, issued_at, expires_on, sale_no, reason) VALUES (?,?,?,?,?)",
        (
            number,
            at.isoformat(),
            None if expires_on is None else expires_on.isoformat(),
            sale_no,
            reason,
        ),
    )
    voucher = connection.last_insert_rowid()
    _move(connection, at, by, voucher, "issued", amount, sale_no, reason, expires_on)
    return Voucher(voucher, number, at, expires_on, sale_no, reason, amount, amount)


def spend_voucher(
    connection: apsw.Connection,
    at: datetime,
    by: str,
    voucher: int,
    amount: int,
    left: int,
    sale_no: int,
) -> None:
    """Take an amount off a voucher, in the transaction that pays with it; `left` must stay.

    Raises TenderRefusedError where something else is on it than was seen: it was spent meanwhile;
    and where the sale that sold it is being voided.
    """
    if (being_voided := _sale_being_voided(connection, voucher)) is not None:
        raise TenderRefusedError("voucher.being_voided", sale=being_voided)
    if _left_on(connection, voucher) != amount + left or left < 0:
        raise TenderRefusedError("voucher.spent_meanwhile")
    _move(connection, at, by, voucher, "spent", -amount, sale_no)


def give_voucher_back(
    connection: apsw.Connection, at: datetime, by: str, voucher: int, amount: int, sale_no: int
) -> None:
    """Put an amount that was paid with a voucher onto it again, in the caller's transaction."""
    _move(connection, at, by, voucher, "given_back", amount, sale_no)


def issue_for_nothing(
    connection: apsw.Connection,
    at: datetime,
    by: str,
    amount: int,
    expires_on: date | None,
    randomness: Callable[[], int],
    reason: str,
) -> Voucher:
    """Issue a voucher that nobody pays for, and post it as an expense of this reason."""
    issued = issue_voucher(connection, at, by, amount, expires_on, randomness, reason=reason)
    legs = ((accounts.given_as_voucher(reason), amount), (accounts.VOUCHERS, -amount))
    post(connection, at, by, Entry("voucher", legs, document=f"voucher {issued.id}"))
    return issued


def write_voucher_back(
    connection: apsw.Connection, at: datetime, by: str, voucher: int, today: date
) -> int:
    """What is left on an expired voucher (minor units) becomes income; gives how much that was.

    Raises VoucherError for one that is not expired.
    """
    found = voucher_of_id(connection, voucher)
    if found is None or found.state(today) != "expired":
        raise VoucherError("voucher.not_expired")
    if (being_voided := _sale_being_voided(connection, voucher)) is not None:
        raise VoucherError("voucher.being_voided", sale=being_voided)
    _move(connection, at, by, voucher, "expired", -found.left, 0)
    legs = ((accounts.VOUCHERS, found.left), (accounts.EXPIRED_VOUCHERS, -found.left))
    post(connection, at, by, Entry("voucher", legs, document=f"voucher {voucher}"))
    return found.left


def why_not_void(vouchers: Iterable[Voucher]) -> Reason | None:
    """Why the sale that sold these vouchers cannot be voided; None where all are whole."""
    for each in vouchers:
        if each.left != each.amount:
            return because("voucher.spent_of_sale", number=each.shown, sale=each.sale_no)
    return None


def vouchers_to_void(reader: apsw.Connection, sale_no: int) -> list[Voucher]:
    """The vouchers that a sale sold, all of them whole; else it raises TenderRefusedError."""
    sold = vouchers_of_sale(reader, sale_no)
    if (why := why_not_void(sold)) is not None:
        raise TenderRefusedError(why)
    return sold


def void_vouchers_of_sale(connection: apsw.Connection, at: datetime, by: str, sale_no: int) -> int:
    """Vouchers that a sale sold are worth nothing any more, in the transaction that voids it; gives
    what they were over (minor units). The caller posts the debit of `accounts.VOUCHERS`.

    Raises TenderRefusedError where one is not whole any more.
    """
    sold = vouchers_to_void(connection, sale_no)
    for each in sold:
        _move(connection, at, by, each.id, "voided", -each.amount, sale_no)
    return sum(each.amount for each in sold)


def wrong_vouchers(reader: apsw.Connection) -> int:
    """How much more (minor units) is on all vouchers than the ledger says is owed; 0 when sound."""
    (there,) = reader.execute(
        "SELECT coalesce(sum(amount), 0) FROM voucher_movements"
    ).fetchone() or (0,)
    return int(str(there)) + balance(reader, accounts.VOUCHERS)


def _move(
    connection: apsw.Connection,
    at: datetime,
    by: str,
    voucher: int,
    what: VoucherMovementKind,
    amount: int,
    sale_no: int,
    reason: str = "",
    expires_on: date | None = None,
) -> None:
    connection.execute(
        "INSERT INTO voucher_movements (voucher, at, what, amount, sale_no, by)"
        " VALUES (?,?,?,?,?,?)",
        (voucher, at.isoformat(), what, amount, sale_no, by),
    )
    act = journal.VoucherMoved(voucher, what, amount, by, reason, expires_on)
    journal.append(connection, at.isoformat(), sale_no, journal.encode(act))


def _sale_being_voided(connection: apsw.Connection, voucher: int) -> int | None:
    """The sale that sold a voucher, while it is being voided: its money is about to go back."""
    row = connection.execute(_BEING_VOIDED, (voucher,)).fetchone()
    return None if row is None else int(str(row[0]))


def _left_on(connection: apsw.Connection, voucher: int) -> int:
    (left,) = connection.execute(
        "SELECT coalesce(sum(amount), 0) FROM voucher_movements WHERE voucher = ?", (voucher,)
    ).fetchone() or (0,)
    return int(str(left))


def _one(reader: apsw.Connection, where: str, value: str | int) -> Voucher | None:
    return next(_all(reader, f"WHERE {where}", (value,), "v.id"), None)


def _all(
    reader: apsw.Connection, where: str, values: tuple[str | int, ...], order: str
) -> Iterator[Voucher]:
    rows = reader.execute(
        f"SELECT {_COLUMNS} {_FROM} {where} GROUP BY v.id ORDER BY {order}",
        values,
    )
    for voucher, number, issued_at, expires_on, sale_no, reason, left, amount in rows:
        yield Voucher(
            int(str(voucher)),
            str(number),
            datetime.fromisoformat(str(issued_at)),
            None if expires_on is None else date.fromisoformat(str(expires_on)),
            int(str(sale_no)),
            str(reason),
            int(str(left)),
            int(str(amount)),
        )


def _kind(what: str) -> VoucherMovementKind:
    match what:
        case "issued" | "spent" | "given_back" | "expired" | "voided":
            return what
    raise ValueError(what)
