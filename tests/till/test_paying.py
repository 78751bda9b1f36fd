"""A sale paid as people pay: one part after another, given back, put aside, after a stop."""

import pytest

from pos_tui.books.connection import open_connection
from pos_tui.books.journal.verify import differences
from pos_tui.checkout import events
from pos_tui.receipts.data import decode_receipt
from pos_tui.settings import ShopSettings, TillSettings
from tests.conftest import COLA, MILK, SPREAD, Counter
from tests.spoken import spoken

WALLET = "134857901234567890"


async def pay(counter, *typed):
    for text in typed:
        counter.till.pay(text)
        await counter.till.until_idle()


def receipt_of(counter, number=1):
    return decode_receipt(counter.till.receipt_path(number).read_bytes())


def is_as_written(counter):
    counter.books.wait()
    reader = open_connection(counter.books.path)
    try:
        return differences(reader, counter.data) == []
    finally:
        reader.close()


# ---- parts ---------------------------------------------------------------------------------------


async def test_cash_card_and_voucher_pay_one_sale_in_any_order(counter):
    counter.scan(SPREAD)
    await pay(counter, "v10 X-17", "c12.90 4242 A1B2", "=")
    paid = counter.last(events.SalePaid)
    assert [(each.kind, each.amount, each.reference) for each in paid.tenders] == [
        ("voucher", 1000, "X-17"), ("card", 1290, "4242"), ("cash", 1000, ""),
    ]  # fmt: skip
    assert [each.due for each in counter.all(events.TenderTaken)] == [2290, 1000]
    assert receipt_of(counter).tenders == paid.tenders
    text = counter.last(events.ReceiptMade).text
    for words in ("Voucher", "X-17", "Card ending", "4242", "A1B2", "Cash"):
        assert words in text
    assert is_as_written(counter)


async def test_change_is_given_on_what_is_paid_last_in_cash_only(counter):
    counter.scan(SPREAD)
    await pay(counter, "c30", "5")
    paid = counter.last(events.SalePaid)
    assert [(each.given, each.change) for each in paid.tenders] == [(3000, 0), (500, 210)]
    assert sum(each.amount for each in paid.tenders) == paid.total == 3290


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("c32.91", "32.91 is too much"),
        ("v40", "only cash gives change"),
        ("c10 4111111111111111", "no more than the card's last four digits"),
        ("0", "That is nothing"),
        ("c0", "That is nothing"),
        ("cx", "cx"),
    ],
)
async def test_what_cannot_pay_says_why_and_changes_nothing(counter, typed, words):
    counter.scan(SPREAD)
    await pay(counter, typed)
    assert counter.till.view.taken == ()
    assert counter.till.view.state == "open"
    if typed != "cx":
        assert words in spoken(counter.last(events.Notice))


async def test_rounding_to_coins_touches_only_what_is_paid_last_in_cash(tmp_path):
    settings = TillSettings(shop=ShopSettings(currency="CHF", cash_step=5))
    counter = Counter(tmp_path, settings).stock().open()
    counter.scan(COLA, MILK)  # 16.40
    await pay(counter, "c0.03", "10")
    assert counter.till.view.due == 637
    assert counter.till.cash_due() == 635
    await pay(counter, "=")
    paid = counter.last(events.SalePaid)
    assert [(each.amount, each.rounding) for each in paid.tenders] == [(3, 0), (1000, 0), (635, -2)]
    assert sum(each.covers for each in paid.tenders) == paid.total == 1640
    assert "To pay in cash" in counter.last(events.ReceiptMade).text
    assert is_as_written(counter)
    counter.books.close()


async def test_once_something_is_paid_the_list_is_closed_until_it_is_given_back(counter):
    counter.scan(SPREAD)
    await pay(counter, "20")
    counter.scan(COLA)
    assert "a part of it is paid" in spoken(counter.last(events.Notice))
    counter.remove(0)
    counter.till.void()
    assert counter.till.view.totals.total == 3290
    counter.till.give_back()
    await counter.till.until_idle()
    assert "hand 20.00 out of the drawer" in spoken(counter.last(events.Notice))
    counter.scan(COLA)
    assert counter.total == 3640
    await pay(counter, "=")
    assert [each.amount for each in counter.last(events.SalePaid).tenders] == [3640]
    assert [each.amount for each in receipt_of(counter).tenders] == [3640]
    assert is_as_written(counter)


async def test_nothing_is_given_back_of_a_sale_that_nobody_paid(counter):
    counter.scan(SPREAD)
    counter.till.give_back()
    assert "nothing to give back" in spoken(counter.last(events.Notice))
    assert counter.till.view.state == "open"


async def test_what_is_paid_in_part_is_still_paid_after_a_power_cut(counter):
    counter.scan(SPREAD, MILK)
    await pay(counter, "20", "c5 4242")
    counter.power_cut()
    assert counter.till.view.due == 4580 - 2500
    assert counter.till.why_not_change() is not None
    await counter.till.start()
    assert "20.80 is left to pay" in spoken(counter.last(events.PaymentChanged).view)
    await pay(counter, "30")
    paid = counter.last(events.SalePaid)
    assert [each.amount for each in paid.tenders] == [2000, 500, 2080]
    assert paid.tender.change == 920
    assert is_as_written(counter)
    await counter.till.close()


async def test_what_was_given_back_before_a_power_cut_is_not_there_after_it(counter):
    counter.scan(SPREAD)
    await pay(counter, "20")
    counter.till.give_back()
    await counter.till.until_idle()
    counter.power_cut()
    assert (counter.till.view.state, counter.till.view.due) == ("open", 3290)
    counter.scan(COLA)
    assert counter.total == 3640


# ---- the next customer ---------------------------------------------------------------------------


async def test_a_sale_paid_in_part_goes_aside_and_comes_back(counter):
    counter.scan(SPREAD)
    await pay(counter, "20")
    counter.till.hold()
    assert counter.last(events.OpenPaymentsChanged).count == 1
    counter.scan(COLA)
    await pay(counter, "=")
    assert counter.last(events.SalePaid).number == 2
    (waits,) = counter.till.open_payments()
    assert (waits.sale_no, waits.state, waits.first) == (1, "paid_in_part", "Hazelnut spread")
    counter.till.recall(1)
    assert counter.till.view.due == 1290
    assert counter.last(events.OpenPaymentsChanged).count == 0
    await pay(counter, "=")
    assert counter.last(events.SalePaid).number == 1


async def test_sales_aside_are_there_after_a_power_cut_and_the_open_one_is_in_front(counter):
    counter.scan(SPREAD)
    await pay(counter, "20")
    counter.till.hold()
    counter.scan(COLA)
    counter.power_cut()
    assert [line.item.name for line in counter.till.view.lines] == ["Cola 330 ml"]
    await counter.till.start()
    assert [each.sale_no for each in counter.till.open_payments()] == [1]
    assert counter.last(events.OpenPaymentsChanged).count == 1
    await counter.till.close()


async def test_one_is_taken_up_only_when_the_list_in_front_is_empty_or_awaits_payment(counter):
    counter.scan(SPREAD)
    await pay(counter, "20")
    counter.till.hold()
    counter.scan(COLA)
    counter.till.recall(1)
    assert "Hold this sale" in spoken(counter.last(events.Notice))
    await pay(counter, "1")
    counter.till.recall(1)
    assert counter.till.view.number == 1
    assert [each.sale_no for each in counter.till.open_payments()] == [2]


async def test_a_part_by_code_without_a_gateway_is_refused_and_the_rest_can_be_paid(counter):
    counter.scan(SPREAD)
    counter.till.pay_part("10", WALLET)
    assert counter.till.view.state == "open"
    await pay(counter, "=")
    assert counter.last(events.SalePaid).total == 3290


@pytest.mark.parametrize(
    ("typed", "step"), [("=", "cash_received"), ("c= 4242", "taken"), ("v3.5 X-1", "taken")]
)
async def test_only_cash_is_called_cash(counter, typed, step):
    counter.scan(COLA)
    counter.till.pay(typed)
    await counter.till.until_idle()
    view = counter.all(events.PaymentChanged)[0].view
    assert view.steps[0].name == step
