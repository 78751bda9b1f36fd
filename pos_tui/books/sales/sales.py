"""Sales, their tenders and orders: opened, awaiting, paid or void; and where the stream is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import apsw
import msgspec
from msgspec import Struct

from pos_tui.books.connection import AlreadyFinishedError
from pos_tui.books.journal import entries as journal
from pos_tui.books.shift import day_and_shift
from pos_tui.checkout.orders import UNSETTLED, Order
from pos_tui.checkout.sale import Sale, SaleState
from pos_tui.checkout.tenders import Tender, tender_state
from pos_tui.pricing import Offer
from pos_tui.pricing.tax import NO_TAX, TaxSystem


def next_sale_number(reader: apsw.Connection) -> int:
    """The number of the next new sale."""
    (highest,) = reader.execute("SELECT coalesce(max(number), 0) FROM sales").fetchone() or (0,)
    assert isinstance(highest, int)
    return highest + 1


def open_sale(connection: apsw.Connection, number: int, opened_at: datetime) -> None:
    """Write a new sale down, with its first line at the latest."""
    connection.execute(
        "INSERT OR IGNORE INTO sales (number, state, opened_at) VALUES (?, 'open', ?)",
        (number, opened_at.isoformat()),
    )


def set_sale_state(connection: apsw.Connection, number: int, state: SaleState) -> None:
    """Move a sale between open and awaiting, or to void; a finished one stays what it is."""
    connection.execute(
        "UPDATE sales SET state = ? WHERE number = ? AND state NOT IN ('paid', 'void')",
        (state, number),
    )


def set_aside(connection: apsw.Connection, number: int, at: datetime | None) -> None:
    """Note that a sale waits aside for its payment, since when; None: it is in front again."""
    connection.execute(
        "UPDATE sales SET held_at = ? WHERE number = ? AND state NOT IN ('paid', 'void')",
        (None if at is None else at.isoformat(), number),
    )


def close_sale(
    connection: apsw.Connection,
    number: int,
    at: datetime,
    total: int,
    tenders: tuple[Tender, ...],
    by: str = "",
) -> None:
    """Complete a sale: paid, with what, when, by whom, in the shift that is open; total in minor
    units.

    Raises AlreadyFinishedError for one that is paid or void: nothing is ever written over it.
    """
    connection.execute(
        "UPDATE sales SET state = 'paid', closed_at = ?, total = ?, tender = ?, cashier = ?,"
        " day = ?, shift = ? WHERE number = ? AND state NOT IN ('paid', 'void')",
        (
            at.isoformat(), total, msgspec.json.encode(tenders).decode(), by,
            *day_and_shift(connection, at), number,
        ),
    )  # fmt: skip
    if not connection.changes():
        raise AlreadyFinishedError("books.sale_finished", number=number)


def read_tenders(body: str) -> tuple[Tender, ...]:
    """A paid sale's tenders as the books keep them; the first books kept one alone."""
    kept = msgspec.json.decode(body, type=Tender | tuple[Tender, ...])
    return kept if isinstance(kept, tuple) else (kept,)


def put_order(connection: apsw.Connection, order: Order) -> None:
    """Write an order as it stands now; a final state is never written over."""
    connection.execute(
        "INSERT INTO orders (order_no, sale_no, state, body) VALUES (?,?,?,?)"
        " ON CONFLICT (order_no) DO UPDATE SET state = excluded.state, body = excluded.body"
        " WHERE orders.state NOT IN ('paid', 'declined', 'cancelled')",
        (order.order_no, order.sale_no, order.state, msgspec.json.encode(order).decode()),
    )


def find_order(reader: apsw.Connection, order_no: str) -> Order | None:
    """The order with this number."""
    row = reader.execute("SELECT body FROM orders WHERE order_no = ?", (order_no,)).fetchone()
    return None if row is None else msgspec.json.decode(str(row[0]), type=Order)


if TYPE_CHECKING:
    from pos_tui.checkout.explained import ExplainedSale


class HeldSale(Struct, frozen=True):
    """A sale that was put aside: when, with how many lines, for how much (minor units)."""

    number: int
    held_at: datetime
    lines: int
    total: int
    first: str


def hold_sale(connection: apsw.Connection, number: int, at: datetime, total: int) -> None:
    """Put an open sale aside, which comes to a total (minor units) now."""
    connection.execute(
        "UPDATE sales SET state = 'held', held_at = ?, total = ?"
        " WHERE number = ? AND state IN ('open', 'awaiting')",
        (at.isoformat(), total, number),
    )


def held_sales(reader: apsw.Connection) -> list[HeldSale]:
    """The sales that were put aside, the latest first."""
    held = []
    rows = reader.execute(
        "SELECT number, opened_at, held_at, total FROM sales WHERE state = 'held'"
        " ORDER BY held_at DESC"
    )
    for number, opened_at, held_at, total in list(rows):
        sale = replay(reader, int(str(number)), datetime.fromisoformat(str(opened_at)))
        lines = sale.list.lines
        at = datetime.fromisoformat(str(held_at))
        named = [line.item.name for line in lines[:1]] or [each.name for each in sale.returns[:1]]
        first = named[0] if named else ""
        due = sale.total if total is None else int(str(total))
        held.append(HeldSale(int(str(number)), at, len(lines) + len(sale.returns), due, first))
    return held


def recalled_sale(
    reader: apsw.Connection, number: int, offers: Iterable[Offer] = (), tax: TaxSystem = NO_TAX
) -> Sale:
    """A sale that was put aside, as its journal has it. Raises LookupError when it is not."""
    row = reader.execute(
        "SELECT opened_at FROM sales WHERE number = ? AND state = 'held'", (number,)
    ).fetchone()
    if row is None:
        raise LookupError(number)
    return replay(reader, number, datetime.fromisoformat(str(row[0])), offers, tax)


def paid_sales_since(
    reader: apsw.Connection, since: datetime, most: int
) -> Iterator[tuple[Sale, datetime]]:
    """The paid sales from an aware moment on and when they were, the latest first."""
    rows = reader.execute(
        "SELECT number, opened_at, closed_at FROM sales WHERE state = 'paid'"
        " AND julianday(closed_at) >= julianday(?) ORDER BY number DESC LIMIT ?",
        (since.isoformat(), most),
    )
    for number, opened_at, closed_at in list(rows):
        sale = replay(reader, int(str(number)), datetime.fromisoformat(str(opened_at)))
        yield sale, datetime.fromisoformat(str(closed_at))


class UnfinishedSales(Struct, frozen=True):
    """What was under way when the till last stopped: the sale in front, and those aside."""

    front: Sale | None
    aside: tuple[Sale, ...] = ()


def unfinished_sales(
    reader: apsw.Connection, offers: Iterable[Offer] = (), tax: TaxSystem = NO_TAX
) -> UnfinishedSales:
    """The sales that were under way when the till last stopped, as their journal has them.

    One whose payment is under way goes before one that is open; the last one that the journal
    speaks of is in front, unless it was put aside.
    """
    rows = reader.execute(
        "SELECT number, state, opened_at, held_at FROM sales s"
        " WHERE state IN ('open', 'awaiting') ORDER BY state = 'awaiting' DESC,"
        " (SELECT max(seq) FROM journal j WHERE j.sale_no = s.number) DESC, number DESC"
    )
    front: Sale | None = None
    aside: list[Sale] = []
    for number, state, opened_at, held_at in list(rows):
        is_aside = held_at is not None
        if state == "open" and not is_aside and front is not None:
            continue
        opened = datetime.fromisoformat(str(opened_at))
        sale = replay(reader, int(str(number)), opened, offers, tax)
        if state == "awaiting":
            _look_at_orders(reader, sale)
        if is_aside or front is not None:
            aside.append(sale)
        else:
            front = sale
    return UnfinishedSales(front, tuple(aside))


def _look_at_orders(reader: apsw.Connection, sale: Sale) -> None:
    """An awaiting sale's tender under way, as its order stands; without one the sale is open."""
    if not sale.tenders and (order := _last_order(reader, sale.number)) is not None:
        sale.put_tender(
            Tender(
                "wallet",
                order.amount,
                order.amount,
                platform=order.platform,
                order_no=order.order_no,
                masked_code=order.masked_code,
                state=tender_state(order.state),
                at=order.made_at,
            )
        )
    tender = sale.under_way
    if tender is not None and tender.state != "returning" and not tender.is_refund:
        found = find_order(reader, tender.order_no)
        state = "failed" if found is None else tender_state(found.state)
        sale.put_tender(msgspec.structs.replace(tender, state=state))
    sale.state = "awaiting" if sale.under_way is not None or sale.taken else "open"


def _last_order(reader: apsw.Connection, sale_no: int) -> Order | None:
    """The last order of a sale that an earlier till made, whose journal has no tenders."""
    row = reader.execute(
        "SELECT body FROM orders WHERE sale_no = ? ORDER BY seq DESC LIMIT 1", (sale_no,)
    ).fetchone()
    order = None if row is None else msgspec.json.decode(str(row[0]), type=Order)
    return order if order is not None and order.state in UNSETTLED else None


def replay(
    reader: apsw.Connection,
    number: int,
    opened_at: datetime,
    offers: Iterable[Offer] = (),
    tax: TaxSystem = NO_TAX,
) -> Sale:
    """A sale's list, warnings and tenders, from the journal, with the amounts written down."""
    sale = Sale(number, opened_at, offers, tax)
    for row in journal.acts_of_sale(reader, number):
        act = row.act
        if isinstance(act, journal.LinePut):
            sale.list.put(act.line)
        elif isinstance(act, journal.LineRemoved):
            sale.list.drop(act.number)
        elif isinstance(act, journal.Expired):
            sale.warnings.append(act.warning)
        elif isinstance(act, journal.WarningConfirmed) and act.warning in sale.warnings:
            sale.warnings.remove(act.warning)
        elif isinstance(act, journal.AgeChecked):
            sale.age_checked = max(sale.age_checked, act.years)
        elif isinstance(act, journal.CustomerOfSale):
            sale.customer = act.customer
        elif isinstance(act, journal.CouponScanned):
            sale.coupons.append(act.code)
        elif isinstance(act, journal.BasketDiscounted):
            sale.list.put_basket_discount(act.discount)
        elif isinstance(act, journal.DiscountsApplied):
            sale.list.put_closed(act.discounts, dict(act.shares))
        elif isinstance(act, journal.Reopened):
            sale.list.reopen()
        elif isinstance(act, journal.TenderPut):
            sale.put_tender(act.tender)
        elif isinstance(act, journal.ReturnPut):
            sale.put_return(act.line)
        elif isinstance(act, journal.ReturnRemoved):
            sale.drop_return(act.number)
        elif isinstance(act, journal.PaidSaleVoided):
            sale.voids = act.sale_no
    sale.list.add_up()
    return sale


def last_paid_numbers(reader: apsw.Connection, most: int) -> list[int]:
    """The numbers of the sales that were paid last, the latest first."""
    rows = reader.execute(
        "SELECT number FROM sales WHERE state = 'paid' ORDER BY number DESC LIMIT ?", (most,)
    )
    return [int(str(number)) for (number,) in rows]


def paid_sale(
    reader: apsw.Connection, number: int, tax: TaxSystem = NO_TAX
) -> tuple[Sale, datetime, tuple[Tender, ...]]:
    """A paid sale, when it was paid, and by what. Raises LookupError when it is not."""
    row = reader.execute(
        "SELECT opened_at, closed_at, tender FROM sales WHERE number = ? AND state = 'paid'",
        (number,),
    ).fetchone()
    if row is None:
        raise LookupError(number)
    opened_at, closed_at, tender = (str(value) for value in row)
    sale = replay(reader, number, datetime.fromisoformat(opened_at), tax=tax)
    sale.state = "paid"
    return sale, datetime.fromisoformat(closed_at), read_tenders(tender)


def keep_explanation(connection: apsw.Connection, explained: ExplainedSale) -> None:
    """Keep why a sale cost what it did."""
    connection.execute(
        "INSERT OR REPLACE INTO explanations (sale_no, body) VALUES (?, ?)",
        (explained.sale_no, msgspec.json.encode(explained).decode()),
    )


def explanation(reader: apsw.Connection, number: int) -> ExplainedSale | None:
    """Why a sale cost what it did; None for one that is not explained."""
    from pos_tui.checkout.explained import ExplainedSale

    row = reader.execute("SELECT body FROM explanations WHERE sale_no = ?", (number,)).fetchone()
    return None if row is None else msgspec.json.decode(str(row[0]), type=ExplainedSale)


def stream_position(reader: apsw.Connection, stream: str) -> str:
    """The id of the last message accepted from a Redis stream; "0-0" before the first."""
    row = reader.execute(
        "SELECT last_id FROM stream_positions WHERE stream = ?", (stream,)
    ).fetchone()
    return "0-0" if row is None else str(row[0])


def set_stream_position(connection: apsw.Connection, stream: str, last_id: str) -> None:
    """Keep how far a stream is read; in the transaction that accepts the message."""
    connection.execute(
        "INSERT INTO stream_positions VALUES (?, ?)"
        " ON CONFLICT (stream) DO UPDATE SET last_id = excluded.last_id",
        (stream, last_id),
    )
