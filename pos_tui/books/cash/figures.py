"""The figures of a shift's report: sums of the rows of ledger, sales and journal, nothing else.

Nothing is checked here, and what cannot be read is named instead of stopping the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, TypeVar

import apsw
import msgspec
from msgspec.structs import replace

from pos_tui.books.cash.drawer_acts import DrawerAct, acts_of_shift
from pos_tui.books.cash.removals import JournalCounts, count_journal
from pos_tui.books.cash.still_open import held_and_open, unpaid_sales
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import balance
from pos_tui.books.shift import Shift
from pos_tui.receipts.shift_report import (
    CategorySum,
    CountedSum,
    DrawerFigures,
    GrandTotals,
    OpenSale,
    ReportKind,
    ReportShop,
    ShiftReport,
    TaxSum,
)

_Part = TypeVar("_Part")
_PAYING = frozenset(("sale", "tender", "tender_returned"))
_GIVING_BACK = frozenset(("return", "void"))
_GOODS = frozenset(("sale", "return"))
# A sale also sells, and settles, these; a void undoes that.
_DRAWN_ON = frozenset(("voucher", "account"))
_TAX, _RETURNS = "Liabilities:Tax:", "Income:Returns:"
_INCOME = ("Income:Sales:", "Income:Returns:", "Liabilities:Tax:", "Liabilities:Deposits")
_SALES_OF_SHIFT = "FROM sales s INDEXED BY sales_of_day"
_MONEY_LINES = (
    "SELECT coalesce(sum(l.paid), 0) FROM sold_lines l"
    " WHERE l.sale_no = s.number AND l.kind IN ('voucher', 'settlement')"
)
_OF_SHIFT = "WHERE s.state = 'paid' AND s.day = ? AND s.shift = ?"


class _Sum(NamedTuple):
    """What entries of one kind posted to one account in a shift."""

    kind: str
    account: str
    entries: int
    debited: int  # how many of those entries
    credited: int
    debit: int
    credit: int

    @property
    def amount(self) -> int:
        return self.debit - self.credit


def shift_report(
    reader: apsw.Connection,
    shift: Shift,
    kind: ReportKind,
    at: datetime,
    by: str,
    shop: ReportShop,
    skip: frozenset[str] = frozenset(),
) -> ShiftReport:
    """The report of a shift as the books are now; a Z is made once the drawer was counted.

    `skip` are parts that are known not to be readable. Raises apsw.Error where a page of the file
    is damaged that is not named there, and SQLite has given up the transaction that this is part
    of.
    """
    reading = _Reading(reader, skip)
    sums = reading.part("ledger", lambda: _sums(reader, shift.number), _NO_SUMS)
    acts = reading.part("acts", lambda: tuple(acts_of_shift(reader, shift.number)), _NO_ACTS)
    noted = reading.part("journal", lambda: count_journal(reader, _after(reader, shift)), _NOTHING)
    if noted.unread:
        reading.unread.append("journal")
    key = (shift.day.isoformat(), shift.number)
    counted = next((each.number for each in reversed(acts) if each.kind == "counted"), None)
    during = [each for each in acts if counted is None or each.number < counted]
    report = ShiftReport(
        kind=kind,
        shift=shift.number,
        day=shift.day.isoformat(),
        opened_at=shift.opened_at.isoformat(),
        opened_by=shift.opened_by,
        at=at.isoformat(),
        by=by,
        closed_for=shift.opened_by if kind == "z" and shift.opened_by not in {"", by} else "",
        shop=shop,
        tenders=_tenders(sums),
        rounding=-_amount(sums, accounts.ROUNDING),
        taken_for_open=-_amount(sums, accounts.OPEN_SALES),
        unexplained=_amount(sums, accounts.SUSPENSE),
        refunds=_refunds(sums),
        returns=reading.part("ledger", lambda: _returned(reader, shift.number, sums), _NO_RETURNS),
        paid_voids=reading.part("ledger", lambda: _voided(reader, shift.number, sums), _NO_VOIDS),
        voids=noted.voids,
        lines_removed=noted.removed,
        quantities_lowered=noted.lowered,
        copies=noted.copies,
        drawer_opened=_openings(sums, acts),
        no_sales=_by_reason(acts, "no_sale"),
        pay_ins=_by_reason(acts, "pay_in"),
        pay_outs=_by_reason(acts, "pay_out"),
        drops=_sum_of(during, "drop", "drops"),
        drawer=reading.part("drawer", lambda: _drawer(reader, sums, acts, kind), DrawerFigures()),
        open_payments=reading.part("open_payments", lambda: unpaid_sales(reader), _NONE),
        held=reading.part("held", lambda: held_and_open(reader), _NONE),
    )
    report = reading.part("sales", lambda: _with_sales(reader, report, key), report)
    report = reading.part("goods", lambda: _with_goods(reader, report, key, sums), report)
    before = reading.part("totals", lambda: _totals_before(reader, shift.number), GrandTotals())
    totals = GrandTotals(
        before.sales + report.gross,
        before.returns + report.returns.amount + report.paid_voids.amount,
    )
    totals = replace(
        totals, net=totals.sales - totals.returns, absolute=totals.sales + abs(totals.returns)
    )
    return replace(report, totals=totals, unread=tuple(dict.fromkeys(reading.unread)))


def damaged_parts(
    reader: apsw.Connection, shift: Shift, at: datetime, shop: ReportShop
) -> frozenset[str]:
    """The parts of a shift's report that lie on damaged pages; looked for outside a transaction.

    Inside one SQLite gives up the whole of it at the first of them.
    """
    return frozenset(shift_report(reader, shift, "x", at, "", shop).unread) - {"journal"} | (
        frozenset() if _can_read_journal(reader, shift) else {"journal"}
    )


_NO_SUMS: tuple[_Sum, ...] = ()
_NO_ACTS: tuple[DrawerAct, ...] = ()
_NONE: tuple[OpenSale, ...] = ()
_NO_RETURNS = CountedSum("returns")
_NO_VOIDS = CountedSum("paid_voids")
_NOTHING = JournalCounts(
    CountedSum("lines_removed"),
    CountedSum("quantities_lowered"),
    CountedSum("voids"),
    CountedSum("copies"),
)


class _Reading:
    """Reads part after part; of one that cannot be read there is what it would be without rows."""

    def __init__(self, reader: apsw.Connection, skip: frozenset[str]) -> None:
        self._reader = reader
        self._was_in_transaction = reader.in_transaction
        self._skip = skip
        self.unread: list[str] = []

    def part(self, name: str, read: Callable[[], _Part], otherwise: _Part) -> _Part:
        if name in self._skip:
            self.unread.append(name)
            return otherwise
        try:
            return read()
        except (apsw.Error, msgspec.MsgspecError, ValueError, TypeError):
            if self._was_in_transaction and not self._reader.in_transaction:
                raise  # what was written before is undone: nothing may be written after it
            self.unread.append(name)
            return otherwise


def _can_read_journal(reader: apsw.Connection, shift: Shift) -> bool:
    try:
        count_journal(reader, _after(reader, shift))
    except apsw.Error:
        return False
    return True


def _sums(reader: apsw.Connection, shift: int) -> tuple[_Sum, ...]:
    rows = reader.execute(
        "SELECT e.kind, a.name, count(DISTINCT e.number),"
        " count(DISTINCT iif(p.amount > 0, e.number, NULL)),"
        " count(DISTINCT iif(p.amount < 0, e.number, NULL)), sum(max(p.amount, 0)),"
        " sum(max(-p.amount, 0)) FROM ledger_entries e INDEXED BY ledger_entries_of_shift"
        " CROSS JOIN postings p ON p.entry = e.number JOIN accounts a ON a.id = p.account"
        " WHERE e.shift = ? GROUP BY e.kind, p.account ORDER BY a.name, e.kind",
        (shift,),
    )
    return tuple(
        _Sum(str(kind), str(name), *(int(str(each)) for each in numbers))
        for kind, name, *numbers in rows
    )


def _amount(sums: Iterable[_Sum], account: str) -> int:
    return sum(each.amount for each in sums if each.account == account)


def _tenders(sums: Iterable[_Sum]) -> tuple[CountedSum, ...]:
    """Cash always; cards, each wallet, vouchers and accounts where they were paid with."""
    found: dict[str, CountedSum] = {"cash": CountedSum("cash")}
    for each in sums:
        name = _tender_of(each.account)
        if each.kind not in _PAYING or not name:
            continue
        amount, times = each.amount, each.entries
        if name in _DRAWN_ON and each.kind == "sale":
            amount, times = each.debit, each.debited
            if not times:
                continue
        elif each.kind == "tender_returned":
            times = -times
        before = found.get(name, CountedSum(name))
        found[name] = CountedSum(name, before.count + times, before.amount + amount)
    return tuple(found.values())


def _tender_of(account: str) -> str:
    named = {
        accounts.DRAWER: "cash",
        accounts.CARD: "card",
        accounts.VOUCHERS: "voucher",
        accounts.FOREIGN_VOUCHERS: "voucher",
    }
    if account in named:
        return named[account]
    if account.startswith("Assets:Customers:"):
        return "account"
    return account.removeprefix("Assets:Clearing:") if "Assets:Clearing:" in account else ""


def _refunds(sums: Iterable[_Sum]) -> tuple[CountedSum, ...]:
    """What went back to customers, by the way it went."""
    found: dict[str, CountedSum] = {}
    for each in sums:
        name = _tender_of(each.account)
        if each.kind not in _GIVING_BACK or not name:
            continue
        amount, times = -each.amount, each.entries
        if name in _DRAWN_ON:
            amount, times = each.credit, each.credited
            if not times:
                continue
        before = found.get(name, CountedSum(name))
        found[name] = CountedSum(name, before.count + times, before.amount + amount)
    return tuple(found.values()) or (CountedSum("cash"),)


def _voided(reader: apsw.Connection, shift: int, sums: Iterable[_Sum]) -> CountedSum:
    """Sales that were paid and voided whole: their goods and deposits, with all tax."""
    (count,) = reader.execute(
        "SELECT count(*) FROM ledger_entries INDEXED BY ledger_entries_of_shift"
        " WHERE shift = ? AND kind = 'void'",
        (shift,),
    ).fetchone() or (0,)
    of_goods = [
        each
        for each in sums
        if each.kind == "void"
        and (each.account.startswith(_INCOME) or each.account == accounts.DISCOUNTS)
    ]
    return CountedSum("paid_voids", int(str(count)), sum(each.amount for each in of_goods))


def _returned(reader: apsw.Connection, shift: int, sums: Iterable[_Sum]) -> CountedSum:
    """How often goods came back, also in a sale of others, and for how much without tax."""
    # The parts of a refund before its last one are entries of a tender each.
    (times,) = reader.execute(
        "SELECT count(*) FROM ledger_entries INDEXED BY ledger_entries_of_shift"
        " WHERE shift = ? AND kind = 'return' AND document = ''",
        (shift,),
    ).fetchone() or (0,)
    back = [each for each in sums if each.kind in _GOODS and each.account.startswith(_RETURNS)]
    within = max((each.entries for each in back if each.kind == "sale"), default=0)
    return CountedSum("returns", int(str(times)) + within, sum(each.amount for each in back))


def _openings(sums: Iterable[_Sum], acts: Iterable[DrawerAct]) -> int:
    """How often the drawer was opened: for each entry of cash, and without a sale."""
    by_money = sum(
        each.entries
        for each in sums
        if each.account == accounts.DRAWER and each.kind not in {"counted", "float"}
    )
    return by_money + sum(each.kind == "no_sale" for each in acts)


def _sum_of(acts: Iterable[DrawerAct], kind: str, name: str) -> CountedSum:
    amounts = [each.amount for each in acts if each.kind == kind]
    return CountedSum(name, len(amounts), sum(amounts))


def _by_reason(acts: Iterable[DrawerAct], kind: str) -> tuple[CountedSum, ...]:
    found: dict[str, CountedSum] = {}
    for each in acts:
        if each.kind == kind:
            before = found.get(each.reason, CountedSum(each.reason))
            found[each.reason] = CountedSum(
                each.reason, before.count + 1, before.amount + each.amount
            )
    return tuple(found.values())


def _drawer(
    reader: apsw.Connection, sums: Iterable[_Sum], acts: Iterable[DrawerAct], kind: ReportKind
) -> DrawerFigures:
    by_kind: dict[str, int] = {}
    for each in sums:
        if each.account == accounts.DRAWER:
            by_kind[each.kind] = by_kind.get(each.kind, 0) + each.amount
    now = balance(reader, accounts.DRAWER)
    carried = now - sum(by_kind.values())
    count = next((each for each in reversed(tuple(acts)) if each.kind == "counted"), None)
    # What went to the safe after the count is no part of what was expected at it.
    at_count = now if count is None else count.expected
    to_safe = 0 if count is None else count.amount - now
    drops = -by_kind.get("drop", 0) - to_safe
    cash_sales = sum(by_kind.get(each, 0) for each in _PAYING)
    returns = -sum(by_kind.get(each, 0) for each in _GIVING_BACK)
    opening = carried + by_kind.get("float", 0)
    pay_ins, pay_outs = by_kind.get("pay_in", 0), -by_kind.get("pay_out", 0)
    named = opening + cash_sales - returns + pay_ins - pay_outs - drops
    return DrawerFigures(
        carried=carried,
        float_difference=by_kind.get("float", 0),
        opening_float=opening,
        cash_sales=cash_sales,
        cash_returns=returns,
        pay_ins=pay_ins,
        pay_outs=pay_outs,
        drops=drops,
        other=at_count - named,
        expected=at_count,
        counted=None if count is None else count.amount,
        difference=0 if count is None else count.difference,
        to_safe=to_safe if kind == "z" else 0,
        left=now,
        pieces=() if count is None else count.pieces,
    )


def _with_sales(reader: apsw.Connection, report: ShiftReport, key: tuple[str, int]) -> ShiftReport:
    rows = reader.execute(
        f"SELECT coalesce(s.cashier, ''), count(*), sum(s.total - ({_MONEY_LINES})), min(s.number),"
        f" max(s.number) {_SALES_OF_SHIFT} {_OF_SHIFT} GROUP BY 1 ORDER BY 1",
        key,
    )
    found = [(str(row[0]), [int(str(each)) for each in row[1:]]) for row in rows]
    return replace(
        report,
        receipts=sum(each[0] for _, each in found),
        gross=sum(each[1] for _, each in found),
        first_sale=min((each[2] for _, each in found), default=0),
        last_sale=max((each[3] for _, each in found), default=0),
        cashiers=tuple(CountedSum(name, each[0], each[1]) for name, each in found)
        or (CountedSum(""),),
    )


def _with_goods(
    reader: apsw.Connection, report: ShiftReport, key: tuple[str, int], sums: Iterable[_Sum]
) -> ShiftReport:
    """What was sold, and the tax of what came back: what was sold less what the ledger has."""
    categories: dict[str, CategorySum] = {}
    taxes: dict[str, TaxSum] = {}
    deposits = 0
    rows = reader.execute(
        f"SELECT l.category, l.tax_class, l.kind, count(*), sum(l.gross), sum(l.paid),"
        f" sum(l.net), sum(l.tax) {_SALES_OF_SHIFT} CROSS JOIN sold_lines l"
        f" ON l.sale_no = s.number {_OF_SHIFT} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        key,
    )
    money = {"voucher": report.vouchers_sold, "settlement": report.accounts_settled}
    for category, tax_class, kind, *numbers in rows:
        lines, before, paid, net, tax = (int(str(each)) for each in numbers)
        if str(kind) in money:  # no turnover: it is owed, or was owed
            so_far = money[str(kind)]
            money[str(kind)] = CountedSum(so_far.name, lines, so_far.amount + paid)
            continue
        old = categories.get(str(category), CategorySum(str(category), 0, 0, 0, 0))
        categories[str(category)] = CategorySum(
            old.name, old.lines + lines, old.before + before, old.gross + paid, old.net + net
        )
        was = _tax_sum(taxes, str(tax_class), report)
        taxes[was.name] = replace(was, net=was.net + net, tax=was.tax + tax, gross=was.gross + paid)
        deposits += net if kind == "deposit" else 0
    # Those of sales that were voided were not sold, and those debts are not paid.
    for name, lines, paid in reader.execute(
        f"SELECT r.kind, count(*), sum(r.amount) {_SALES_OF_SHIFT} CROSS JOIN returned_lines r"
        f" ON r.return_sale = s.number {_OF_SHIFT} AND r.kind IN ('voucher', 'settlement')"
        " GROUP BY 1",
        key,
    ):
        so_far = money[str(name)]
        money[str(name)] = CountedSum(
            so_far.name, so_far.count - int(str(lines)), so_far.amount - int(str(paid))
        )
    for name in {_tax_class(each) for each in sums} - {""}:
        posted = -_amount_of(sums, f"{_TAX}{name}")
        was = _tax_sum(taxes, name, report)
        taxes[name] = replace(was, returned=was.tax - posted)
    (times, off) = reader.execute(
        f"SELECT count(*), coalesce(sum(o.amount), 0) {_SALES_OF_SHIFT}"
        f" CROSS JOIN sold_offers o ON o.sale_no = s.number {_OF_SHIFT}",
        key,
    ).fetchone() or (0, 0)
    back = report.returns.amount + sum(each.returned for each in taxes.values())
    back += deposits + _amount_of(sums, accounts.DEPOSITS)
    return replace(
        report,
        categories=tuple(categories.values()) or (CategorySum("", 0, 0, 0, 0),),
        taxes=tuple(sorted(taxes.values(), key=lambda each: each.name))
        or (TaxSum("", "0", 0, 0, 0),),
        gross=sum(each.gross for each in categories.values()),
        net=sum(each.net for each in taxes.values()),
        tax=sum(each.tax for each in taxes.values()),
        vouchers_sold=money["voucher"],
        accounts_settled=money["settlement"],
        discounts=CountedSum("discounts", int(str(times)), int(str(off))),
        returns=replace(report.returns, amount=back),
    )


def _tax_sum(taxes: Mapping[str, TaxSum], name: str, report: ShiftReport) -> TaxSum:
    empty = TaxSum(name, report.shop.percents.get(name, "0"), 0, 0, 0)
    return taxes.get(name, empty)


def _tax_class(each: _Sum) -> str:
    is_tax = each.kind in _GOODS and each.account.startswith(_TAX)
    return each.account.removeprefix(_TAX) if is_tax else ""


def _amount_of(sums: Iterable[_Sum], account: str) -> int:
    """What selling, and taking back, posted to an account."""
    return sum(each.amount for each in sums if each.account == account and each.kind in _GOODS)


def _after(reader: apsw.Connection, shift: Shift) -> int:
    """The journal's row after which a shift's own begin: that of the Z before.

    Before the first Z it is the row at the opening, or before the first of the shift's sales.
    """
    row = reader.execute(
        "SELECT journal FROM z_reports WHERE shift < ? ORDER BY shift DESC LIMIT 1",
        (shift.number,),
    ).fetchone()
    if row is not None:
        return int(str(row[0]))
    (opened,) = reader.execute(
        "SELECT journal FROM shifts WHERE number = ?", (shift.number,)
    ).fetchone() or (0,)
    (first,) = reader.execute(
        f"SELECT min(s.number) {_SALES_OF_SHIFT} {_OF_SHIFT}",
        (shift.day.isoformat(), shift.number),
    ).fetchone() or (None,)
    (begun,) = reader.execute(
        "SELECT min(seq) FROM journal WHERE sale_no = ?", (first or 0,)
    ).fetchone() or (None,)
    after = int(str(opened))
    return after if not first or begun is None else min(after, int(str(begun)) - 1)


def _totals_before(reader: apsw.Connection, shift: int) -> GrandTotals:
    row = reader.execute(
        "SELECT CAST(report AS BLOB) FROM z_reports WHERE shift < ? ORDER BY shift DESC LIMIT 1",
        (shift,),
    ).fetchone()
    if row is None:
        return GrandTotals()
    body = row[0]
    assert isinstance(body, bytes)
    return msgspec.json.decode(body, type=ShiftReport).totals
