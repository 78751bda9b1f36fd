"""A day with every act of money: its Z, its report, its ledger, its SAF-T and its paper agree."""

from __future__ import annotations

import asyncio
import io
from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from pos_tui.books.cash.shift_moves import drawer_moves
from pos_tui.books.connection import open_connection
from pos_tui.books.journal.verify import differences
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import wrong_sums
from pos_tui.books.ledger.verify import DOUBTS, ledger_differences
from pos_tui.books.people.accounts import set_account_limit
from pos_tui.books.people.customers import set_customer
from pos_tui.books.reports.figures import Figures
from pos_tui.books.reports.periods import period_of
from pos_tui.books.reports.query import ReportReader
from pos_tui.books.reports.sales_listed import ListedSale, sales_of_day
from pos_tui.books.saft.audit_file import write_audit_file
from pos_tui.books.saft.shop import SaftShop
from pos_tui.checkout.tenders import TenderKind
from pos_tui.money import Currency
from pos_tui.pricing import Discount
from pos_tui.receipts.data import ReceiptData, decode_receipt
from pos_tui.receipts.shift_report import ShiftReport
from pos_tui.settings import (
    PrinterSettings,
    ShopSettings,
    TaxSettings,
    TillIdentity,
    TillSettings,
)
from pos_tui.till.money.cash_count import CashSoFar
from pos_tui.till.money.returns import ToReturn
from tests.conftest import CHICKEN, COLA, MILK, NOON, SPREAD, Counter

SPACE = "{urn:StandardAuditFile-Taxation-CashRegister:NO}"
GRACE = "M1"
WRONG_MONEY = 20_000 + 300  # a voucher and a payment of a debt, in a sale that was voided
WRONG_GOODS = 350 + 100
GRACE_OWES = accounts.customer_account(GRACE)


class Day(NamedTuple):
    """A day that was traded and closed."""

    counter: Counter
    z: ShiftReport
    report: Figures
    tenders: dict[str, int]
    """Of the report, by the tender's kind."""
    ledger: dict[str, int]
    saft: ElementTree.Element
    entry_kinds: Tally[str]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """A shop's day."""
    counter = Counter(tmp_path_factory.mktemp("day") / "till", _settings()).stock()
    asyncio.run(_trade(counter))
    yield _read(counter)
    counter.books.close()


def _settings() -> TillSettings:
    return TillSettings(
        shop=ShopSettings(name="Corner Market", cash_step=5),
        till=TillIdentity(cashier="Ada"),
        printer=PrinterSettings(columns=32),
        tax=TaxSettings(mode="included", rates={"standard": Decimal(13), "reduced": Decimal(9)}),
    )


async def _trade(counter: Counter) -> None:  # noqa: PLR0915 - a day is long
    def prepare(connection):
        connection.execute(
            "UPDATE products SET tax = 'reduced', category = 'Dairy' WHERE name LIKE 'Milk%'"
        )
        # Cola comes in a bottle.
        connection.execute(
            "UPDATE products SET deposit_id = (SELECT id FROM products WHERE name = 'Odd cup')"
            " WHERE name LIKE 'Cola%'"
        )
        connection.execute("UPDATE products SET price = 100 WHERE name = 'Odd cup'")
        set_customer(connection, GRACE, "Grace", "member", NOON.date())
        set_account_limit(connection, NOON, "Ada", GRACE, 90_000)

    counter.books.write(prepare).result()
    counter.open()
    till, drawer, returns = counter.till, counter.till.money.drawer, counter.till.money.returns
    drawer.open("Ada", CashSoFar(loose=50_000))

    async def pay(*typed: str) -> int:
        number = till.sale.number
        for text in typed:
            till.pay(text)
            await till.until_idle()
        counter.now += timedelta(minutes=3)
        assert till.sale.number != number, (typed, counter.told[-3:])
        return number

    async def refund(*kinds: TenderKind | None) -> None:
        number = till.sale.number
        for kind in kinds or (None,):
            returns.refund(kind)
            await till.until_idle()
        counter.now += timedelta(minutes=3)
        assert till.sale.number != number, counter.told[-3:]

    counter.scan(f"3*{COLA}", MILK, f"0.842*{CHICKEN}")
    first = await pay("200")  # with offers, deposits and rounding
    counter.scan(SPREAD, MILK)
    till.discount(None, Discount("percent", Decimal(10), "regular", "Ada"))
    parts = await pay("c20 4242", "=")
    till.sell_voucher("40")
    counter.scan(COLA)
    voucher_sale = await pay("100")
    (voucher,) = counter.books.vouchers_of_sale(voucher_sale)
    till.sell_voucher("15")
    await pay("c")
    counter.scan(SPREAD)
    till.scan(voucher.number)
    await till.until_idle()
    counter.now += timedelta(minutes=3)
    counter.scan(MILK)
    till.scan(voucher.number)  # the rest of it, given back again
    await till.until_idle()
    if till.sale.taken:
        till.give_back()
        await till.until_idle()
        await pay("=")
    counter.scan(f"2*{SPREAD}")
    await pay("v5 X-17", "c10 77", "100")
    counter.scan(SPREAD, SPREAD)
    till.identify_customer(GRACE)
    await pay("k50", "=")
    counter.scan(MILK)
    till.identify_customer(GRACE)
    on_account = await pay("k")
    till.settle_account(GRACE, "20")
    counter.scan(MILK)
    await pay("50")  # a part of the debt
    till.settle_account(GRACE, "5")
    await pay("c")
    counter.scan(MILK)
    till.pay("c5 4242")
    await till.until_idle()
    till.give_back()
    await till.until_idle()
    await pay("=")
    returns.accept(first, [ToReturn(1, 1000)])
    await refund()
    returns.accept(parts, [ToReturn(1, 1000), ToReturn(2, 1000)])
    await refund(None, None)  # card, then cash
    returns.accept(on_account, [ToReturn(1, 1000)])
    await refund()  # to the account
    counter.scan(MILK, f"0.5*{CHICKEN}")
    returned_twice = await pay("=")
    returns.accept(returned_twice, [ToReturn(1, 1000)])
    counter.scan(SPREAD)
    await pay("50")  # an exchange for more
    returns.accept(returned_twice, [ToReturn(2, 500)])
    counter.scan(COLA)
    await refund()  # an exchange for less
    returns.empties(f"2*{COLA}")
    await refund()
    returns.without_receipt(f"{MILK}", "12.00", "sour", "written_off")
    await refund("voucher")
    counter.scan(COLA, COLA, MILK)
    wrong = await pay("=")
    returns.void(wrong, "wrong customer")
    await till.until_idle()
    till.sell_voucher("200")  # instead of 20
    till.settle_account(GRACE, "3")
    counter.scan(COLA)
    wrong = await pay("c")
    returns.void(wrong, "wrong amount")
    await till.until_idle()
    counter.scan(SPREAD, MILK)
    counter.remove(0)
    till.void()
    await till.until_idle()
    counter.scan(f"3*{MILK}")
    counter.set_quantity(0, "2")
    await pay("=")
    counter.books.wait()
    till.print_again()
    await till.until_idle()
    drawer.move("pay_in", 1000, "change", "Ada")
    drawer.move("pay_out", 1500, "supplies", "Ada")
    drawer.move("drop", 5000, "", "Ada")
    drawer.move("no_sale", 0, "change", "Ada")
    drawer.close("Ada", CashSoFar(loose=drawer.expected() - 35), 20_000)
    await till.close()


def _read(counter: Counter) -> Day:
    with closing(open_connection(counter.books.path)) as reader:
        assert wrong_sums(reader) == []
        ledger = {
            str(name): int(str(amount))
            for name, amount in reader.execute(
                "SELECT a.name, sum(p.amount) FROM postings p JOIN accounts a ON a.id = p.account"
                " GROUP BY 1"
            )
        }
        kinds = Tally(str(kind) for (kind,) in reader.execute("SELECT kind FROM ledger_entries"))
        file = io.StringIO()
        who = SaftShop(
            name="Corner Market",
            address="1 High Street",
            merchant="M001",
            till="01",
            currency=Currency.of("CNY"),
            version="0",
            percents={"standard": "13", "reduced": "9"},
        )
        with reader:
            write_audit_file(reader, file, who, b"k" * 32, (NOON.date(), NOON.date()), NOON)
    saft = ElementTree.fromstring(file.getvalue())  # noqa: S314 - it is our own
    reports = ReportReader(Path(counter.books.path), counter.books.day_ends_at)
    period = period_of("day", NOON.date())
    by_tender = reports.report(period, "tender")
    return Day(
        counter,
        counter.till.money.drawer.z_report(1).report,
        by_tender.total,
        {str(row.key): row.figures.paid for row in by_tender.rows},
        ledger,
        saft,
        kinds,
    )


def test_everything_of_the_day_could_be_read(day):
    assert day.z.unread == ()
    assert day.z.unexplained == day.z.taken_for_open == 0
    assert day.ledger.get(accounts.SUSPENSE, 0) == day.ledger.get(accounts.OPEN_SALES, 0) == 0


def test_the_books_find_nothing_wrong_in_it(day):
    with closing(open_connection(day.counter.books.path)) as reader:
        assert differences(reader, day.counter.data) == []
        assert [each for each in ledger_differences(reader) if each.kind not in DOUBTS] == []


def test_every_act_of_money_is_in_the_day(day):
    wanted = {"sale", "return", "void", "tender", "tender_returned", "float", "counted"}
    assert wanted | {"pay_in", "pay_out", "drop"} <= day.entry_kinds.keys()
    tenders = {"cash", "card", "voucher", "account"}
    assert {each.name for each in day.z.tenders} == tenders
    assert {each.name for each in day.z.refunds} == tenders
    assert day.z.discounts.amount
    assert day.z.rounding


def test_what_was_taken_and_given_back_is_what_was_sold(day):
    z = day.z
    taken = sum(each.amount for each in z.tenders) - sum(each.amount for each in z.refunds)
    assert taken - z.rounding == (
        z.gross
        + z.vouchers_sold.amount
        + z.accounts_settled.amount
        - z.returns.amount
        - z.paid_voids.amount
    )
    assert z.gross == z.net + z.tax == sum(each.amount for each in z.cashiers)
    assert (z.vouchers_sold.amount, z.accounts_settled.amount) == (5500, 2500)


def test_each_tender_on_the_z_is_what_customers_paid_with(day):
    found = {each.name: (each.count, each.amount) for each in day.z.tenders}
    assert found["voucher"] == (2, 3290 + 500)  # 7.10 was given back
    assert found["account"] == (2, 5000 + 1290)  # and what was paid of the debt is not paid with it
    assert found["card"][1] == 2000 + 1500 + 1000 + 500 + WRONG_MONEY + WRONG_GOODS
    assert (day.z.returns.count, day.z.paid_voids.count) == (7, 2)


def test_the_z_and_the_report_of_the_day_agree(day):
    z, report = day.z, day.report
    back = z.returns.amount + z.paid_voids.amount
    assert (report.paid, report.returned) == (z.gross - back, back)
    assert report.saved == z.discounts.amount
    assert report.rounding == z.rounding
    taken = {each.name: each.amount for each in z.tenders}
    for each in z.refunds:
        taken[each.name] -= each.amount
    taken["cash"] -= z.rounding
    assert day.tenders == {**taken, "owed": -_owed(day)}


def test_the_z_and_the_ledger_agree(day):
    z, ledger = day.z, day.ledger
    tax = -_sum(ledger, "Liabilities:Tax:")
    assert tax == day.report.tax
    income = -_sum(ledger, "Income:Sales:", "Income:Returns:", accounts.DISCOUNTS)
    assert income == day.report.net
    deposits = -ledger[accounts.DEPOSITS]
    back = z.returns.amount + z.paid_voids.amount
    assert income + tax + deposits == z.gross - back
    assert -ledger[accounts.ROUNDING] == z.rounding
    (as_voucher,) = (each.amount for each in z.refunds if each.name == "voucher")
    assert as_voucher == 1200
    assert -ledger[accounts.VOUCHERS] == z.vouchers_sold.amount - 3290 + as_voucher
    assert ledger[GRACE_OWES] == 5000 + 1290 - 1290 - z.accounts_settled.amount
    assert ledger[accounts.DRAWER] == z.drawer.left == 20_000
    assert z.drawer.other == 0


def test_the_sale_list_says_what_each_came_to(day):
    listed = _listed(day)
    assert sum(each.total for each in listed) == day.report.paid + _owed(day)
    assert sum(each.total for each in listed if each.total < 0) < 0


def test_the_receipts_add_up_to_the_day(day):
    receipts = _receipts(day)
    assert [each.sale_no for each in receipts] == [each.number for each in _listed(day)]
    assert [each.total for each in receipts] == [each.total for each in _listed(day)]
    assert sum(each.sold for each in receipts) == (
        day.z.gross + day.z.vouchers_sold.amount + day.z.accounts_settled.amount + WRONG_MONEY
    )
    tenders = Tally[str]()
    for receipt in receipts:
        assert sum(each.covers for each in receipt.tenders) == receipt.total
        for each in receipt.tenders:
            tenders[each.kind] += each.covers
    assert {**tenders, "owed": -_owed(day)} == day.tenders
    back = [each.amount for receipt in receipts for each in receipt.returns]
    assert sum(back) == day.z.returns.amount + day.z.paid_voids.amount + WRONG_MONEY
    undone = [each for receipt in receipts for each in receipt.returns if each.kind != "goods"]
    assert {each.kind for each in undone} == {"deposit", "voucher", "settlement"}
    assert sum(each.tax for each in (tax for one in receipts for tax in one.taxes)) == day.z.tax


def _owed(day: Day) -> int:
    """What was paid for vouchers and for debts, which is no income."""
    return day.z.vouchers_sold.amount + day.z.accounts_settled.amount


def test_saf_t_has_each_sale_once_and_the_same_totals(day):
    sales = [each for each in _all(day.saft, "cashtransaction") if _kind(each) in _SALES]
    with_tax = day.report.paid + _owed(day)
    numbers = [_text(each, "transID") for each in sales]
    assert len(set(numbers)) == len(numbers) == day.z.receipts
    assert sum(_amount(each, "transAmntIn") for each in sales) == with_tax
    without_tax = with_tax - day.report.tax
    assert sum(_amount(each, "transAmntEx") for each in sales) == without_tax
    for each in sales:
        lines = sum(_amount(line, "lineAmntIn") for line in _all(each, "ctLine"))
        assert lines == _amount(each, "transAmntIn")
    paid = sum(_amount(each, "paidAmnt") for sale in sales for each in _all(sale, "payment"))
    rounded = sum(
        _amount(each, "roundingAmnt") for sale in sales for each in _all(sale, "rounding")
    )
    assert (paid - rounded, rounded) == (with_tax, day.z.rounding)
    off = sum(_amount(each, "dscAmnt") for each in _all(day.saft, "discount"))
    assert off == day.z.discounts.amount


def test_the_z_within_saf_t_is_the_z(day):
    (report,) = _all(day.saft, "eventReport")
    z = day.z
    back = z.returns.amount + z.paid_voids.amount

    assert _amounts(report, "totalCashSaleAmnt") == z.gross
    assert _amounts(report, "artGroupAmnt") == z.gross
    assert _amounts(report, "cashSaleAmnt") == z.net
    assert _amounts(report, "vatAmnt") == z.tax
    assert _amounts(report, "reportReturnAmnt") == back
    assert _amounts(report, "reportDiscountAmnt") == z.discounts.amount
    assert _amounts(report, "reportVoidTransAmnt") == z.voids.amount
    assert _amounts(report, "corrLineAmnt") == z.lines_removed.amount
    assert _text(report, "reportReceiptCopyNum") == str(z.copies.count)
    assert _text(report, "reportOpenCashBoxNum") == str(z.drawer_opened)
    assert _amounts(report, "reportGrandTotalSales") == z.totals.sales
    assert _amounts(report, "reportGrandTotalReturn") == z.totals.returns
    assert _amounts(report, "reportGrandTotalSalesNet") == z.totals.net
    paid = sum(each.amount for each in z.tenders) - sum(each.amount for each in z.refunds)
    assert _amounts(report, "paymentAmnt") == paid


def test_what_is_paid_of_a_debt_is_no_refund_that_explains_a_drawer(day):
    with closing(open_connection(day.counter.books.path)) as reader:
        moves = drawer_moves(reader, 1)
    refunds = [each.amount for each in moves if each.kind == "other_refund"]
    # A card given back, a return by card, one to the account, and a void by card.
    assert sorted(refunds) == [500, 1290, 2000, WRONG_MONEY + WRONG_GOODS]


def _listed(day: Day) -> list[ListedSale]:
    with closing(open_connection(day.counter.books.path)) as reader:
        return sales_of_day(reader, NOON.date(), day.counter.books.day_ends_at)


def _receipts(day: Day) -> list[ReceiptData]:
    files = sorted((day.counter.data / "receipts").glob("*.json"))
    return [decode_receipt(each.read_bytes()) for each in files]


_SALES = frozenset(("CASHSALE", "RETURNSALE", "VOIDSALE"))


def _sum(ledger: dict[str, int], *begins: str) -> int:
    return sum(amount for name, amount in ledger.items() if name.startswith(begins))


def _all(element: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return list(element.iter(f"{SPACE}{name}"))


def _text(element: ElementTree.Element, name: str) -> str:
    found = element.find(f".//{SPACE}{name}")
    assert found is not None
    assert found.text is not None
    return found.text


def _amount(element: ElementTree.Element, name: str) -> int:
    return int(_text(element, name).replace(".", ""))


def _amounts(element: ElementTree.Element, name: str) -> int:
    return sum(int(str(each.text).replace(".", "")) for each in _all(element, name))


def _kind(transaction: ElementTree.Element) -> str:
    return _text(transaction, "transType")
