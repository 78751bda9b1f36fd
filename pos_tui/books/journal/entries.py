"""The journal: every act of every sale, append-only, each row chained to the one before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

import apsw
import msgspec
from msgspec import Struct

from pos_tui.books.catalogue.lots import StockMovement
from pos_tui.checkout.line import SettlementLine
from pos_tui.checkout.sale import Customer, ExpiryWarning
from pos_tui.pricing import BasketDiscount, Discount


class LinePut(Struct, frozen=True, tag="line"):
    """A line was added or changed; this is how it stands now."""

    line: SettlementLine


class LineRemoved(Struct, frozen=True, tag="remove"):
    """The line with this number came off the list."""

    number: int


class Expired(Struct, frozen=True, tag="expired"):
    """An expired item came off the list."""

    warning: ExpiryWarning


class WarningConfirmed(Struct, frozen=True, tag="confirmed"):
    """The cashier confirmed that the oldest open warning has been dealt with."""

    by: str
    warning: ExpiryWarning
    then: StockMovement = "to_check"


class CustomerOfSale(Struct, frozen=True, tag="customer"):
    """The customer of the sale is known from now on; None: no longer."""

    customer: Customer | None


class CouponScanned(Struct, frozen=True, tag="coupon"):
    """A coupon was scanned."""

    code: str


class BasketDiscounted(Struct, frozen=True, tag="discount"):
    """The whole basket got a manual discount; None: it was removed."""

    discount: Discount | None


class DiscountsApplied(Struct, frozen=True, tag="settled"):
    """Basket discounts were applied: each of them, and each line's (number's) part of them."""

    discounts: tuple[BasketDiscount, ...]
    shares: tuple[tuple[int, int], ...]


class Reopened(Struct, frozen=True, tag="reopened"):
    """The list was opened again; what came off the basket is not spread any more."""


class Noted(Struct, frozen=True, tag="note"):
    """Anything else worth finding again: a scan not known, an order's state, a message refused."""

    what: str
    detail: str = ""


Act = (
    LinePut
    | LineRemoved
    | Expired
    | WarningConfirmed
    | CustomerOfSale
    | CouponScanned
    | BasketDiscounted
    | DiscountsApplied
    | Reopened
    | Noted
)

_ENCODER = msgspec.json.Encoder()
GENESIS = bytes(32)


class JournalRow(Struct, frozen=True):
    """One row of the journal; at is aware."""

    seq: int
    at: datetime
    sale_no: int
    act: Act


def encode(act: Act) -> bytes:
    """An act as the journal keeps it."""
    return _ENCODER.encode(act)


def append(connection: apsw.Connection, at: str, sale_no: int, body: bytes) -> None:
    """Append one act (encoded) to the journal; `at` is an aware ISO 8601 time."""
    last = connection.execute("SELECT hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    before = GENESIS if last is None else last[0]
    assert isinstance(before, bytes)
    kind = body[9 : body.index(b'"', 9)].decode()
    instant = datetime.fromisoformat(at).astimezone(UTC).isoformat()
    connection.execute(
        "INSERT INTO latest_time VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET at = excluded.at"
        " WHERE excluded.at > latest_time.at",
        (instant,),
    )
    connection.execute(
        "INSERT INTO journal (at, sale_no, kind, body, hash) VALUES (?,?,?,?,?)",
        (at, sale_no, kind, body, _chain(before, at, sale_no, body)),
    )


def acts_of_sale(reader: apsw.Connection, sale_no: int) -> Iterator[JournalRow]:
    """The acts of one sale, in order."""
    decoder = _decoder()
    for seq, at, body in reader.execute(
        "SELECT seq, at, body FROM journal WHERE sale_no = ? ORDER BY seq", (sale_no,)
    ):
        yield JournalRow(seq, datetime.fromisoformat(at), sale_no, decoder.decode(body))


def count_rows(reader: apsw.Connection) -> int:
    """How many acts the journal holds."""
    (count,) = reader.execute("SELECT count(*) FROM journal").fetchone() or (0,)
    assert isinstance(count, int)
    return count


def latest(reader: apsw.Connection) -> datetime | None:
    """The latest time (UTC) that was ever journalled and still counts; None before the first."""
    row = reader.execute("SELECT at FROM latest_time").fetchone()
    if row is not None:
        return datetime.fromisoformat(str(row[0]))
    rows = reader.execute("SELECT at FROM journal ORDER BY seq DESC LIMIT 20")
    return max((datetime.fromisoformat(str(at)) for (at,) in rows), default=None)


def set_latest(connection: apsw.Connection, at: datetime) -> None:
    """An earlier time counts as the latest from now on: the clock had been wrong."""
    connection.execute(
        "INSERT OR REPLACE INTO latest_time VALUES (1, ?)", (at.astimezone(UTC).isoformat(),)
    )


def first_broken_row(reader: apsw.Connection) -> int | None:
    """The first row that does not follow from the one before it; None when the chain is whole."""
    before = GENESIS
    for seq, at, sale_no, body, chained in reader.execute(
        "SELECT seq, at, sale_no, CAST(body AS BLOB), hash FROM journal ORDER BY seq"
    ):
        if _chain(before, at, sale_no, body) != chained:
            return int(seq)
        before = chained
    return None


@cache
def _decoder() -> msgspec.json.Decoder[Act]:
    return msgspec.json.Decoder(Act)


def _chain(before: bytes, at: str, sale_no: int, body: bytes) -> bytes:
    import hashlib

    return hashlib.sha256(b"%s%s\n%d\n%s" % (before, at.encode(), sale_no, body)).digest()
