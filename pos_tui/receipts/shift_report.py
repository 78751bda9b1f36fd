"""What stands on an X or Z report of a shift: every figure a sum of rows of the books."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

ReportKind = Literal["x", "z"]
OpenState = Literal["open", "held", "part_paid", "pending", "unknown"]


class CountedSum(Struct, frozen=True):
    """How often something was, under which name, and what it came to (minor units)."""

    name: str
    count: int = 0
    amount: int = 0


class CategorySum(Struct, frozen=True):
    """What was sold of a category: lines, before offers, paid with all tax, and without tax."""

    name: str
    lines: int
    before: int
    gross: int
    net: int


class TaxSum(Struct, frozen=True):
    """A tax class: its percentage as text, what was sold without tax, the tax, both together."""

    name: str
    percent: str
    net: int
    tax: int
    gross: int
    returned: int = 0
    """Of the tax: what was given back with returned goods."""


class OpenSale(Struct, frozen=True):
    """A sale that is not over at a closing, and is carried: its number, why, and for how much."""

    number: int
    state: OpenState
    amount: int


class CountedPieces(Struct, frozen=True):
    """So many notes or coins of one worth (minor units)."""

    worth: int
    pieces: int


class DrawerFigures(Struct, frozen=True, kw_only=True):
    """The drawer's account over a shift, in minor units.

    expected = opening float + cash sales − returns in cash + pay-ins − pay-outs − drops + other.
    `carried` is what the shift before had left, `float_difference` how much more was there.
    `counted` None: nobody counted. `to_safe` went out at the close, `left` is the next float.
    """

    carried: int = 0
    float_difference: int = 0
    opening_float: int = 0
    cash_sales: int = 0
    cash_returns: int = 0
    pay_ins: int = 0
    pay_outs: int = 0
    drops: int = 0
    other: int = 0
    expected: int = 0
    counted: int | None = None
    difference: int = 0
    to_safe: int = 0
    left: int = 0
    pieces: tuple[CountedPieces, ...] = ()


class GrandTotals(Struct, frozen=True):
    """Totals over all closed shifts, never reset: sold, returned, the one less the other, and both
    added (minor units, with tax).
    """

    sales: int = 0
    returns: int = 0
    net: int = 0
    absolute: int = 0


class ReportShop(Struct, frozen=True, kw_only=True):
    """Whose report it is; `percents` are the taxes' percentages by class, as text."""

    name: str = ""
    address: str = ""
    merchant: str = ""
    till: str = ""
    currency: str = "CNY"
    exponent: int = 2
    language: str = "en"
    percents: dict[str, str] = {}


class ShiftReport(Struct, frozen=True, kw_only=True):
    """An X or a Z report. Amounts in minor units, days and times ISO 8601 (aware).

    `shift` is the Z's number; an X has none of its own. `by` took the report, or closed the shift;
    `closed_for` is who had opened it, where that is somebody else. `gross` is with all tax, after
    offers, before anything came back, and without vouchers and debts; `cashiers` is the same by who
    sold. `unread` names what could not be read in the books, so that it is missing here.
    """

    kind: ReportKind
    shift: int
    day: str
    opened_at: str
    opened_by: str
    at: str
    by: str
    closed_for: str = ""
    shop: ReportShop
    receipts: int = 0
    first_sale: int = 0
    last_sale: int = 0
    gross: int = 0
    net: int = 0
    tax: int = 0
    taxes: tuple[TaxSum, ...] = ()
    categories: tuple[CategorySum, ...] = ()
    tenders: tuple[CountedSum, ...] = ()
    refunds: tuple[CountedSum, ...] = ()
    cashiers: tuple[CountedSum, ...] = ()
    rounding: int = 0
    taken_for_open: int = 0
    unexplained: int = 0
    vouchers_sold: CountedSum = CountedSum("vouchers_sold")
    accounts_settled: CountedSum = CountedSum("accounts_settled")
    discounts: CountedSum = CountedSum("discounts")
    returns: CountedSum = CountedSum("returns")
    paid_voids: CountedSum = CountedSum("paid_voids")
    voids: CountedSum = CountedSum("voids")
    lines_removed: CountedSum = CountedSum("lines_removed")
    quantities_lowered: CountedSum = CountedSum("quantities_lowered")
    training: CountedSum = CountedSum("training")
    copies: CountedSum = CountedSum("copies")
    proformas: CountedSum = CountedSum("proformas")
    delivery_receipts: CountedSum = CountedSum("delivery_receipts")
    price_inquiries: CountedSum = CountedSum("price_inquiries")
    other_corrections: CountedSum = CountedSum("other_corrections")
    drawer_opened: int = 0
    no_sales: tuple[CountedSum, ...] = ()
    pay_ins: tuple[CountedSum, ...] = ()
    pay_outs: tuple[CountedSum, ...] = ()
    drops: CountedSum = CountedSum("drops")
    drawer: DrawerFigures = DrawerFigures()
    open_payments: tuple[OpenSale, ...] = ()
    held: tuple[OpenSale, ...] = ()
    totals: GrandTotals = GrandTotals()
    unread: tuple[str, ...] = ()
