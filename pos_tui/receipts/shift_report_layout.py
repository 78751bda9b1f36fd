"""X and Z reports, and the slips of the drawer, laid out for paper of so many columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from pos_tui.codes.payment import platform_reason
from pos_tui.money import Currency, format_amount
from pos_tui.receipts.paper_rows import centred_rows, spread_rows
from pos_tui.receipts.print_lines import NO_MARKS, PaperMarks, PrintLine, Style, marked_lines
from pos_tui.receipts.shift_report import CountedSum, OpenSale, ReportShop, ShiftReport
from pos_tui.receipts.words import words_in
from pos_tui.text_width import wrap

_OF_CASH = {"cash", "card", "voucher", "account"}


class DrawerSlip(Struct, frozen=True, kw_only=True):
    """What is signed for money that went in or out; amount in minor units, `at` aware."""

    kind: str
    number: int
    amount: int
    at: datetime
    reason: str
    by: str
    approved_by: str = ""


def lay_out_report(
    report: ShiftReport,
    columns: int,
    row: int = 0,
    code: str = "",
    *,
    with_expected: bool = True,
    marks: PaperMarks = NO_MARKS,
) -> list[PrintLine]:
    """A report as lines of at most so many columns (32 or more read well), in its language.

    A Z has the journal's row that closed the shift, and its code.
    """
    lines = list(_Layout(report, columns, with_expected).lines(row, code))
    return marked_lines(lines, columns, marks, report.shop.language)


def lay_out_slip(
    slip: DrawerSlip, shop: ReportShop, columns: int, marks: PaperMarks = NO_MARKS
) -> list[PrintLine]:
    """A slip to sign."""
    words = words_in(shop.language)
    amount = f"{_money(slip.amount, shop)} {shop.currency}"
    lines = [PrintLine(text, "bold") for text in centred_rows(shop.name, columns)]
    lines += [
        PrintLine("-" * columns, "rule"),
        *_rows(words(f"shift_report.slip_{slip.kind}"), amount, columns, "large"),
        *_rows(
            words("shift_report.slip_number", number=slip.number),
            words("shift_report.till", till=shop.till),
            columns,
        ),
        PrintLine(f"{slip.at:%Y-%m-%d %H:%M:%S}"),
    ]
    if slip.reason:
        lines += _rows(words("shift_report.slip_reason"), slip.reason, columns)
    lines += _rows(words("shift_report.slip_by"), slip.by, columns)
    if slip.approved_by:
        lines += _rows(words("shift_report.slip_approved"), slip.approved_by, columns)
    lines += [PrintLine("")] * 3
    signature = wrap(words("shift_report.slip_signature"), columns)
    lines += [PrintLine("_" * columns), *(PrintLine(part) for part in signature)]
    return marked_lines(lines, columns, marks, shop.language)


def _rows(left: str, right: str, columns: int, style: Style = "plain") -> list[PrintLine]:
    return [PrintLine(row.rstrip(), style) for row in spread_rows(left, right, columns)]


class _Layout:
    def __init__(self, report: ShiftReport, columns: int, with_expected: bool) -> None:
        self._with_expected = with_expected
        self._report = report
        self._columns = columns
        self._words = words_in(report.shop.language)

    def lines(self, row: int, code: str) -> Iterator[PrintLine]:
        yield from self._head()
        yield from self._sales()
        yield from self._tenders()
        yield from self._taxes()
        yield from self._categories()
        yield from self._cashiers()
        yield from self._corrections()
        yield from self._drawer()
        yield from self._open()
        yield from self._totals()
        if self._report.unread:
            yield from self._title("unread")
            for name in self._report.unread:
                yield from self._wrapped(self._say(f"unread_{name}"))
        if code:
            yield self._rule()
            yield from self._wrapped(self._say("journal", row=row))
            groups = code.split()
            half = len(groups) // 2
            for part in (groups[:half], groups[half:]):
                yield from (PrintLine(text) for text in centred_rows(" ".join(part), self._columns))

    # ---- the parts ---------------------------------------------------------------------------

    def _head(self) -> Iterator[PrintLine]:
        report, shop = self._report, self._report.shop
        for text in centred_rows(shop.name, self._columns):
            yield PrintLine(text, "bold")
        for text in centred_rows(shop.address, self._columns):
            yield PrintLine(text)
        yield self._rule()
        title = self._say("x") if report.kind == "x" else self._say("z", number=report.shift)
        for text in centred_rows(title, self._columns):
            yield PrintLine(text, "large")
        till, merchant = shop.till, shop.merchant
        yield from self._row(self._say("till", till=till), self._say("merchant", merchant=merchant))
        yield from self._row(self._say("day"), report.day)
        opener = report.opened_by or self._say("by_itself")
        yield from self._moment("opened", report.opened_at, opener)
        yield from self._moment("made" if report.kind == "x" else "closed", report.at, report.by)
        if report.closed_for:
            yield from self._row(self._say("closed_for"), report.closed_for)
        if report.kind == "x":
            yield from self._wrapped(self._say("of_shift", number=report.shift))

    def _sales(self) -> Iterator[PrintLine]:
        report = self._report
        yield from self._title("sales")
        label = self._say("no_receipts")
        if report.receipts:
            label = self._say("receipts", first=report.first_sale, last=report.last_sale)
        yield from self._row(label, str(report.receipts))
        yield from self._amount("gross", report.gross, "bold")
        yield from self._amount("tax", report.tax)
        yield from self._amount("net", report.net)
        yield from self._counted("discounts", report.discounts)
        yield from self._amount("rounding", report.rounding)
        yield from self._counted("returns", report.returns)
        yield from self._counted("paid_voids", report.paid_voids)
        yield from self._counted("vouchers_sold", report.vouchers_sold)
        yield from self._counted("accounts_settled", report.accounts_settled)
        if report.unexplained:
            yield from self._amount("unexplained", report.unexplained)

    def _tenders(self) -> Iterator[PrintLine]:
        yield from self._title("by_tender")
        for each in self._report.tenders:
            yield from self._times(self._tender(each.name), each)
        for each in self._report.refunds:
            if each.count:
                label = self._say("refunded", tender=self._tender(each.name))
                yield from self._times(label, CountedSum("", each.count, -each.amount))
        if self._report.taken_for_open:
            yield from self._amount("taken_for_open", self._report.taken_for_open)

    def _tender(self, name: str) -> str:
        return self._say(name) if name in _OF_CASH else self._words.of(platform_reason(name))

    def _taxes(self) -> Iterator[PrintLine]:
        yield from self._title("by_tax")
        for each in self._report.taxes:
            label = self._say("no_tax")
            if each.name:
                label = self._say("tax_class", name=each.name, percent=each.percent)
            yield from self._row(label, self._money(each.tax))
            yield from self._row(self._say("tax_on"), self._money(each.net))
            if each.returned:
                yield from self._row(self._say("tax_returned"), self._money(-each.returned))

    def _categories(self) -> Iterator[PrintLine]:
        yield from self._title("by_category")
        for each in self._report.categories:
            label = each.name or self._say("no_category")
            sold = CountedSum("", each.lines, each.gross)
            yield from self._times(label, sold)
            if each.net != each.gross:
                yield from self._row(self._say("without_tax"), self._money(each.net))

    def _cashiers(self) -> Iterator[PrintLine]:
        yield from self._title("by_cashier")
        for each in self._report.cashiers:
            yield from self._times(each.name or self._say("nobody"), each)

    def _corrections(self) -> Iterator[PrintLine]:
        report = self._report
        yield from self._title("corrections")
        yield from self._counted("lines_removed", report.lines_removed)
        yield from self._counted("quantities_lowered", report.quantities_lowered)
        yield from self._counted("voids", report.voids)
        yield from self._counted("copies", report.copies)
        yield from self._counted("training", report.training)
        yield from self._counted("price_inquiries", report.price_inquiries)
        others = (report.proformas, report.delivery_receipts, report.other_corrections)
        count, amount = sum(each.count for each in others), sum(each.amount for each in others)
        yield from self._counted("other", CountedSum("", count, amount))
        yield from self._row(self._say("drawer_opened"), str(report.drawer_opened))
        for each in report.no_sales:
            why = self._say("no_sale", reason=each.name or self._say("no_reason"))
            yield from self._row(why, str(each.count))

    def _drawer(self) -> Iterator[PrintLine]:
        report, drawer = self._report, self._report.drawer
        yield from self._title("drawer")
        yield from self._amount("carried", drawer.carried)
        yield from self._amount("float_difference", drawer.float_difference)
        yield from self._amount("opening_float", drawer.opening_float, "bold")
        yield from self._amount("cash_sales", drawer.cash_sales)
        yield from self._amount("cash_returns", -drawer.cash_returns)
        yield from self._amount("pay_ins", drawer.pay_ins)
        yield from self._reasons(report.pay_ins)
        yield from self._amount("pay_outs", -drawer.pay_outs)
        yield from self._reasons(
            CountedSum(each.name, each.count, -each.amount) for each in report.pay_outs
        )
        drops = CountedSum("", report.drops.count, -drawer.drops)
        yield from self._times(self._say("drops"), drops)
        if drawer.other:
            yield from self._amount("other_cash", drawer.other)
        if self._with_expected:
            yield from self._amount("expected", drawer.expected, "bold")
        if report.kind == "x":
            return
        if drawer.counted is None:
            yield from self._row(self._say("counted"), self._say("not_counted"))
            return
        for pieces in drawer.pieces:
            left = f"  {pieces.pieces} × {self._money(pieces.worth)}"
            yield from self._row(left, self._money(pieces.pieces * pieces.worth))
        yield from self._amount("counted", drawer.counted, "bold")
        sign = "+" if drawer.difference > 0 else ""
        label = self._say("difference")
        yield from self._row(label, f"{sign}{self._money(drawer.difference)}", "large")
        yield from self._amount("to_safe", drawer.to_safe)
        yield from self._amount("left", drawer.left)

    def _open(self) -> Iterator[PrintLine]:
        yield from self._title("still_open")
        both: tuple[OpenSale, ...] = (*self._report.open_payments, *self._report.held)
        for each in both:
            label = f"{self._say('sale', number=each.number)} {self._say(f'state_{each.state}')}"
            yield from self._row(label, self._money(each.amount) if each.amount else "")
        if not both:
            yield from self._wrapped(self._say("nothing_open"))

    def _totals(self) -> Iterator[PrintLine]:
        totals = self._report.totals
        yield from self._title("totals")
        yield from self._amount("total_sales", totals.sales)
        yield from self._amount("total_returns", totals.returns)
        yield from self._amount("total_net", totals.net)
        yield from self._amount("total_absolute", totals.absolute)

    # ---- rows --------------------------------------------------------------------------------

    def _say(self, word: str, **values: str | int) -> str:
        return self._words(f"shift_report.{word}", **values)

    def _money(self, amount: int) -> str:
        return _money(amount, self._report.shop)

    def _rule(self) -> PrintLine:
        return PrintLine("-" * self._columns, "rule")

    def _title(self, word: str) -> Iterator[PrintLine]:
        yield self._rule()
        yield from self._wrapped(self._say(word), "bold")

    def _wrapped(self, text: str, style: Style = "plain") -> list[PrintLine]:
        return [PrintLine(part, style) for part in wrap(text, self._columns)]

    def _row(self, left: str, right: str, style: Style = "plain") -> list[PrintLine]:
        return _rows(left, right, self._columns, style)

    def _amount(self, word: str, amount: int, style: Style = "plain") -> list[PrintLine]:
        return self._row(self._say(word), self._money(amount), style)

    def _counted(self, word: str, counted: CountedSum) -> list[PrintLine]:
        return self._times(self._say(word), counted)

    def _times(self, what: str, counted: CountedSum) -> list[PrintLine]:
        label = self._say("times", what=what, count=counted.count)
        return self._row(label, self._money(counted.amount))

    def _reasons(self, sums: Iterable[CountedSum]) -> Iterator[PrintLine]:
        for each in sums:
            label = self._say("reason", reason=each.name or self._say("no_reason"))
            yield from self._times(label, each)

    def _moment(self, word: str, at: str, by: str) -> Iterator[PrintLine]:
        when = datetime.fromisoformat(at)
        label = f"{self._say(word)} {when:%Y-%m-%d %H:%M}"
        yield from self._row(label, by)


def _money(amount: int, shop: ReportShop) -> str:
    return format_amount(amount, Currency(shop.currency, shop.exponent))
