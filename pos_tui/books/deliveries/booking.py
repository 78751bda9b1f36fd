"""Booking a delivery: its lots, movements and journal entry in one transaction, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import apsw
from msgspec import Struct

from pos_tui.books.deliveries.drafts import (
    DeliveryError,
    DeliveryLine,
    check_paper,
    delivery_lines,
    draft_of,
)
from pos_tui.books.journal import entries as journal
from pos_tui.books.movement import Movement
from pos_tui.books.stock.lots import put_lot
from pos_tui.books.stock.movements import MovingStock
from pos_tui.codes.reading import ShelfLifeUnit

_LETTERS: dict[ShelfLifeUnit, str] = {"days": "d", "weeks": "w", "months": "m", "years": "y"}
_FEWEST_MONTHS = 2


class LearntShelfLife(Struct, frozen=True):
    """How long a product keeps, as a delivery has shown."""

    product_id: int
    name: str
    count: int
    unit: ShelfLifeUnit


class BookedDelivery(Struct, frozen=True):
    """What a booking came to: lines, their cost and how much more than the paper that is."""

    number: int
    lines: int
    cost: int
    difference: int
    learnt: tuple[LearntShelfLife, ...] = ()


def book_delivery(
    connection: apsw.Connection, at: datetime, by: str, number: int, difference: int = 0
) -> BookedDelivery:
    """Book a draft: its goods are on hand, its lots have their dates. All of it or nothing.

    `difference` is how much more than the paper's total the lines come to, as it was confirmed, in
    minor units; any other one is refused. Raises DeliveryError, also when it is booked already.
    """
    draft = draft_of(connection, number)
    lines = delivery_lines(connection, number)
    if not lines:
        raise DeliveryError("delivery.empty", number=number)
    if draft.total is None:
        raise DeliveryError("delivery.no_total", number=number)
    if draft.cost - draft.total != difference:
        raise DeliveryError("delivery.other_difference", number=number)
    check_paper(connection, draft.supplier, draft.document)
    learnt = _learn_shelf_lives(connection, lines)
    stock = MovingStock(connection)
    for line in lines:
        lot = lot_of(line)
        if line.expires_on is not None:
            put_lot(connection, line.product_id, lot, line.expires_on, line.produced_on, line.kind)
        stock.move(
            Movement(
                line.product_id,
                lot,
                line.quantity,
                "received",
                line.cost,
                document=f"delivery {number}",
            )
        )
    stock.write(at, by)
    connection.execute(
        "UPDATE deliveries SET booked_at = ?, difference = ? WHERE number = ?",
        (at.isoformat(), difference, number),
    )
    booked = journal.DeliveryBooked(
        number,
        draft.supplier,
        draft.document,
        draft.total,
        difference,
        len(lines),
        by,
        tuple((each.product_id, f"{each.count}{_LETTERS[each.unit]}") for each in learnt),
    )
    journal.append(connection, at.isoformat(), 0, journal.encode(booked))
    return BookedDelivery(number, len(lines), draft.cost, difference, learnt)


def lot_of(line: DeliveryLine) -> str:
    """The lot that a line's goods go to: one without a name goes by its date."""
    return line.lot or ("" if line.expires_on is None else f"{line.expires_on:%Y%m%d}")


def shelf_life_between(produced_on: date, expires_on: date) -> tuple[int, ShelfLifeUnit]:
    """How long goods keep by their two dates: in months where both are the same day of one."""
    months = 12 * (expires_on.year - produced_on.year) + expires_on.month - produced_on.month
    if expires_on.day == produced_on.day and months >= _FEWEST_MONTHS:
        return months, "months"
    return (expires_on - produced_on).days, "days"


def _learn_shelf_lives(
    connection: apsw.Connection, lines: Sequence[DeliveryLine]
) -> tuple[LearntShelfLife, ...]:
    learnt = []
    for line in lines:
        produced, expires = line.produced_on, line.expires_on
        if produced is None or expires is None or expires <= produced:
            continue
        count, unit = shelf_life_between(produced, expires)
        connection.execute(
            "UPDATE products SET shelf_life = ?"
            " WHERE id = ? AND shelf_life = '' AND shelf_life_days = 0",
            (f"{count}{_LETTERS[unit]}", line.product_id),
        )
        if connection.changes():
            learnt.append(LearntShelfLife(line.product_id, line.name, count, unit))
    return tuple(learnt)
