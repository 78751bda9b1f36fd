"""The till's transactions in order: paid sales with their lines, and what else moved its money."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

import apsw
from msgspec import Struct

from pos_tui.books.ledger import accounts
from pos_tui.books.saft.codes import TRANSACTIONS, Code, payment_code
from pos_tui.books.sales.sales import read_tenders
from pos_tui.checkout.tenders import Tender

_ENTRIES = (
    "SELECT e.number, e.at, e.day, e.kind, e.sale_no, e.document, e.by, a.name, p.amount,"
    " e.sale_no > 0 AND e.number < (SELECT max(l.number) FROM ledger_entries l"
    "  WHERE l.sale_no = e.sale_no AND l.sale_no > 0 AND l.kind IN ('sale', 'return', 'void'))"
    " FROM ledger_entries e JOIN postings p ON p.entry = e.number"
    " JOIN accounts a ON a.id = p.account ORDER BY e.number, p.leg"
)
_SALE = (
    "SELECT coalesce(s.total, 0),"
    " (SELECT coalesce(sum(tax), 0) FROM sold_lines WHERE sale_no = s.number),"
    " (SELECT coalesce(sum(amount), 0) FROM returned_lines WHERE return_sale = s.number),"
    " (SELECT coalesce(sum(tax), 0) FROM returned_lines WHERE return_sale = s.number)"
    " FROM sales s WHERE s.number = ?"
)
_OF_SALES = frozenset(("sale", "return", "void"))
_WALLETS, _TAXES = "Assets:Clearing:", "Liabilities:Tax:"


class TransactionLine(Struct, frozen=True):
    """A line: what was sold, or came back (amounts and quantity below zero).

    Amounts in minor units with tax and without, quantity in thousandths; `offers` are what came
    off, by name.
    """

    line: int
    product_id: int
    category: str
    quantity: int
    total: int
    net: int
    tax_class: str
    tax: int
    offers: tuple[tuple[str, int], ...] = ()


class TransactionPayment(Struct, frozen=True):
    """What was paid with, how much stayed in the shop (minor units), and by which number."""

    code: Code
    amount: int
    reference: str = ""


class CashTransaction(Struct, frozen=True):
    """One transaction of the till: `number` is that of the ledger's entry, `at` local and aware.

    Amounts in minor units; `taxes` by class: without tax, and the tax.
    """

    number: int
    kind: str
    sale_no: int
    at: datetime
    day: str
    by: str
    document: str
    total: int
    net: int
    rounding: int
    payments: tuple[TransactionPayment, ...]
    lines: tuple[TransactionLine, ...] = ()

    @property
    def taxes(self) -> dict[str, tuple[int, int]]:
        """By tax class: what the lines come to without tax, and their tax."""
        found: dict[str, tuple[int, int]] = {}
        for line in self.lines:
            net, tax = found.get(line.tax_class, (0, 0))
            found[line.tax_class] = net + line.net, tax + line.tax
        return found


def cash_transactions(
    reader: apsw.Connection, with_lines_from: int = 0
) -> Iterator[CashTransaction]:
    """Every transaction from the first one on; those before an entry's number have no lines."""
    lines = _Lines(reader)
    for number, rows in groupby(reader.execute(_ENTRIES), key=lambda row: int(str(row[0]))):
        legs = [tuple(row) for row in rows]
        _, at, day, kind, sale_no, document, by, _, _, is_part = legs[0]
        if kind not in TRANSACTIONS or (kind in _OF_SALES and is_part):
            continue  # a sale is one transaction, also where goods came back in it, or by parts
        postings = [(str(leg[7]), int(str(leg[8]))) for leg in legs]
        sale = int(str(sale_no))
        is_of_sale = str(kind) in _OF_SALES and sale > 0
        wanted = is_of_sale and number >= with_lines_from
        total, net, payments = _amounts(postings)
        rounding = sum(-amount for name, amount in postings if name == accounts.ROUNDING)
        tenders = _tenders(reader, sale) if is_of_sale else ()
        if tenders:
            total, net = _of_sale(reader, sale)
            rounding = sum(each.rounding for each in tenders)
            payments = tuple(_paid_with(each) for each in tenders)
        yield CashTransaction(
            number, str(kind), sale, datetime.fromisoformat(str(at)), str(day), str(by),
            str(document), total, net,
            rounding, payments, lines.of(sale) if wanted else (),
        )  # fmt: skip


def _tenders(reader: apsw.Connection, sale: int) -> tuple[Tender, ...]:
    """All that a sale was paid with, and refunded by, also before its last tender."""
    (kept,) = reader.execute("SELECT tender FROM sales WHERE number = ?", (sale,)).fetchone() or (
        None,
    )
    return () if kept is None else read_tenders(str(kept))


def _of_sale(reader: apsw.Connection, sale: int) -> tuple[int, int]:
    """What a sale sold less what came back in it, and the same without tax."""
    row = reader.execute(_SALE, (sale,)).fetchone() or (0, 0, 0, 0)
    sold, tax, returned, returned_tax = (int(str(each)) for each in row)
    return sold - returned, sold - tax - returned + returned_tax


def _paid_with(tender: Tender) -> TransactionPayment:
    code = payment_code(tender.kind, tender.platform)
    return TransactionPayment(code, tender.amount, tender.order_no or tender.reference)


def _amounts(
    postings: list[tuple[str, int]],
) -> tuple[int, int, tuple[TransactionPayment, ...]]:
    """What an entry came to by its money's legs, the same without tax, and those legs."""
    payments: dict[Code, int] = {}
    for name, amount in postings:
        code = _payment_of(name)
        if code is not None:
            payments[code] = payments.get(code, 0) + amount
    total = sum(payments.values())
    tax = sum(-amount for name, amount in postings if name.startswith(_TAXES))
    legs = tuple(TransactionPayment(code, amount) for code, amount in payments.items())
    return total, total - tax, legs


def _payment_of(account: str) -> Code | None:
    if account == accounts.DRAWER:
        return payment_code("cash")
    if account == accounts.CARD:
        return payment_code("card")
    if account in {accounts.VOUCHERS, accounts.FOREIGN_VOUCHERS}:
        return payment_code("voucher")
    if account.startswith("Assets:Customers:"):
        return payment_code("account")
    if account.startswith(_WALLETS):
        return payment_code("wallet", account.removeprefix(_WALLETS))
    return None


class _Lines:
    """The lines of sales, and those that came back in them."""

    def __init__(self, reader: apsw.Connection) -> None:
        self._reader = reader

    def of(self, sale: int) -> tuple[TransactionLine, ...]:
        """What a sale sold, and after that what came back in it."""
        offers: dict[int, list[tuple[str, int]]] = {}
        for line, name, amount in self._reader.execute(
            "SELECT line, offer, amount FROM sold_offers WHERE sale_no = ?", (sale,)
        ):
            offers.setdefault(int(str(line)), []).append((str(name), int(str(amount))))
        found = [
            _line(row, tuple(offers.get(int(str(row[0])), ())))
            for row in self._reader.execute(
                "SELECT line, product_id, category, quantity, paid, net, tax_class, tax"
                " FROM sold_lines WHERE sale_no = ? ORDER BY line",
                (sale,),
            )
        ]
        last = max((each.line for each in found), default=0)
        found += [
            _line(row)
            for row in self._reader.execute(
                "SELECT return_line + ?, product_id, category, -quantity, -amount, -net,"
                " tax_class, -tax FROM returned_lines WHERE return_sale = ? ORDER BY 1",
                (last, sale),
            )
        ]
        return tuple(found)


def _line(
    row: tuple[apsw.SQLiteValue, ...], offers: tuple[tuple[str, int], ...] = ()
) -> TransactionLine:
    line, product_id, category, quantity, total, net, tax_class, tax = row
    return TransactionLine(
        line=int(str(line)),
        product_id=int(str(product_id)),
        category=str(category),
        quantity=int(str(quantity)),
        total=int(str(total)),
        net=int(str(net)),
        tax_class=str(tax_class),
        tax=int(str(tax)),
        offers=offers,
    )
