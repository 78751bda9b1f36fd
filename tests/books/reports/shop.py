"""A shop's sales as its books keep them, and what they come to, added up by hand."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import NamedTuple

import apsw

from pos_tui.books.reports.figures import NO_DETAIL, Figures, ReportBy, RowKey
from pos_tui.books.reports.periods import ReportPeriod


class Line(NamedTuple):
    """A line of a sale; amounts in minor units, `cost` None where it is not known."""

    product: int
    category: str
    quantity: int = 1000
    gross: int = 100
    saved: int = 0
    offer: str = "offer"
    tax_class: str = ""
    tax: int = 0
    is_deposit: bool = False
    cost: int | None = 60

    @property
    def paid(self) -> int:
        return self.gross - self.saved


class Sold(NamedTuple):
    """A sale; `day` None: from before the books kept lines. Tenders: kind, platform, covers."""

    number: int
    at: datetime
    day: date | None
    lines: tuple[Line, ...]
    tenders: tuple[tuple[str, str, int, int], ...]
    cashier: str = "Ada"

    @property
    def total(self) -> int:
        return sum(line.paid for line in self.lines)


def keep(connection: apsw.Connection, *sales: Sold) -> None:
    """Write sales as the till does, without what reports do not read."""
    for sold in sales:
        _keep(connection, sold)


def _keep(connection: apsw.Connection, sold: Sold) -> None:
    tenders = [
        {"kind": kind, "platform": platform, "due": covers, "given": covers + rounding + 7,
         "change": 7, "rounding": rounding}
        for kind, platform, covers, rounding in sold.tenders
    ]  # fmt: skip
    connection.execute(
        "INSERT OR REPLACE INTO sales (number, state, opened_at, closed_at, total, tender, day,"
        " shift, cashier) VALUES (?,'paid',?,?,?,?,?,?,?)",
        (
            sold.number, sold.at.isoformat(), sold.at.isoformat(), sold.total,
            json.dumps(tenders) if sold.day else json.dumps(tenders[0]),
            sold.day and sold.day.isoformat(), sold.day and 1, sold.cashier if sold.day else None,
        ),
    )  # fmt: skip
    for place, line in enumerate(sold.lines, 1):
        connection.execute(
            "INSERT INTO movements (at, product_id, lot, quantity, cost, kind, sale_no, line,"
            " journal) VALUES (?,?,'',?,?,'sold',?,?,1)",
            (
                sold.at.isoformat(), line.product, -line.quantity,
                None if line.cost is None else -line.cost, sold.number, place,
            ),
        )  # fmt: skip
        if sold.day is None:
            continue
        connection.execute(
            "INSERT INTO sold_lines VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                sold.number, place, line.product, line.category, line.quantity, line.gross,
                line.paid, line.gross, line.paid - line.tax, line.tax_class, line.tax,
                "deposit" if line.is_deposit else "goods",
            ),
        )  # fmt: skip
        if line.saved:
            connection.execute(
                "INSERT INTO sold_offers VALUES (?,?,?,?)",
                (sold.number, place, line.offer, line.saved),
            )


def day_of(sold: Sold, day_ends_at: int = 0) -> date:
    """The accounting day of a sale."""
    return sold.day or (sold.at.replace(tzinfo=None) - timedelta(hours=day_ends_at)).date()


def in_period(
    sales: list[Sold], period: ReportPeriod, at: datetime | None = None, day_ends_at: int = 0
) -> list[Sold]:
    """The sales of a period that were paid by a moment."""
    return [
        each
        for each in sales
        if period.first <= day_of(each, day_ends_at) <= period.last
        and (at is None or each.at <= at)
    ]


def added_up(sales: list[Sold], by: ReportBy, day_ends_at: int = 0) -> dict[RowKey, Figures]:
    """What sales come to by something, line by line."""
    found: dict[RowKey, Figures] = defaultdict(Figures)
    for sold in sales:
        day = day_of(sold, day_ends_at).isoformat()
        own: dict[str, RowKey] = {
            "day": day, "month": day[:7], "hour": sold.at.hour,
            "cashier": sold.cashier if sold.day else "",
        }  # fmt: skip
        if by in own:
            rounding = sum(each[3] for each in sold.tenders)
            found[own[by]] += Figures(count=1, rounding=rounding)
            for line in sold.lines:
                found[own[by]] += _of_line(sold, line)
            continue
        if by == "tender":
            for kind, platform, covers, rounding in sold.tenders:
                key = f"wallet:{platform}" if platform else kind
                found[key] += Figures(count=1, paid=covers, rounding=rounding)
            continue
        if by == "offer":
            for line in sold.lines:
                if line.saved and sold.day:
                    found[line.offer] += Figures(count=1, saved=line.saved)
            continue
        if sold.day is None:  # one row for all of it
            cost = sum((_of_line(sold, line) for line in sold.lines), Figures())
            found[NO_DETAIL] += Figures(count=1) + cost
            continue
        for line in sold.lines:
            keys: dict[str, RowKey] = {
                "product": line.product, "category": line.category, "tax": line.tax_class
            }  # fmt: skip
            found[keys[by]] += Figures(count=1) + _of_line(sold, line)
    return dict(found)


def _of_line(sold: Sold, line: Line) -> Figures:
    cost, uncosted = line.cost or 0, int(line.cost is None)
    if sold.day is None:
        return Figures(paid=line.paid, undetailed=line.paid, cost=cost, uncosted=uncosted)
    net = line.paid - line.tax
    return Figures(
        quantity=line.quantity, paid=line.paid, net=0 if line.is_deposit else net, tax=line.tax,
        deposit=net if line.is_deposit else 0, saved=line.saved, cost=cost, uncosted=uncosted,
    )  # fmt: skip


def take_back(connection: apsw.Connection, number: int, line: Line, sale_no: int) -> None:
    """Goods of a sale came back in the sale with this number, at what they had cost."""
    connection.execute(
        "INSERT INTO returned_lines VALUES (?,1,?,1,?,?,?,?,?,?,?,?,'to_shelf','')",
        (
            number, sale_no, line.product, line.category, line.quantity, line.paid,
            line.paid - line.tax, line.tax_class, line.tax,
            "deposit" if line.is_deposit else "goods",
        ),
    )  # fmt: skip
    connection.execute(
        "INSERT INTO movements (at, product_id, lot, quantity, cost, kind, sale_no, line, journal)"
        " VALUES ('', ?, '', ?, ?, 'returned', ?, 1, 1)",
        (line.product, line.quantity, line.cost, number),
    )
