"""The figures of a shift's Z report, from the books' sums and the events of its time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import apsw
from msgspec import Struct

from pos_tui.books.ledger import accounts
from pos_tui.books.saft.codes import Code, category_code, payment_code
from pos_tui.books.saft.events import TillEvent
from pos_tui.books.sales.sales import read_tenders
from pos_tui.books.shift import find_shift

# Vouchers, and what is paid of debts, are no turnover.
_GOODS = "l.kind IN ('goods', 'deposit')"
_CATEGORIES = (
    "SELECT l.category, sum(l.quantity), sum(l.paid) FROM sold_lines l"
    f" JOIN sales s ON s.number = l.sale_no WHERE s.shift = ? AND s.state = 'paid' AND {_GOODS}"
    " GROUP BY l.category ORDER BY l.category"
)
_TAXES = (
    "SELECT l.tax_class, sum(l.net), sum(l.tax) FROM sold_lines l"
    f" JOIN sales s ON s.number = l.sale_no WHERE s.shift = ? AND s.state = 'paid' AND {_GOODS}"
    " GROUP BY l.tax_class ORDER BY l.tax_class"
)
_SOLD = (
    "SELECT count(DISTINCT s.number), coalesce(sum(l.paid), 0), coalesce(sum(l.net), 0)"
    " FROM sales s JOIN sold_lines l ON l.sale_no = s.number"
    f" WHERE s.state = 'paid' AND {_GOODS} AND s.shift"
)
_OFFERS = (
    "SELECT count(*), coalesce(sum(o.amount), 0) FROM sold_offers o"
    " JOIN sales s ON s.number = o.sale_no WHERE s.shift = ? AND s.state = 'paid'"
)
# What an entry of this kind moved into the drawer, and out of it, as legs.
_DRAWER = (
    "SELECT coalesce(nullif(e.document, ''), e.kind), count(*), sum(p.amount)"
    " FROM ledger_entries e JOIN postings p ON p.entry = e.number"
    " JOIN accounts a ON a.id = p.account WHERE e.shift = ? AND e.kind IN (?, ?)"
    " AND a.name = ? GROUP BY 1 ORDER BY 1"
)
# Each entry of cash opens it, as the drawer's own report has it.
_OPENED = (
    "SELECT count(DISTINCT e.number) FROM ledger_entries e JOIN postings p ON p.entry = e.number"
    " JOIN accounts a ON a.id = p.account WHERE e.shift = ? AND a.name = 'Assets:Drawer'"
    " AND e.kind NOT IN ('counted', 'float')"
)
# Income and tax that went back: debits of income given back, of tax, of deposits.
_RETURNED = (
    "SELECT count(DISTINCT e.number), coalesce(sum(p.amount), 0) FROM ledger_entries e"
    " JOIN postings p ON p.entry = e.number JOIN accounts a ON a.id = p.account"
    " WHERE p.amount > 0 AND (a.name LIKE 'Income:Returns:%'"
    "  OR (e.kind IN ('return', 'void')"
    "      AND (a.name LIKE 'Liabilities:Tax:%' OR a.name = 'Liabilities:Deposits')))"
    " AND e.shift"
)


class NumberAndAmount(Struct, frozen=True):
    """How many of what, and what they came to in minor units; `count` is in thousandths where
    goods are weighed.
    """

    code: Code
    count: int
    amount: int


class TaxFigures(Struct, frozen=True):
    """Of a tax class: without tax, and the tax, in minor units."""

    tax_class: str
    net: int
    tax: int


class ReportFigures(Struct, frozen=True, kw_only=True):
    """What the official event report has fields for; amounts in minor units, `at` local and aware.

    `sales`, `returns` and `net` of `grand_totals` are those of all shifts up to this one.
    """

    number: int
    at: datetime
    by: str
    total: int
    receipts: int
    groups: tuple[NumberAndAmount, ...]
    payments: tuple[NumberAndAmount, ...]
    taxes: tuple[TaxFigures, ...]
    opening_float: int
    drawer_opened: int
    copies: int
    returns: tuple[int, int]
    discounts: tuple[int, int]
    voids: tuple[int, int]
    lines_removed: tuple[int, int]
    pay_ins: tuple[tuple[str, int, int], ...]
    pay_outs: tuple[tuple[str, int, int], ...]
    grand_totals: tuple[int, int, int]


def report_of_shift(
    reader: apsw.Connection, number: int, events: Iterable[TillEvent]
) -> ReportFigures:
    """The report of a closed shift, with what the journal tells of its time.

    Raises LookupError for a shift that is not closed.
    """
    shift = find_shift(reader, number)
    if shift is None or shift.closed_at is None:
        raise LookupError(number)
    here = [each for each in events if shift.opened_at <= each.at <= shift.closed_at]
    receipts, total, _ = _sums(reader, f"{_SOLD} = ?", number)
    floats = _drawer(reader, number, "float", "float")
    return ReportFigures(
        number=number,
        at=shift.closed_at,
        by=shift.closed_by,
        total=total,
        receipts=receipts,
        groups=tuple(
            NumberAndAmount(category_code(str(name)), int(str(count)), int(str(amount)))
            for name, count, amount in reader.execute(_CATEGORIES, (number,))
        ),
        payments=_payments(reader, number),
        taxes=tuple(
            TaxFigures(str(name), int(str(net)), int(str(tax)))
            for name, net, tax in reader.execute(_TAXES, (number,))
        ),
        opening_float=sum(amount for _, _, amount in floats),
        drawer_opened=_count(here, "no_sale")[0] + _sums(reader, _OPENED, number)[0],
        copies=_count(here, "copy")[0],
        returns=_sums(reader, f"{_RETURNED} = ?", number),  # type: ignore[arg-type]
        discounts=_sums(reader, _OFFERS, number),  # type: ignore[arg-type]
        voids=_count(here, "void"),
        lines_removed=_count(here, "line_removed"),
        pay_ins=_drawer(reader, number, "pay_in", "pay_in"),
        pay_outs=tuple(
            (name, count, -amount)
            for name, count, amount in _drawer(reader, number, "pay_out", "drop")
        ),
        grand_totals=_grand_totals(reader, number),
    )


def _payments(reader: apsw.Connection, shift: int) -> tuple[NumberAndAmount, ...]:
    found: dict[Code, tuple[int, int]] = {}
    for (tenders,) in reader.execute(
        "SELECT tender FROM sales WHERE shift = ? AND state = 'paid'", (shift,)
    ):
        for tender in read_tenders(str(tenders)):
            code = payment_code(tender.kind, tender.platform)
            count, amount = found.get(code, (0, 0))
            found[code] = count + 1, amount + tender.amount
    return tuple(
        NumberAndAmount(code, *found[code]) for code in sorted(found, key=lambda each: each.id)
    )


def _drawer(
    reader: apsw.Connection, shift: int, kind: str, other: str
) -> tuple[tuple[str, int, int], ...]:
    return tuple(
        (str(name), int(str(count)), int(str(amount)))
        for name, count, amount in reader.execute(_DRAWER, (shift, kind, other, accounts.DRAWER))
    )


def _grand_totals(reader: apsw.Connection, shift: int) -> tuple[int, int, int]:
    _, sales, _ = _sums(reader, f"{_SOLD} BETWEEN 1 AND ?", shift)
    _, returns = _sums(reader, f"{_RETURNED} BETWEEN 1 AND ?", shift)
    return sales, returns, sales - returns


def _count(events: list[TillEvent], name: str) -> tuple[int, int]:
    """How many events of a name, and the sum of their amounts."""
    amounts = [each.amount for each in events if each.name == name]
    return len(amounts), sum(amounts)


def _sums(reader: apsw.Connection, query: str, shift: int) -> tuple[int, ...]:
    row = reader.execute(query, (shift,)).fetchone() or ()
    return tuple(int(str(each or 0)) for each in row)
