"""Vouchers over the till: sold as a line, paid with by a scan in parts, never spent twice."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from pos_tui.books.connection import open_connection
from pos_tui.books.journal.verify import differences
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import balance, sums_of_shift
from pos_tui.books.vouchers.vouchers import (
    find_voucher,
    issue_for_nothing,
    list_vouchers,
    movements_of_voucher,
    vouchers_of_sale,
    wrong_vouchers,
)
from pos_tui.checkout import events
from pos_tui.pricing.offers import Offer, PercentOff, Threshold
from pos_tui.receipts.data import decode_receipt
from pos_tui.settings import VoucherSettings
from pos_tui.till.money.reports import period_of
from tests.conftest import COLA, MILK, NOON, SPREAD, Counter
from tests.spoken import spoken


async def pay(counter, *typed):
    for text in typed:
        counter.till.pay(text)
        await counter.till.until_idle()


async def scanned(counter, *codes):
    for code in codes:
        counter.till.scan(code)
        await counter.till.until_idle()


async def bought(counter, amount="50"):
    """The number of a voucher that was just sold for cash."""
    number = counter.till.sale.number
    counter.till.sell_voucher(amount)
    await pay(counter, "=")
    (voucher,) = counter.books.vouchers_of_sale(number)
    return voucher.number


def given(counter, amount, expires_on=None):
    """The number of a voucher that was issued for nothing."""
    counter.books.write(
        lambda c: issue_for_nothing(c, NOON, "Ada", amount, expires_on, lambda: amount, "goodwill")
    ).result()
    connection = open_connection(counter.books.path)
    found = list_vouchers(connection)[0].number
    connection.close()
    return found


def is_sound(counter, reader):
    counter.books.wait()
    assert wrong_vouchers(reader) == 0
    assert balance(reader, accounts.SUSPENSE) == 0
    assert balance(reader, accounts.OPEN_SALES) == 0
    return differences(reader, counter.data) == []


# ---- sold ----------------------------------------------------------------------------------------


async def test_a_voucher_that_is_sold_is_owed_and_no_income(counter, reader):
    counter.scan(SPREAD)
    counter.till.sell_voucher("50")
    assert counter.total == 3290 + 5000
    await pay(counter, "100")
    assert balance(reader, accounts.VOUCHERS) == -5000
    assert balance(reader, accounts.sales("")) == -3290
    (voucher,) = vouchers_of_sale(reader, 1)
    assert (voucher.left, voucher.amount, voucher.expires_on) == (5000, 5000, None)
    assert is_sound(counter, reader)
    rows = reader.execute("SELECT kind, net, tax FROM sold_lines ORDER BY line").fetchall()
    assert rows == [("goods", 3290, 0), ("voucher", 5000, 0)]


async def test_several_vouchers_of_one_amount_are_numbers_of_their_own(counter, reader):
    counter.till.sell_voucher("20")
    counter.set_quantity(0, "3")
    assert counter.total == 6000
    await pay(counter, "=")
    issued = vouchers_of_sale(reader, 1)
    assert [each.left for each in issued] == [2000, 2000, 2000]
    assert len({each.number for each in issued}) == 3
    counter.till.sell_voucher("20")
    counter.set_quantity(0, "2.5")
    assert "whole numbers" in spoken(counter.last(events.Notice))


async def test_no_offer_no_discount_and_no_tax_is_about_a_voucher(counter, reader):
    counter.set_offer(Offer(name="all off", gives=PercentOff(Decimal(50)), on=("all",)))
    counter.set_offer(Offer(name="basket", gives=Threshold(over=100, amount=1000), on=("all",)))
    counter.till.sell_voucher("50")
    assert counter.total == 5000
    till = counter.till
    line = till.sale.list.lines[0].number
    assert not till.discount(line, till.discounts.read("10%"))
    assert till.why_price(line) == ()
    till.discount(None, till.discounts.read("10%"))
    assert counter.total == 5000
    till.discount(None, None)
    await pay(counter, "=")
    assert balance(reader, accounts.VOUCHERS) == -5000
    assert balance(reader, accounts.DISCOUNTS) == 0


async def test_a_voucher_on_the_list_is_there_after_a_power_cut_and_moves_no_stock(counter, reader):
    counter.scan(COLA)
    counter.till.sell_voucher("50")
    counter.power_cut()
    assert counter.total == 350 + 5000
    await pay(counter, "=")
    assert [each.left for each in vouchers_of_sale(reader, 1)] == [5000]
    moved = reader.execute("SELECT count(*) FROM movements WHERE kind = 'sold'").fetchall()
    assert moved == [(1,)]


@pytest.mark.parametrize("typed", ["0", "-5", "x", "99999999999"])
async def test_a_voucher_over_no_amount_is_not_sold(counter, typed):
    counter.till.sell_voucher(typed)
    assert not counter.till.sale.list.lines
    assert counter.all(events.Notice)


# ---- paid with -----------------------------------------------------------------------------------


async def test_a_voucher_pays_what_is_due_and_the_rest_stays_on_it(counter, reader):
    number = await bought(counter)
    drawer = balance(reader, accounts.DRAWER)
    counter.scan(SPREAD)
    await scanned(counter, number)
    paid = counter.last(events.SalePaid)
    tender = paid.tender
    assert (tender.kind, tender.given, tender.left) == ("voucher", 3290, 1710)
    assert balance(reader, accounts.VOUCHERS) == -1710
    assert balance(reader, accounts.DRAWER) == drawer
    text = counter.last(events.ReceiptMade).text
    assert "17.10" in text
    assert number not in text
    assert number[-4:] in text
    assert is_sound(counter, reader)


async def test_a_voucher_over_less_pays_a_part_and_is_empty_then(counter, reader):
    number = await bought(counter, "10")
    counter.scan(SPREAD)
    await scanned(counter, number)
    assert counter.last(events.TenderTaken).due == 2290
    await scanned(counter, number)
    assert "Nothing is left" in spoken(counter.last(events.Notice))
    await pay(counter, "=")
    assert [each.kind for each in counter.last(events.SalePaid).tenders] == ["voucher", "cash"]
    assert balance(reader, accounts.VOUCHERS) == 0
    assert is_sound(counter, reader)


async def test_a_number_that_was_typed_pays_a_part_where_one_was_typed(counter, reader):
    number = await bought(counter)
    counter.scan(SPREAD)
    groups = " ".join((number[:3], number[3:7], number[7:11], number[11:])).lower()
    await pay(counter, f"v20 {groups}")
    assert counter.last(events.TenderTaken).tender.given == 2000
    await pay(counter, f"v {number}")
    assert counter.last(events.SalePaid).tender.given == 1290
    counter.scan(MILK)
    counter.till.pay_part("5", number)
    await counter.till.until_idle()
    assert counter.last(events.TenderTaken).tender.given == 500
    await pay(counter, number)
    assert counter.last(events.SalePaid).tender.given == 790
    assert balance(reader, accounts.VOUCHERS) == -(5000 - 3290 - 1290)


async def test_a_voucher_of_others_is_told_apart(counter, reader):
    counter.scan(SPREAD)
    await pay(counter, "v10 X-17", "=")
    assert balance(reader, accounts.FOREIGN_VOUCHERS) == 1000
    assert balance(reader, accounts.VOUCHERS) == 0
    assert "X-17" in counter.last(events.ReceiptMade).text


async def test_what_cannot_pay_is_refused_with_a_sentence(counter, reader):
    number = await bought(counter)
    counter.scan(SPREAD)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    await scanned(counter, wrong)
    assert "misread" in spoken(counter.told[-1])
    for typed in (wrong, f"v {wrong}", f"v20 {wrong[:-1]}"):
        await pay(counter, typed)
        assert "misread" in spoken(counter.told[-1])
    other = "VCH000000000001" + "95"
    await scanned(counter, other)
    assert "no voucher" in spoken(counter.last(events.Notice))
    await pay(counter, f"v60 {number}")
    assert "too much" in spoken(counter.last(events.Notice))
    assert counter.till.view.state == "open"
    assert balance(reader, accounts.VOUCHERS) == -5000


async def test_an_expired_voucher_does_not_pay_and_its_last_day_does(tmp_path):
    counter = Counter(tmp_path / "till")
    counter.settings = replace(counter.settings, vouchers=VoucherSettings(months=1))
    counter.stock().open()
    number = await bought(counter)
    counter.now = NOON.replace(month=12, day=23)
    counter.scan(SPREAD)
    await scanned(counter, number)
    assert "22 Dec 2026" in spoken(counter.last(events.Notice))
    assert counter.till.view.taken == ()
    counter.books.close()


async def test_a_voucher_pays_no_voucher(counter):
    number = given(counter, 6000)
    counter.till.sell_voucher("50")
    await scanned(counter, number)
    assert "goods only" in spoken(counter.last(events.Notice))
    counter.scan(COLA)
    await scanned(counter, number)
    assert counter.last(events.TenderTaken).tender.given == 350
    assert counter.till.view.due == 5000


async def test_with_nothing_to_pay_a_scan_says_what_is_on_it(counter):
    number = await bought(counter)
    await scanned(counter, number)
    assert "50.00 is on it" in spoken(counter.last(events.Notice))


async def test_what_is_given_back_is_on_the_voucher_again(counter, reader):
    number = await bought(counter, "10")
    counter.scan(SPREAD)
    await scanned(counter, number)
    counter.till.give_back()
    await counter.till.until_idle()
    assert "goes back onto voucher" in spoken(counter.last(events.Notice))
    found = find_voucher(reader, number)
    assert found is not None
    assert found.left == 1000
    assert [each.what for each in movements_of_voucher(reader, found.id)] == [
        "issued", "spent", "given_back",
    ]  # fmt: skip
    counter.power_cut()
    await pay(counter, "=")
    assert is_sound(counter, reader)


async def test_of_two_tills_only_one_gets_what_is_on_a_voucher(counter, reader, monkeypatch):
    """The other program has the same books open, and has seen the voucher before it was spent."""
    number = await bought(counter, "40")
    other = Counter(counter.data).open()
    seen = other.books.voucher(number)
    counter.scan(SPREAD)
    await scanned(counter, number)
    other.till.sale.number = 77
    other.scan(SPREAD)
    monkeypatch.setattr(other.books, "voucher", lambda _: seen)
    await scanned(other, number)
    assert "meanwhile" in spoken(other.last(events.Notice))
    assert other.all(events.SalePaid) == []
    assert other.till.view.state == "open"
    assert balance(reader, accounts.VOUCHERS) == -(4000 - 3290)
    monkeypatch.undo()
    other.scan(COLA)  # its list is open again
    await scanned(other, number)
    assert other.last(events.TenderTaken).due == 3290 + 350 - 710
    await pay(other, "=")
    assert other.last(events.SalePaid).total == 3640
    assert wrong_vouchers(reader) == 0
    other.books.close()


async def test_the_receipt_file_knows_the_voucher_and_not_its_number(counter):
    number = await bought(counter)
    counter.scan(SPREAD)
    await scanned(counter, number)
    body = counter.till.receipt_path(2).read_bytes()
    assert number.encode() not in body
    assert decode_receipt(body).tenders[0].left == 1710


async def test_what_the_drawer_gets_for_a_voucher_is_in_the_shift(counter, reader):
    await bought(counter)
    sums = sums_of_shift(reader, 1)
    assert sums[accounts.DRAWER] == (5000, 0, 1)
    assert sums[accounts.VOUCHERS] == (0, 5000, 1)


async def test_a_removed_voucher_is_brought_back_and_a_held_sale_keeps_it(counter, reader):
    counter.scan(COLA)
    counter.till.sell_voucher("50")
    counter.remove(1)
    assert counter.total == 350
    counter.till.undo()
    assert counter.total == 5350
    counter.till.hold()
    counter.scan(MILK)
    counter.till.hold()
    counter.till.recall(1)
    assert counter.total == 5350
    await pay(counter, "=")
    assert balance(reader, accounts.VOUCHERS) == -5000


async def test_a_voucher_is_income_once_goods_are_paid_with_it_and_not_before(counter):
    reports = counter.till.money.reports
    number = await bought(counter, "50")

    def report(by="hour"):
        return reports.report(period_of("day", reports.today()), by)

    def tenders():
        return {row.key: row.figures.paid for row in report("tender").rows}

    assert report().total.paid == 0
    assert tenders() == {"cash": 5000, "owed": -5000}
    await scanned(counter, SPREAD, number)
    assert report().total.paid == 3290
    assert report().total.count == 1
    assert tenders() == {"cash": 5000, "owed": -5000, "voucher": 3290}
