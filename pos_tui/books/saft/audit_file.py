"""The SAF-T Cash Register file of a period: who, which goods and codes, events, transactions.

https://github.com/Skatteetaten/saf-t: Norwegian SAF-T Cash Register Schema 1.00
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TextIO

import apsw
from msgspec import Struct
from msgspec.structs import replace

from pos_tui.books.movement import from_thousandths
from pos_tui.books.saft.codes import (
    EVENTS,
    LINES,
    LONGEST,
    RETURN_LINE,
    SALE_LINE,
    TRANSACTIONS,
    Code,
    category_code,
    identification,
    standard_vat_code,
)
from pos_tui.books.saft.elements import ElementWriter
from pos_tui.books.saft.event_report import ReportFigures, report_of_shift
from pos_tui.books.saft.events import TillEvent, till_events
from pos_tui.books.saft.report_elements import put_report
from pos_tui.books.saft.shop import SaftShop, side_of, vat_code
from pos_tui.books.saft.signing import FIRST, KEY_VERSION, signature_of
from pos_tui.books.saft.transactions import (
    CashTransaction,
    TransactionLine,
    cash_transactions,
)
from pos_tui.money import prorate
from pos_tui.reasons import ReasonError

_NAMESPACE = "urn:StandardAuditFile-Taxation-CashRegister:NO"


class SaftError(ReasonError):
    """A period that cannot be written as SAF-T; its reason says why."""


class SaftWritten(Struct, frozen=True):
    """How much was written."""

    transactions: int
    events: int
    reports: int


def write_audit_file(
    reader: apsw.Connection,
    file: TextIO,
    shop: SaftShop,
    key: bytes,
    period: tuple[date, date],
    made_at: datetime,
) -> SaftWritten:
    """Write a period of accounting days, both included, as it is in the caller's transaction.

    Each transaction's signature stands on those of all before it. Raises SaftError and OSError.
    """
    if shop.currency.exponent > 2:
        raise SaftError("saft.currency", currency=shop.currency.code)
    first, last = (day.isoformat() for day in period)
    (begin,) = reader.execute(
        "SELECT min(number) FROM ledger_entries WHERE day BETWEEN ? AND ?", (first, last)
    ).fetchone() or (None,)
    # A shift may have begun before the period, and ended after it.
    (opened, closed) = reader.execute(
        "SELECT min(opened_at), max(closed_at) FROM shifts WHERE day BETWEEN ? AND ?",
        (first, last),
    ).fetchone() or (None, None)
    earliest, latest = min(first, str(opened or first)), max(last, str(closed or last))
    known = [
        each
        for each in till_events(reader)
        if earliest[:10] <= each.at.date().isoformat() <= latest[:10]
    ]
    events = [each for each in known if first <= each.at.date().isoformat() <= last]
    reports = [
        report_of_shift(reader, int(str(number)), known)
        for (number,) in reader.execute(
            "SELECT number FROM shifts WHERE closed_at IS NOT NULL AND day BETWEEN ? AND ?"
            " ORDER BY number",
            (first, last),
        )
    ]
    body = _Body(reader, shop, key, ElementWriter(file), int(str(begin or 0)))
    body.look_ahead(first, last, events, reports)
    attributes = f' xmlns="{_NAMESPACE}"'
    with body.out.inside("auditfile", attributes):
        body.header(first, last, made_at)
        with body.out.inside("company"):
            body.company(first)
            with body.out.inside("location"):
                body.out.put("name", shop.name, 100)
                with body.out.inside("cashregister"):
                    body.out.put("registerID", shop.register, 100)
                    body.events(events, reports)
                    count = body.transactions(first, last)
    return SaftWritten(count, len(events) + len(reports), len(reports))


class _Body:
    """The parts of one file, in the schema's order."""

    def __init__(
        self,
        reader: apsw.Connection,
        shop: SaftShop,
        key: bytes,
        out: ElementWriter,
        first_entry: int,
    ) -> None:
        """`first_entry`: the period's first; those before it are only signed."""
        self.out = out
        self._reader = reader
        self._shop = shop
        self._key = key
        self._first_entry = first_entry
        self._articles: dict[int, str] = {}
        self._people: list[str] = []
        self._codes: dict[str, Code] = {}
        self._tax_classes: list[str] = []

    def look_ahead(
        self, first: str, last: str, events: Iterable[TillEvent], reports: Iterable[ReportFigures]
    ) -> None:
        """Find out whom and what the period names: the schema wants them before it."""
        people: set[str] = {each.by for each in events} | {each.by for each in reports}
        products: set[int] = set()
        taxes: dict[str, tuple[int, int]] = {}
        for tax in (each for report in reports for each in report.taxes):
            _add(taxes, tax.tax_class, tax.net, tax.tax)
        codes = [*LINES, *TRANSACTIONS.values(), *EVENTS.values()]
        for each in cash_transactions(self._reader, self._first_entry):
            if first <= each.day <= last:
                people.add(each.by)
                products |= {line.product_id for line in each.lines}
                for tax_class, (net, amount) in each.taxes.items():
                    _add(taxes, tax_class, net, amount)
                codes += [payment.code for payment in each.payments]
                codes += [category_code(line.category) for line in each.lines]
        for report in reports:
            codes += [group.code for group in (*report.groups, *report.payments)]
        self._people = sorted(people - {""})
        self._tax_classes = sorted(taxes)
        found = {name: _rate(net, tax) for name, (net, tax) in taxes.items()}
        self._shop = replace(self._shop, percents=found | self._shop.percents)
        self._codes = {code.id: code for code in codes}
        self._articles = {product: self._article_id(product) for product in sorted(products)}

    def header(self, first: str, last: str, made_at: datetime) -> None:
        with self.out.inside("header"):
            self.out.put("fiscalYear", first[:4])
            self.out.put("startDate", first)
            self.out.put("endDate", last)
            self.out.put("curCode", self._shop.currency.code)
            self.out.put("dateCreated", made_at.date().isoformat())
            self.out.put("timeCreated", f"{made_at:%H:%M:%S}")
            self.out.put("softwareDesc", "pos_tui")
            self.out.put("softwareVersion", self._shop.version, 20)
            self.out.put("softwareCompanyName", "pos_tui")
            self.out.put("auditfileVersion", "1.0")

    def company(self, first: str) -> None:
        self.out.put("companyIdent", self._shop.merchant, LONGEST)
        self.out.put("companyName", self._shop.name, 100)
        if self._shop.address:
            with self.out.inside("streetAddress"):
                self.out.put("streetname", self._shop.address, 100)
        with self.out.inside("vatCodeDetails"):
            for tax_class in self._tax_classes:
                percent = self._shop.percent(tax_class)
                with self.out.inside("vatCodeDetail"):
                    self.out.put("vatCode", vat_code(tax_class))
                    self.out.put("dateOfEntry", first)
                    self.out.put("vatDesc", f"{tax_class or '-'} {percent} %", 100)
                    self.out.put("standardVatCode", standard_vat_code(percent))
        with self.out.inside("employees"):
            for name in self._people:
                with self.out.inside("employee"):
                    self.out.put("empID", identification(name))
                    self.out.put("dateOfEntry", first)
                    self.out.put("timeOfEntry", "00:00:00")
                    self.out.put("surName", name, 100)
        with self.out.inside("articles"):
            for product_id, article in self._articles.items():
                self._article(product_id, article, first)
        with self.out.inside("basics"):
            for code in sorted(self._codes.values(), key=lambda each: (each.basic, each.id)):
                with self.out.inside("basic"):
                    self.out.put("basicType", code.basic)
                    self.out.put("basicID", code.id)
                    if code.official:
                        self.out.put("predefinedBasicID", code.official)
                    self.out.put("basicDesc", code.text, 999)

    def events(self, events: list[TillEvent], reports: list[ReportFigures]) -> None:
        """Events and closings, in the order in which they were."""
        both: list[TillEvent | ReportFigures] = [*events, *reports]  # a closing after the others
        for each in sorted(both, key=lambda one: one.at):
            with self.out.inside("event"):
                if isinstance(each, ReportFigures):
                    self._event(f"Z{each.number}", EVENTS["z_report"], each.by, each.at)
                    put_report(self.out, self._shop, each)
                else:
                    self._event(str(each.row), each.code, each.by, each.at, each.sale_no)
                    text = each.text
                    if each.amount:
                        text = f"{text}; {self._shop.money(each.amount)}".lstrip("; ")
                    if text:
                        self.out.put("eventText", text)

    def transactions(self, first: str, last: str) -> int:
        """The period's transactions; how many. Those before are signed, and not written."""
        before, count = FIRST, 0
        for each in cash_transactions(self._reader, self._first_entry):
            total, net = self._shop.money(each.total), self._shop.money(each.net)
            day, time = each.at.date().isoformat(), f"{each.at:%H:%M:%S}"
            before = signature_of(self._key, before, day, time, str(each.number), total, net)
            if first <= each.day <= last:
                count += 1
                with self.out.inside("cashtransaction"):
                    self._transaction(each, total, net, before)
        return count

    # ---- one of each -----------------------------------------------------------------------------

    def _article_id(self, product_id: int) -> str:
        row = self._reader.execute(
            "SELECT code FROM item_codes WHERE product_id = ? AND alternative = 0", (product_id,)
        ).fetchone()
        return f"ID{product_id}" if row is None else identification(str(row[0]))

    def _article(self, product_id: int, article: str, first: str) -> None:
        row = self._reader.execute(
            "SELECT name, category FROM products WHERE id = ?", (product_id,)
        ).fetchone() or (f"#{product_id}", "")
        group = category_code(str(row[1]))
        with self.out.inside("article"):
            self.out.put("artID", article)
            self.out.put("dateOfEntry", first)
            self.out.put("artGroupID", group.id)
            self.out.put("artDesc", str(row[0]) or "-", 999)

    def _event(self, id_: str, code: Code, by: str, at: datetime, sale_no: int = 0) -> None:
        self.out.put("eventID", id_)
        self.out.put("eventType", code.id)
        if sale_no:
            self.out.put("transID", sale_no)
        if by:
            self.out.put("empID", identification(by))
        self.out.put("eventDate", at.date().isoformat())
        self.out.put("eventTime", f"{at:%H:%M:%S}")

    def _transaction(self, each: CashTransaction, total: str, net: str, signature: str) -> None:
        side = side_of(each.total)
        self.out.put("nr", each.number)
        self.out.put("transID", each.sale_no or each.number)
        self.out.put("transType", TRANSACTIONS[each.kind].id)
        self.out.put("transAmntIn", total)
        self.out.put("transAmntEx", net)
        self.out.put("amntTp", side)
        if each.by:
            self.out.put("empID", identification(each.by))
        self.out.put("transDate", each.at.date().isoformat())
        self.out.put("transTime", f"{each.at:%H:%M:%S}")
        self.out.put("bookDate", each.day)
        if each.document:
            self.out.put("desc", each.document)
        for line in each.lines:
            with self.out.inside("ctLine"):
                self._line(each, line)
        for tax_class, (base, tax) in sorted(each.taxes.items()):
            self._vat(tax_class, base, tax)
        with self.out.inside("rounding"):
            self.out.put("roundingAmnt", self._shop.money(each.rounding))
        for payment in each.payments:
            with self.out.inside("payment"):
                self.out.put("paymentType", payment.code.id)
                self.out.put("paidAmnt", self._shop.money(payment.amount))
                if payment.reference:
                    self.out.put("paymentRefID", payment.reference, 999)
        self.out.put("signature", signature)
        self.out.put("keyVersion", KEY_VERSION)
        self.out.put("voidTransaction", "true" if each.kind == "void" else "false")
        self.out.put("trainingID", "false")

    def _line(self, transaction: CashTransaction, line: TransactionLine) -> None:
        self.out.put("nr", transaction.number)
        self.out.put("lineID", line.line)
        self.out.put("lineType", (RETURN_LINE if line.quantity < 0 else SALE_LINE).id)
        self.out.put("artGroupID", category_code(line.category).id)
        self.out.put("artID", self._articles[line.product_id])
        self.out.put("qnt", f"{from_thousandths(line.quantity):f}")
        self.out.put("lineAmntIn", self._shop.money(line.total))
        self.out.put("lineAmntEx", self._shop.money(line.net))
        self.out.put("amntTp", side_of(line.total))
        self._vat(line.tax_class, line.net, line.tax)
        for name, amount in line.offers:
            with self.out.inside("discount"):
                self.out.put("dscTp", identification(name or "basket"))
                self.out.put("dscAmnt", self._shop.money(amount))

    def _vat(self, tax_class: str, base: int, tax: int) -> None:
        with self.out.inside("vat"):
            self.out.put("vatCode", vat_code(tax_class))
            self.out.put("vatPerc", self._shop.percent(tax_class))
            self.out.put("vatAmnt", self._shop.money(tax))
            self.out.put("vatAmntTp", side_of(tax))
            self.out.put("vatBasAmnt", self._shop.money(base))


def _add(taxes: dict[str, tuple[int, int]], tax_class: str, net: int, tax: int) -> None:
    before = taxes.get(tax_class, (0, 0))
    taxes[tax_class] = before[0] + net, before[1] + tax


def _rate(net: int, tax: int) -> str:
    """The rate of a class that the shop's settings do not have any more, as its tax came to."""
    return str(Decimal(prorate(1000, tax, net)) / 10) if net else "0"
