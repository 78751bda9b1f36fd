"""Deliveries in the books: a draft is kept line by line until it is booked or dropped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import apsw
from msgspec import Struct
from msgspec.structs import replace

from pos_tui.books.deliveries.suppliers import remember_supplier
from pos_tui.books.journal import entries as journal
from pos_tui.checkout.expiry import DateKind
from pos_tui.reasons import ReasonError

_HEADS = (
    "SELECT d.number, d.supplier, d.document, d.total, d.opened_at, d.booked_at, d.difference,"
    " count(l.line), coalesce(sum(l.cost), 0) FROM deliveries d"
    " LEFT JOIN delivery_lines l ON l.delivery = d.number"
)
_LAST = (
    f"{_HEADS} WHERE d.number IN (SELECT number FROM deliveries WHERE booked_at IS NOT NULL"  # noqa: S608
    " ORDER BY number DESC LIMIT ?) GROUP BY d.number ORDER BY d.number DESC"
)
_LINES = (
    "SELECT l.line, l.product_id, coalesce(p.name, ''), coalesce(p.unit, ''), l.quantity, l.cost,"
    " l.lot, l.expires_on, l.produced_on, l.kind FROM delivery_lines l"
    " LEFT JOIN products p ON p.id = l.product_id WHERE l.delivery = ? ORDER BY l.line"
)


class DeliveryError(ReasonError):
    """What cannot be done with a delivery, and why."""


class Delivery(Struct, frozen=True):
    """A delivery: what stands on its paper, and what its lines come to.

    `total` is the paper's, in minor units; None: not yet typed. `cost` is the sum of its lines.
    `difference` is how much more than the paper the lines came to when it was booked. Times are
    aware; `booked_at` None: a draft.
    """

    number: int
    supplier: str
    document: str
    total: int | None
    opened_at: datetime
    booked_at: datetime | None = None
    difference: int = 0
    lines: int = 0
    cost: int = 0


class DeliveryLine(Struct, frozen=True):
    """Goods of a delivery; quantity in thousandths of the unit, cost in minor units for all of it.

    `number` 0: not yet kept. `expires_on` None: goods without a date.
    """

    product_id: int
    name: str
    unit: str
    quantity: int
    cost: int
    lot: str = ""
    expires_on: date | None = None
    produced_on: date | None = None
    kind: DateKind = "use_by"
    number: int = 0


def open_delivery(
    connection: apsw.Connection,
    at: datetime,
    by: str,
    supplier: str,
    document: str,
    total: int | None,
) -> int:
    """Begin a draft; returns its number. Raises DeliveryError where its paper is booked already."""
    check_paper(connection, supplier, document)
    supplier = remember_supplier(connection, supplier, at)
    connection.execute(
        "INSERT INTO deliveries (supplier, document, total, opened_at, by) VALUES (?,?,?,?,?)",
        (supplier, document, total, at.isoformat(), by),
    )
    return connection.last_insert_rowid()


def change_head(
    connection: apsw.Connection,
    at: datetime,
    number: int,
    supplier: str,
    document: str,
    total: int | None,
) -> None:
    """Change what stands on a draft's paper. Raises DeliveryError."""
    draft_of(connection, number)
    check_paper(connection, supplier, document)
    supplier = remember_supplier(connection, supplier, at)
    connection.execute(
        "UPDATE deliveries SET supplier = ?, document = ?, total = ? WHERE number = ?",
        (supplier, document, total, number),
    )


def put_delivery_line(connection: apsw.Connection, number: int, line: DeliveryLine) -> DeliveryLine:
    """Keep a line of a draft, in place of the one with its number. Raises DeliveryError.

    Returns it with its number.
    """
    draft_of(connection, number)
    place = line.number
    if not place:
        (last,) = connection.execute(
            "SELECT coalesce(max(line), 0) FROM delivery_lines WHERE delivery = ?", (number,)
        ).fetchone() or (0,)
        place = int(str(last)) + 1
    connection.execute(
        "INSERT OR REPLACE INTO delivery_lines VALUES (?,?,?,?,?,?,?,?,?)",
        (
            number,
            place,
            line.product_id,
            line.quantity,
            line.cost,
            line.lot,
            None if line.expires_on is None else line.expires_on.isoformat(),
            None if line.produced_on is None else line.produced_on.isoformat(),
            line.kind,
        ),
    )
    return replace(line, number=place)


def remove_delivery_line(connection: apsw.Connection, number: int, line: int) -> None:
    """Take a line off a draft. Raises DeliveryError."""
    draft_of(connection, number)
    connection.execute("DELETE FROM delivery_lines WHERE delivery = ? AND line = ?", (number, line))


def drop_delivery(connection: apsw.Connection, at: datetime, by: str, number: int) -> None:
    """Drop a draft with its lines, and journal that. Raises DeliveryError."""
    dropped = draft_of(connection, number)
    detail = f"{number} {dropped.supplier} {dropped.document} lines={dropped.lines} {by}"
    body = journal.encode(journal.Noted("delivery dropped", " ".join(detail.split())))
    journal.append(connection, at.isoformat(), 0, body)
    connection.execute("DELETE FROM delivery_lines WHERE delivery = ?", (number,))
    connection.execute("DELETE FROM deliveries WHERE number = ?", (number,))


def delivery_of(reader: apsw.Connection, number: int) -> Delivery:
    """The delivery with this number. Raises DeliveryError."""
    for found in _read(reader.execute(f"{_HEADS} WHERE d.number = ? GROUP BY d.number", (number,))):
        return found
    raise DeliveryError("delivery.not_there", number=number)


def draft_of(reader: apsw.Connection, number: int) -> Delivery:
    """The draft with this number. Raises DeliveryError for one that is booked, or not there."""
    found = delivery_of(reader, number)
    if found.booked_at is not None:
        raise DeliveryError("delivery.booked_already", number=number, at=found.booked_at)
    return found


def delivery_lines(reader: apsw.Connection, number: int) -> list[DeliveryLine]:
    """The lines of a delivery, in order."""
    return [
        DeliveryLine(
            number=line,
            product_id=product_id,
            name=str(name),
            unit=str(unit),
            quantity=quantity,
            cost=cost,
            lot=str(lot),
            expires_on=None if expires is None else date.fromisoformat(str(expires)),
            produced_on=None if produced is None else date.fromisoformat(str(produced)),
            kind=kind,
        )
        for line, product_id, name, unit, quantity, cost, lot, expires, produced, kind in (
            reader.execute(_LINES, (number,))
        )
    ]


def deliveries(reader: apsw.Connection, booked: int) -> list[Delivery]:
    """The drafts, the latest first, and behind them the deliveries that were booked last."""
    drafts = f"{_HEADS} WHERE d.booked_at IS NULL GROUP BY d.number ORDER BY d.number DESC"
    return [*_read(reader.execute(drafts)), *_read(reader.execute(_LAST, (booked,)))]


def check_paper(reader: apsw.Connection, supplier: str, document: str) -> None:
    """Raise DeliveryError where a delivery with this supplier's paper is booked already."""
    if not document:
        return
    row = reader.execute(
        "SELECT number, booked_at FROM deliveries WHERE supplier = ? AND document = ?"
        " AND booked_at IS NOT NULL",
        (supplier, document),
    ).fetchone()
    if row is not None:
        raise DeliveryError(
            "delivery.paper_booked",
            supplier=supplier,
            document=document,
            number=int(str(row[0])),
            at=datetime.fromisoformat(str(row[1])),
        )


def _read(rows: Iterable[tuple[apsw.SQLiteValue, ...]]) -> Iterable[Delivery]:
    for number, supplier, document, total, opened, booked, difference, lines, cost in rows:
        yield Delivery(
            number,  # type: ignore[arg-type]
            str(supplier),
            str(document),
            total,  # type: ignore[arg-type]
            datetime.fromisoformat(str(opened)),
            None if booked is None else datetime.fromisoformat(str(booked)),
            difference,  # type: ignore[arg-type]
            lines,  # type: ignore[arg-type]
            cost,  # type: ignore[arg-type]
        )
