"""The journal: every act of every sale, append-only, each row chained to the one before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Literal

import apsw
import msgspec
from msgspec import Struct

from pos_tui.books.connection import BooksConnection, journal_key_of
from pos_tui.books.journal.key import chained, key_id
from pos_tui.books.movement import Movement
from pos_tui.checkout.line import SettlementLine
from pos_tui.checkout.returns import ReturnLine
from pos_tui.checkout.sale import Customer, ExpiryWarning
from pos_tui.checkout.tenders import Tender
from pos_tui.pricing import BasketDiscount, Discount
from pos_tui.reasons import StoredReason
from pos_tui.receipts.shift_report import CountedPieces, ShiftReport

DrawerActKind = Literal["float", "pay_in", "pay_out", "drop", "no_sale", "counted"]
VoucherMovementKind = Literal["issued", "spent", "given_back", "expired", "voided"]
CountAct = Literal["add", "set", "replace", "withdraw"]
WayOn = Literal["pin", "badge"]
PaperDecision = Literal["printed_again", "given_up"]
WhyOff = Literal["key", "another", "idle", "end"]


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
    """The cashier confirmed that this open warning has been dealt with."""

    by: str
    warning: ExpiryWarning
    then: Literal["to_check", "written_off"] = "to_check"


class AgeChecked(Struct, frozen=True, tag="age"):
    """The cashier has checked that the customer is so old (years), so born by that day."""

    years: int
    born_by: date | None = None
    by: str = ""


WeighingWay = Literal["scale", "typed", "confirmed"]


class GoodsWeighed(Struct, frozen=True, tag="weighed"):
    """Goods were weighed: the line that follows has so much more of them, in their unit; or so much
    in all, where that was typed over a line's quantity.

    `grams` is what lay on the scale, as an exact number, "" where the weight was typed; `tare` what
    was taken off for what they are weighed in. Confirmed: somebody took what lay there for what was
    to be weighed, although the scale had not been seen empty. `approved_by` is who allowed that, or
    the typing, where that is somebody else.
    """

    product_id: int
    quantity: Decimal
    unit: str
    way: WeighingWay
    by: str
    grams: str = ""
    tare: int = 0
    approved_by: str = ""


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


class TenderPut(Struct, frozen=True, tag="tender"):
    """A tender was added or changed; this is how it stands now."""

    tender: Tender


class ReturnPut(Struct, frozen=True, tag="return", omit_defaults=True):
    """Goods come back in this sale; this is how the line stands now. `by` whom it is accepted."""

    line: ReturnLine
    by: str = ""


class ReturnRemoved(Struct, frozen=True, tag="no_return"):
    """The goods of this number do not come back after all."""

    number: int


class PaidSaleVoided(Struct, frozen=True, tag="void_paid"):
    """This sale undoes a paid one, with what the paid one sold coming back; why, and by whom."""

    sale_no: int
    reason: str
    by: str


class LateMoneyNoted(Struct, frozen=True, tag="late", omit_defaults=True):
    """Money (minor units) came for an order given up: it is here, going_back or gone_back."""

    order_no: str
    amount: int
    platform: str
    state: str
    by: str = ""


class StockMoved(Struct, frozen=True, tag="stock"):
    """Goods came or went; `by` whom, "" by a file."""

    movements: tuple[Movement, ...]
    by: str = ""


class DeliveryBooked(Struct, frozen=True, tag="delivery", omit_defaults=True):
    """A delivery was booked; its goods stand in the StockMoved before.

    Paper's total and difference (how much more the lines came to) in minor units; `shelf_lives`
    are products' ids and how long they keep, learnt from it.
    """

    number: int
    supplier: str
    document: str
    total: int
    difference: int
    lines: int
    by: str = ""
    shelf_lives: tuple[tuple[int, str], ...] = ()


class FieldChange(Struct, frozen=True):
    """A field of a product as text: what stood in it, and what stands there now."""

    field: str
    before: str
    after: str


class ProductChanged(Struct, frozen=True, tag="product"):
    """A product (by its own code) was added or changed; `by` whom."""

    product_id: int
    code: str
    changes: tuple[FieldChange, ...]
    by: str = ""


class GoodsCounted(Struct, frozen=True, tag="counted", omit_defaults=True):
    """Goods were counted in a stock take, in thousandths; nothing has moved by that.

    `movement` is the number of the last movement at that moment.
    """

    count: int
    product_id: int
    lot: str
    quantity: int
    then: CountAct
    movement: int
    by: str
    run: int = 0
    expires_on: date | None = None


class Posted(Struct, frozen=True, tag="posted", omit_defaults=True):
    """An entry of the ledger: what it posts to which account (minor units, above zero a debit), on
    which accounting day (ISO), in which shift (0: between two).
    """

    entry: str
    day: str
    shift: int
    postings: tuple[tuple[str, int], ...]
    document: str = ""
    by: str = ""


class SignedOn(Struct, frozen=True, tag="sign_on"):
    """Somebody has signed on at the till, as what they were in the shop then."""

    by: str
    role: str
    way: WayOn


class SignedOff(Struct, frozen=True, tag="sign_off"):
    """Somebody is not signed on any more: by the key, since another signed on, after some idle
    time, or with the till's end.
    """

    by: str
    why: WhyOff


class VoucherMoved(Struct, frozen=True, tag="voucher", omit_defaults=True):
    """One of the shop's vouchers was issued, spent, given back, written back or voided.

    So much more (minor units) is on it; `expires_on` of one that is issued. Its number is never
    written here.
    """

    voucher: int
    what: VoucherMovementKind
    amount: int
    by: str = ""
    reason: str = ""
    expires_on: date | None = None


class PriceOverridden(Struct, frozen=True, tag="price_override", omit_defaults=True):
    """A line's unit price (minor units) was set by hand, for a reason, by one and approved by
    another where that was needed.
    """

    line: int
    product_id: int
    before: int
    after: int
    reason: str
    by: str
    approved_by: str = ""


class AccountLimitSet(Struct, frozen=True, tag="account_limit", omit_defaults=True):
    """How much a customer may owe (minor units) was set; None: they have no account any more."""

    customer: str
    limit: int | None
    by: str = ""


class ActApproved(Struct, frozen=True, tag="approval", omit_defaults=True):
    """Somebody has approved one act that the cashier (`by`) may not do alone: which permission it
    needs, what it is for, and its amount in minor units.
    """

    permission: str
    what: StoredReason
    by: str
    approved_by: str
    amount: int = 0


class ShiftOpened(Struct, frozen=True, tag="shift_opened"):
    """A shift was opened; `proposed` is what the one before left in the drawer (minor units)."""

    number: int
    day: str
    by: str
    proposed: int


class DrawerActed(Struct, frozen=True, tag="drawer", omit_defaults=True):
    """Money went into or out of the drawer beside the sales, or it was only opened.

    `number` counts all of these; amount in minor units; `pieces` are the notes and coins of a
    count. `expected` is what the books had, of a float or a count.
    """

    number: int
    act: DrawerActKind
    shift: int
    amount: int
    reason: str = ""
    by: str = ""
    approved_by: str = ""
    expected: int = 0
    pieces: tuple[CountedPieces, ...] = ()


class ShiftClosed(Struct, frozen=True, tag="shift_closed"):
    """A shift was closed, with its Z report."""

    report: ShiftReport


class ReportTaken(Struct, frozen=True, tag="x_report"):
    """An X report of a shift was made."""

    shift: int
    by: str


class CopyPrinted(Struct, frozen=True, tag="copy", omit_defaults=True):
    """A paper was ordered once more: the receipt of sale `number`, a Z report, a voucher's slip.

    `copy` is what stands on it; 0 where earlier versions did not number them.
    """

    of: Literal["receipt", "z_report", "x_report", "voucher_slip"]
    number: int
    by: str
    copy: int = 0


class PaperDecided(Struct, frozen=True, tag="paper"):
    """Somebody had a print job that was not known to be on paper printed again, or gave it up.

    `number` counts the jobs; `of` and `document` say what it was to print.
    """

    number: int
    of: str
    document: int
    then: PaperDecision
    by: str


class BillRead(Struct, frozen=True, tag="bill", omit_defaults=True):
    """A platform's bill of a day was read: what it has as paid and refunded, in minor units."""

    platform: str
    day: str
    paid: int
    refunded: int
    differences: int = 0
    by: str = ""


class PaidOutByPlatform(Struct, frozen=True, tag="payout", omit_defaults=True):
    """A platform's money came to the bank, less its fee (minor units); `document` names the paper.

    The entry of the ledger stands just before.
    """

    platform: str
    amount: int
    fee: int
    document: str
    by: str = ""


class Noted(Struct, frozen=True, tag="note"):
    """Anything else worth finding again: a scan not known, an order's state, a message refused."""

    what: str
    detail: str = ""


Act = (
    LinePut
    | LineRemoved
    | Expired
    | WarningConfirmed
    | AgeChecked
    | GoodsWeighed
    | CustomerOfSale
    | CouponScanned
    | BasketDiscounted
    | DiscountsApplied
    | Reopened
    | TenderPut
    | ReturnPut
    | ReturnRemoved
    | PaidSaleVoided
    | LateMoneyNoted
    | StockMoved
    | DeliveryBooked
    | ProductChanged
    | GoodsCounted
    | Posted
    | SignedOn
    | SignedOff
    | VoucherMoved
    | PriceOverridden
    | AccountLimitSet
    | ActApproved
    | ShiftOpened
    | DrawerActed
    | ShiftClosed
    | ReportTaken
    | CopyPrinted
    | PaperDecided
    | BillRead
    | PaidOutByPlatform
    | Noted
)

_ENCODER = msgspec.json.Encoder()
GENESIS = bytes(32)
KEY_NOTE = "journal key"
STOCK_NOT_MOVED = "stock unmoved"  # a note of a sale, and why


class JournalHead(Struct, frozen=True):
    """How far the journal had come: its last row, and that row's hash in hex."""

    row: int
    hash: str

    def __str__(self) -> str:
        """In full, as receipts and orders carry it."""
        return f"{self.row}-{self.hash}"


class JournalRow(Struct, frozen=True):
    """One row of the journal; at is aware."""

    seq: int
    at: datetime
    sale_no: int
    act: Act


def encode(act: Act) -> bytes:
    """An act as the journal keeps it."""
    return _ENCODER.encode(act)


def append(
    connection: apsw.Connection, at: str, sale_no: int, body: bytes, row: int | None = None
) -> None:
    """Append one act (encoded) to the journal; `at` is an aware ISO 8601 time.

    Chained with the till's key where the books say that it is in use. `row`: where rows before
    it are lost, whose numbers must not be used again.
    """
    key = journal_key_of(connection)
    if key and _key_in_use(connection) != key_id(key):
        key = b""
    _append(connection, at, sale_no, body, key, row)


def use_key(connection: apsw.Connection, at: datetime, key: bytes, row: int | None = None) -> bool:
    """From the row that says so on, the journal is chained with this key; False: it was before."""
    if isinstance(connection, BooksConnection):
        connection.journal_key = key
    if _key_in_use(connection) == key_id(key):
        return False
    body = encode(Noted(KEY_NOTE, key_id(key)))
    _append(connection, at.isoformat(), 0, body, key, row)
    connection.execute(
        "INSERT INTO journal_keys VALUES (?, ?)", (connection.last_insert_rowid(), key_id(key))
    )
    return True


def head(reader: apsw.Connection) -> JournalHead | None:
    """The last row and its hash; None for a journal without rows."""
    row = reader.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    return None if row is None else _head(row)


def paid_head(reader: apsw.Connection, sale_no: int) -> JournalHead | None:
    """The row by which a sale was paid, and its hash; None when there is none."""
    rows = reader.execute(
        "SELECT seq, hash, body FROM journal WHERE sale_no = ? AND kind = 'note' ORDER BY seq DESC",
        (sale_no,),
    )
    for seq, hashed, body in rows:
        act = _decoder().decode(body)
        if isinstance(act, Noted) and act.what == "paid":
            return _head((seq, hashed))
    return None


def _head(row: tuple[apsw.SQLiteValue, ...]) -> JournalHead:
    seq, hashed = row
    assert isinstance(seq, int)
    assert isinstance(hashed, bytes)
    return JournalHead(seq, hashed.hex())


def _key_in_use(connection: apsw.Connection) -> str:
    row = connection.execute("SELECT key_id FROM journal_keys ORDER BY seq DESC LIMIT 1").fetchone()
    return "" if row is None else str(row[0])


def _append(
    connection: apsw.Connection, at: str, sale_no: int, body: bytes, key: bytes, row: int | None
) -> None:
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
        "INSERT INTO journal (seq, at, sale_no, kind, body, hash) VALUES (?,?,?,?,?,?)",
        (row, at, sale_no, kind, body, chained(before, at, sale_no, body, key)),
    )


def acts_of_sale(reader: apsw.Connection, sale_no: int) -> Iterator[JournalRow]:
    """The acts of one sale, in order."""
    decoder = _decoder()
    for seq, at, body in reader.execute(
        "SELECT seq, at, body FROM journal WHERE sale_no = ? ORDER BY seq", (sale_no,)
    ):
        yield JournalRow(seq, datetime.fromisoformat(at), sale_no, decoder.decode(body))


def decode(body: bytes) -> Act:
    """An act that the journal keeps. Raises msgspec.MsgspecError."""
    return _decoder().decode(body)


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


@cache
def _decoder() -> msgspec.json.Decoder[Act]:
    return msgspec.json.Decoder(Act)
