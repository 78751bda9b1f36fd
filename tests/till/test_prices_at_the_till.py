"""Prices at the till: offers as the cashier and the customer meet them, without a screen."""

import asyncio
from datetime import time, timedelta
from decimal import Decimal

import msgspec
import pytest

from pos_tui.books.catalogue.offers import current_offers
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.books.connection import open_connection
from pos_tui.books.journal import entries as journal
from pos_tui.books.people.customers import set_customer
from pos_tui.books.people.staff import set_staff
from pos_tui.books.sales.sales import explanation
from pos_tui.checkout import events
from pos_tui.codes.gtin import check_digit
from pos_tui.pricing import OfferError
from pos_tui.pricing.explain import Considered
from pos_tui.pricing.offers import (
    BuyGet,
    NForPrice,
    Nth,
    Offer,
    PercentOff,
    SpecialPrice,
    Threshold,
)
from pos_tui.pricing.when import Hours, When
from pos_tui.reasons import Reason, restored
from pos_tui.receipts.data import decode_receipt
from pos_tui.settings import CodeSettings, ShopSettings, TaxSettings, TillSettings
from pos_tui.wording.current import in_words
from tests.conftest import COLA, MILK, NOON, SPREAD, Counter
from tests.spoken import raises, spoken

SHAMPOO, GEL = "2001", "2002"


def care(counter):
    rows = (
        ProductRow(SHAMPOO, "Shampoo", 2600, category="Care"),
        ProductRow(GEL, "Shower gel", 1800, category="Care", tags="blue, new"),
    )
    counter.books.write(lambda c: import_products(c, rows)).result()


def line(counter, name):
    return next(each for each in counter.till.sale.list.lines if each.item.name == name)


async def pay(counter, cash="500"):
    counter.till.pay(cash)
    await counter.till.until_idle()
    return decode_receipt(
        counter.till.receipt_path(counter.last(events.SalePaid).number).read_bytes()
    )


def test_an_offer_over_several_products_changes_the_other_line_too(tmp_path):
    counter = Counter(tmp_path).stock()
    care(counter)
    counter.set_offer(Offer(name="half", gives=Nth(2, Decimal(50)), on=("category:care",)))
    counter.open().scan(SHAMPOO)
    assert counter.total == 2600
    counter.scan(GEL)
    assert counter.total == 2600 + 900
    also = [each for each in counter.all(events.LineChanged) if each.also]
    assert [each.change.line.offer for each in also] == ["half"]
    counter.remove(1)
    assert counter.total == 2600
    assert line(counter, "Shampoo").offer == ""


def test_an_offer_on_a_tag_finds_its_goods(tmp_path):
    counter = Counter(tmp_path).stock()
    care(counter)
    counter.set_offer(Offer(name="new", gives=PercentOff(Decimal(10)), on=("tag:new",)))
    counter.open().scan(SHAMPOO, GEL)
    assert counter.total == 2600 + 1620


async def test_the_whole_basket_s_discount_is_spread_to_the_last_unit(tmp_path):
    counter = Counter(tmp_path).stock()
    counter.set_offer(Offer(name="30 less 10", gives=Threshold(3000, 1000)))
    counter.open().scan(SPREAD, MILK, COLA)
    totals = counter.till.sale.list.totals
    assert totals.total == 3290 + 1290 + 350 - 1000
    assert [(each.name, each.amount) for each in totals.discounts] == [("30 less 10", 1000)]
    receipt = await pay(counter)
    assert sum(each.actual for each in receipt.lines) == receipt.total == 3930
    assert [each.share for each in receipt.lines] == [667, 262, 71]
    assert "30 less 10" in counter.last(events.ReceiptMade).text
    paid, _, _ = counter.books.paid_sale(1)
    assert [each.actual for each in paid.list.lines] == [2623, 1028, 279]


def test_a_scanned_coupon_counts_once_and_is_kept_over_a_power_cut(tmp_path):
    counter = Counter(tmp_path).stock()
    gives = Threshold(1000, 300)
    counter.set_offer(Offer(name="coupon", gives=gives, coupon="SAVE3"))
    counter.open().scan(SPREAD)
    assert counter.total == 3290
    counter.scan("save3")
    assert counter.total == 2990
    assert "3.00 off" in spoken(counter.last(events.Notice))
    counter.scan("SAVE3")
    assert counter.total == 2990
    assert "already on this sale" in spoken(counter.last(events.Notice))
    counter.power_cut()
    assert counter.total == 2990
    counter.scan("SAVE4")
    assert counter.last(events.NotSold).code == "SAVE4"


def test_a_member_s_card_brings_the_members_prices(tmp_path):
    counter = Counter(tmp_path).stock()
    counter.books.write(lambda c: set_customer(c, "M1", "Grace", "member", NOON.date())).result()
    gives = SpecialPrice(3000)
    counter.set_offer(
        Offer(name="member", gives=gives, customers=("member",), on=(f"product:0{SPREAD}",))
    )
    counter.open().scan(SPREAD)
    assert counter.total == 3290
    counter.scan("m1")
    assert counter.total == 3000
    known = counter.last(events.CustomerKnown).customer
    assert known and known.name == "Grace"
    counter.power_cut()
    assert counter.till.sale.customer == known
    counter.scan(COLA)
    assert counter.total == 3350
    counter.till.identify_customer("0")
    assert counter.total == 3640
    counter.till.identify_customer("M9")
    assert "No member" in spoken(counter.last(events.Notice))


def happy_hour(counter):
    hours = (Hours(time(17), time(19)),)
    counter.set_offer(
        Offer(name="happy hour", gives=PercentOff(Decimal(50)), when=When(hours=hours))
    )


async def test_an_offer_that_ends_while_the_list_is_open_is_said_and_stops_the_payment(tmp_path):
    counter = Counter(tmp_path).stock()
    happy_hour(counter)
    counter.now = NOON.replace(hour=18, minute=59)
    counter.open().scan(MILK)
    assert counter.total == 645
    counter.now += timedelta(minutes=2)
    counter.till.pay("20")
    assert counter.total == 1290
    said = [spoken(each) for each in counter.all(events.Notice)]
    assert "“happy hour” has ended. The total is now 12.90." in said
    assert "The total has changed to 12.90" in said[-1]
    assert not counter.all(events.SalePaid)
    receipt = await pay(counter, "20")
    assert receipt.total == 1290


def test_an_offer_that_begins_is_said_at_the_next_minute(tmp_path):
    counter = Counter(tmp_path).stock()
    happy_hour(counter)
    counter.now = NOON.replace(hour=16, minute=59)
    counter.open().scan(MILK)
    counter.till.look_at_the_time()
    assert counter.total == 1290
    counter.now += timedelta(minutes=1)
    counter.till.look_at_the_time()
    assert counter.total == 645
    assert "“happy hour” has begun. The total is now 6.45." in spoken(counter.last(events.Notice))


async def test_an_offer_for_the_first_three_is_used_up_by_sales(tmp_path):
    counter = Counter(tmp_path).stock()
    counter.offer(MILK, "first three", SpecialPrice(1000), limit_total=3)
    counter.open().scan(f"2*{MILK}")
    assert counter.total == 2000
    await pay(counter)
    counter.scan(f"2*{MILK}")
    assert counter.total == 1000 + 1290
    await pay(counter)
    counter.scan(MILK)
    assert counter.total == 1290


async def test_why_each_price_is_kept_with_the_sale(tmp_path):
    counter = Counter(tmp_path).stock()
    counter.set_offer(Offer(name="members", gives=PercentOff(Decimal(5)), customers=("member",)))
    counter.set_offer(Offer(name="4+1", gives=BuyGet(4, 1)))
    counter.open().scan(COLA, COLA)
    why = counter.till.why_price(counter.till.sale.list.lines[0].number)
    assert [(each.name, each.verdict) for each in why] == [
        ("2 for 6", "applied"),
        ("members", "closed"),
        ("4+1", "not_reached"),
    ]
    assert why[0].saved == 100
    assert in_words(why[1].why) == "only for member"
    assert in_words(why[2].why) == "needs 5, there are 2"
    await pay(counter)
    await counter.till.until_idle()
    counter.books.write(lambda _: None).result()
    kept = explanation(open_connection(counter.books.path), 1)
    assert kept
    assert kept.total == 600
    assert [
        Considered(each.offer_id, each.name, each.verdict, each.saved, each.reason)
        for each in kept.lines[0].considered
    ] == list(why)


def as_typed(discounts, text):
    discount = discounts.read(text)
    assert discount
    return discount


def test_a_small_discount_by_hand_needs_a_reason_and_a_large_one_a_supervisor(tmp_path):
    counter = Counter(tmp_path).stock().open()
    counter.scan(SPREAD)
    discounts = counter.till.discounts
    number = counter.till.sale.list.lines[0].number
    small = discounts.with_reason(as_typed(discounts, "10%"), "1")
    assert small.reason == "damaged"
    assert not discounts.why_not_alone(number, small)
    for text in ("11%", "5.00", "=20"):
        large = discounts.with_reason(as_typed(discounts, text), "1")
        assert "a cashier may give 10 % alone" in spoken(discounts.why_not_alone(number, large))
    counter.till.discount(number, small)
    assert counter.total == 2961
    assert counter.till.sale.list.lines[0].offer == "damaged"
    counter.till.discount(number, None)
    assert counter.total == 3290
    counter.till.discount(None, small)
    assert counter.total == 2961
    counter.power_cut()
    assert counter.total == 2961


def test_a_supervisor_s_pin_approves_and_is_journalled_by_name(tmp_path):
    counter = Counter(tmp_path).stock().open()
    counter.books.write(lambda c: set_staff(c, "Mia", "supervisor", "8142")).result()
    counter.scan(SPREAD)
    number = counter.till.sale.list.lines[0].number
    discounts = counter.till.discounts
    half = discounts.with_reason(as_typed(discounts, "50%"), "goodwill")
    what, off = discounts.described(number, half), discounts.amount_off(number, half)
    refused = counter.till.staff.approve("1111", "price_override", what, off)
    assert isinstance(refused, Reason)
    assert "Nothing was approved" in in_words(refused)
    assert counter.total == 3290
    name = counter.till.staff.approve("8142", "price_override", what, off)
    assert name == "Mia"
    discounts.give_approved(1, number, half, name)
    assert counter.total == 1645
    given = counter.till.sale.list.lines[0].discount
    assert given
    assert (given.by, given.approved_by, given.reason) == ("Ada", "Mia", "goodwill")
    acts = [row.act for row in journal.acts_of_sale(open_connection(counter.books.path), 1)]
    (approval,) = (act for act in acts if isinstance(act, journal.ActApproved))
    assert (approval.by, approval.approved_by, approval.amount) == ("Ada", "Mia", 1645)
    assert approval.permission == "price_override"
    assert in_words(restored(approval.what)) == "Hazelnut spread: 50 % off (goodwill)"
    counter.power_cut()
    assert counter.till.sale.list.lines[0].discount == given


@pytest.mark.parametrize("wrong", ["", "half", "120%", "-5.001", "=", "1e3"])
def test_what_is_no_discount_is_said(counter, wrong):
    from pos_tui.till.discounts import DiscountError

    with raises(DiscountError, r"\.$"):
        counter.till.discounts.read(wrong)


async def test_a_sale_is_held_while_another_is_paid_and_taken_up_again(counter):
    counter.scan(COLA, MILK)
    counter.till.hold()
    assert counter.total == 0
    assert counter.last(events.SaleHeld).number == 1
    counter.scan(SPREAD)
    counter.till.recall(1)
    assert "Hold this sale" in spoken(counter.last(events.Notice))
    await pay(counter)
    held = counter.till.held_sales()
    assert [(each.number, each.lines, each.total) for each in held] == [(1, 2, 1640)]
    counter.till.recall(1)
    assert counter.till.sale.number == 1
    assert counter.total == 1640
    assert not counter.till.held_sales()
    await pay(counter)
    assert {each.number for each in counter.all(events.SalePaid)} == {1, 2}
    assert counter.till.sale.number == 3


async def test_what_is_held_is_still_held_after_a_power_cut(counter):
    counter.scan(COLA)
    counter.till.hold()
    counter.power_cut()
    assert counter.till.sale.is_empty
    assert [each.number for each in counter.till.held_sales()] == [1]
    counter.till.recall(7)
    assert "not on hold" in spoken(counter.last(events.Notice))


async def test_nothing_and_what_awaits_a_confirmation_cannot_be_held(counter):
    counter.till.hold()
    assert "nothing to hold" in spoken(counter.last(events.Notice))
    counter.scan(COLA, "1001")
    counter.till.hold()
    assert "press Enter to confirm, then hold" in spoken(counter.last(events.Notice))


@pytest.mark.parametrize(
    ("mode", "total", "tax"), [("included", 1290 + 350, 168), ("added", 1290 + 350 + 188, 188)]
)
async def test_tax_is_on_the_receipt_included_or_added(tmp_path, mode, total, tax):
    settings = TillSettings(
        shop=ShopSettings(),
        tax=TaxSettings(
            mode=mode,
            default="standard",
            rates={"standard": Decimal(13), "food": Decimal("11")},
        ),
    )
    counter = Counter(tmp_path, settings).stock()
    rows = (ProductRow("0" + MILK, "Milk 1 l", 1290, tax="food"),)
    counter.books.write(lambda c: import_products(c, rows)).result()
    counter.open().scan(MILK, COLA)
    assert counter.total == total
    receipt = await pay(counter)
    assert sum(each.tax for each in receipt.taxes) == tax
    assert receipt.total == total
    text = counter.last(events.ReceiptMade).text
    assert "11 %" in text
    assert "13 %" in text
    assert ("Subtotal" in text) == (mode == "added")


def test_an_offer_is_checked_tried_on_past_sales_and_holds_from_the_next_sale_on(counter):
    counter.scan(SPREAD, COLA)
    asyncio.run(pay(counter))
    offers = counter.till.goods.offers
    table = {"name": "spread −10 %", "kind": "percent_off", "percent": 10, "on": [SPREAD]}
    example = offers.draft(table)
    assert spoken(example.basket) == "1 x Hazelnut spread: 29.61 instead of 32.90"
    preview = offers.preview([example.offer], 7)
    assert (preview.sales, preview.before, preview.after) == (1, 3640, 3311)
    assert "would have cost 33.11" in spoken(preview.summary(counter.settings.currency))
    counter.scan(SPREAD)
    offers.keep([example.offer])
    counter.scan(SPREAD)
    assert counter.total == 6580, "not in the middle of a sale"
    counter.remove(0)
    counter.scan(SPREAD)
    assert counter.total == 2961, "but with the first item of the next one"
    assert [each.offer.name for each in offers.rows()].count("spread −10 %") == 1
    kept = next(each.offer for each in offers.rows() if each.offer.name == "spread −10 %")
    assert offers.retire(kept.id)
    assert not offers.retire(kept.id)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({"kind": "percent_off", "percent": 110, "on": [COLA]}, "would pay the customer"),
        ({"kind": "n_for_price", "count": 2, "price": 8, "on": [COLA]}, "can never apply"),
        ({"kind": "amount_off", "amount": 5, "on": [COLA]}, "below zero: 1 x 5449000000996"),
        ({"kind": "percent_off", "percent": 5, "on": ["category:cars"]}, "no goods"),
        ({"kind": "basket", "over": 5, "amount": 9}, "below zero"),
        ({"kind": "basket", "over": 5, "amount": 1, "coupon": COLA}, "that of Cola"),
        (
            {"kind": "basket", "over": 5, "amount": 1, "coupon": "134857901234567890"},
            "payment code",
        ),
    ],
)
def test_an_offer_that_cannot_be_meant_is_refused_with_an_example(counter, table, why):
    with raises(OfferError, why):
        counter.till.goods.offers.draft({"name": "wrong", **table})


def test_offers_of_books_from_before_still_apply(tmp_path):
    from pos_tui.books.schema import MIGRATIONS

    folder = tmp_path / "old"
    connection = open_connection(folder / "books.db")
    connection.execute(str(MIGRATIONS[0]))
    connection.pragma("user_version", 1)
    connection.execute("INSERT INTO products (id, name, price) VALUES (1, 'Cola', 350)")
    connection.execute("INSERT INTO item_codes VALUES (?, 1)", ("0" + COLA,))
    for name, kind, value, bundle in (
        ("2 for 6", "n_for_price", "600", 2),
        ("−10 %", "percent_off", "10", 1),
        ("−1", "amount_off", "100", 1),
        ("now 3", "special_price", "300", 1),
    ):
        connection.execute(
            "INSERT INTO offers (product_id, name, kind, value, bundle) VALUES (1,?,?,?,?)",
            (name, kind, value, bundle),
        )
    connection.close()
    counter = Counter(folder)
    counter.open().scan(COLA, COLA)
    assert counter.total == 500
    assert len(current_offers(open_connection(folder / "books.db"))) == 4
    assert msgspec.json.encode(counter.books.offers)


def settled_and_cut(counter):
    counter.set_offer(Offer(name="30 less 5", gives=Threshold(3000, 500)))
    counter.scan(SPREAD)
    assert counter.total == 2790
    counter.till._basket.close()
    counter.power_cut()


async def test_a_power_cut_between_settling_and_paying_keeps_the_basket_s_discount(counter):
    settled_and_cut(counter)
    assert counter.total == 2790
    receipt = await pay(counter)
    assert receipt.total == 2790
    assert [(each.actual, each.share) for each in receipt.lines] == [(2790, 500)]


def test_what_cannot_be_priced_is_not_sold_for_nothing(counter, monkeypatch):
    def broken(*_arguments):
        raise RuntimeError("broken")

    counter.scan(MILK)
    monkeypatch.setattr("pos_tui.pricing.pricer.price_line", broken)
    counter.scan(COLA)
    assert "could not be priced" in spoken(counter.last(events.Notice))
    monkeypatch.undo()
    assert [each.item.name for each in counter.till.sale.list.lines] == ["Milk 1 l"]
    counter.scan(COLA)
    assert counter.total == 1290 + 350


def test_hundreds_of_one_item_under_two_offers_are_priced(counter):
    counter.offer(COLA, "2+1", BuyGet(2, 1))
    counter.scan(f"900*{COLA}")
    assert 0 < counter.total <= 600 * 350


def test_a_recalled_sale_is_what_comes_back_after_a_power_cut(counter):
    counter.scan(MILK)
    counter.till.hold()
    counter.scan(COLA)
    counter.remove(0)  # this one is empty again, but stands in the books
    counter.till.recall(1)
    counter.scan(SPREAD)
    counter.power_cut()
    assert counter.till.sale.number == 1
    assert counter.total == 1290 + 3290


@pytest.mark.parametrize("left", ["coupon", "member", "discount"])
async def test_nothing_of_one_customer_is_left_for_the_next(tmp_path, left):
    counter = Counter(tmp_path).stock()
    counter.books.write(lambda c: set_customer(c, "M1", "Grace", "member", NOON.date())).result()
    gives = PercentOff(Decimal(50))
    counter.set_offer(Offer(name="half", gives=gives, coupon="HALF"))
    counter.set_offer(Offer(name="member", gives=gives, customers=("member",)))
    counter.open().scan(MILK)
    if left == "coupon":
        counter.scan("HALF")
    elif left == "member":
        counter.scan("M1")
    else:
        counter.till.discount(None, counter.till.discounts.read("5%"))
    counter.remove(0)
    assert not counter.till.sale.is_empty
    counter.till.void()
    await counter.till.until_idle()
    counter.scan(MILK)
    assert counter.total == 1290


def give(counter, text, number=None):
    given = counter.till.discounts.with_reason(counter.till.discounts.read(text), "1")
    why = counter.till.discounts.why_not_alone(number, given)
    if not why:
        counter.till.discount(number, given)
    return why


def test_an_amount_given_on_ten_is_not_kept_on_one(counter):
    counter.scan(f"10*{SPREAD}")
    number = counter.till.sale.list.lines[0].number
    assert not give(counter, "30.00", number)
    counter.set_quantity(0, "1")
    assert counter.total == 3290
    assert any("taken away" in spoken(each) for each in counter.all(events.Notice))


def test_discounts_on_discounts_are_counted_together(counter):
    counter.scan(SPREAD, MILK)
    assert not give(counter, "=43.00")
    assert give(counter, "=40.00"), "by what it cost before, not by what it costs now"
    counter.till.discount(None, None)
    number = counter.till.sale.list.lines[0].number
    assert not give(counter, "10%", number)
    assert give(counter, "10%")
    assert not give(counter, "2%")


def test_a_price_for_the_basket_is_not_the_price_of_what_comes_later(counter):
    counter.scan(SPREAD)
    assert not give(counter, "=30.00")
    counter.scan(f"5*{MILK}")
    assert counter.total == 3000 + 5 * 1290


def test_a_discount_on_a_damaged_jar_is_not_for_the_good_ones(counter):
    counter.scan(SPREAD)
    number = counter.till.sale.list.lines[0].number
    assert not give(counter, "10%", number)
    counter.scan(f"9*{SPREAD}")
    assert counter.total == 2961 + 9 * 3290
    assert len(counter.till.sale.list.lines) == 2


def test_a_basket_s_discount_goes_when_its_goods_go(counter):
    counter.scan(f"10*{SPREAD}")
    assert not give(counter, "32.00")
    counter.remove(0)
    assert counter.till.sale.is_empty
    counter.scan(SPREAD)
    assert counter.total == 3290


def test_a_label_s_own_price_takes_percentages_only(tmp_path):
    settings = TillSettings(codes=CodeSettings(layouts=("21IIIIIPPPPPC",)))
    counter = Counter(tmp_path, settings).stock()
    counter.books.write(
        lambda c: import_products(c, (ProductRow("1009", "Ham", 3800, "kg"),))
    ).result()
    counter.offer("1009", "now 30", SpecialPrice(3000))
    label = "210100904510"
    counter.open().scan(label + check_digit(label))
    assert counter.total == 4510
    counter.offer("1009", "−10 %", PercentOff(Decimal(10)))
    counter.remove(0)
    counter.scan(label + check_digit(label))
    assert counter.total == 4059
    why = {
        each.name: in_words(each.why)
        for each in counter.till.why_price(counter.till.sale.list.lines[0].number)
    }
    assert why["now 30"] == "a label's own price takes percentages only"


@pytest.mark.parametrize(
    "times",
    [
        {"starts": "0001-01-01"},
        {"ends": "9999-12-31"},
        {"ends": "9999-12-31T23:59:59"},
        {"recurs": "FREQ=DAILY"},
    ],
)
def test_the_ends_of_the_calendar_are_always(counter, times):
    example = counter.till.goods.offers.draft(
        {"name": "now", "kind": "percent_off", "percent": 10, "on": [MILK], **times}
    )
    counter.till.goods.offers.keep([example.offer])
    counter.scan(MILK)
    assert counter.total == 1161


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "percent_off", "percent": 5, "recurs": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"},
        {"kind": "percent_off", "percent": 5, "starts": "9999-01-01"},
        {"kind": "near_expiry", "steps": [{"days": 99999999, "percent": 5}]},
    ],
)
def test_what_no_calendar_has_is_refused_and_takes_no_time(counter, wrong):
    with pytest.raises(OfferError):
        counter.till.goods.offers.draft({"name": "never", **wrong})


def test_an_offer_that_this_version_cannot_read_stops_no_till(tmp_path):
    counter = Counter(tmp_path).stock()
    counter.books.write(
        lambda c: c.execute("INSERT INTO offers (name, body) VALUES ('new', '{\"gives\": 7}')")
    ).result()
    counter.open().scan(COLA, COLA)
    assert counter.total == 600
    assert "1 of the shop's offers" in spoken(counter.all(events.Notice)[0])


def test_digits_that_are_a_house_code_are_found_by_an_offer(counter):
    row = ProductRow("12345678", "Own", 1000)
    counter.books.write(lambda c: import_products(c, (row,))).result()
    example = counter.till.goods.offers.draft(
        {"name": "own", "kind": "percent_off", "percent": 10, "on": ["12345678"]}
    )
    assert example.offer.on == ("product:12345678",)


def test_an_offer_that_cannot_be_counted_is_left_out_and_the_goods_are_sold(counter):
    counter.set_offer(Offer(name="0 for 6", gives=NForPrice(0, 600), on=(f"product:0{SPREAD}",)))
    counter.scan(COLA, SPREAD, COLA)
    assert [line.actual for line in counter.till.sale.list.lines] == [600, 3290]
    (said,) = [each for each in counter.all(events.Notice) if "0 for 6" in spoken(each)]
    assert said.tone == "error"
    assert "left out of this sale" in spoken(said)
