"""Products that ask for something as they are sold: an age, a deposit; and discontinued ones."""

import tempfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pos_tui.books.connection import open_connection
from pos_tui.books.journal import entries as journal
from pos_tui.checkout import events
from pos_tui.pricing import Discount, Offer
from pos_tui.pricing.offers import EVERYTHING, NForPrice, PercentOff
from tests.conftest import COLA, MILK, Counter
from tests.spoken import spoken

BEER, SPIRIT, BOTTLE = "4006381333931", "96385074", "BOTTLE"


@pytest.fixture
def shop(counter):
    """A till with beer (16), spirit (18), and a deposit on beer and cola."""
    add(counter, BOTTLE, name="Bottle deposit", price="0.50", unit="pc", tax="deposit")
    add(counter, BEER, name="Beer", price="3.00", age_limit="16", deposit=BOTTLE)
    add(counter, SPIRIT, name="Spirit", price="20", age_limit="18")
    change(counter, COLA, deposit=BOTTLE)
    return counter


def add(counter, code, **texts):
    products = counter.till.goods.products
    products.keep(products.draft({"codes": code, **texts}))


def change(counter, code, **texts):
    products = counter.till.goods.products
    products.keep(products.draft(texts, products.find(code)))


def listed(counter):
    return [(line.item.name, int(line.quantity)) for line in counter.till.sale.list.lines]


def to_check(counter):
    return [(each.years, each.born_by) for each in counter.all(events.AgeToCheck)]


async def pay(counter):
    counter.told.clear()
    counter.till.pay("1000")
    await counter.till.until_idle()
    return counter.all(events.SalePaid)


# ---- discontinued --------------------------------------------------------------------------------


def test_what_is_discontinued_is_sold_and_that_is_said_once(counter):
    counter.till.goods.products.discontinue(counter.till.goods.products.find(MILK))
    counter.scan(MILK, MILK)
    assert listed(counter) == [("Milk 1 l", 2)]
    said = [each for each in counter.all(events.Notice) if each.reason.kind == "item.discontinued"]
    assert [spoken(each) for each in said] == [
        "Milk 1 l is discontinued: sold, as long as there is any."
    ]


# ---- age -----------------------------------------------------------------------------------------


async def test_an_age_is_asked_once_a_sale_before_it_is_paid_and_journalled(shop):
    shop.scan(BEER, BEER)
    assert to_check(shop)[-1] == (16, date(2010, 11, 22))
    assert await pay(shop) == []
    assert "Check first that the customer is 16 or older" in spoken(shop.last(events.Notice))
    assert shop.till.confirm_age()
    assert not shop.till.confirm_age()
    shop.told.clear()
    shop.scan(BEER)
    assert to_check(shop) == []
    assert await pay(shop)
    connection = open_connection(shop.data / "books.db")
    bodies = [body for (body,) in connection.execute("SELECT body FROM journal WHERE kind = 'age'")]
    connection.close()
    assert [journal.decode(body) for body in bodies] == [
        journal.AgeChecked(16, date(2010, 11, 22), "Ada")
    ]
    shop.scan(BEER)
    assert to_check(shop) == [(16, date(2010, 11, 22))]


def test_a_higher_age_is_asked_for_again_and_a_lower_one_is_not(shop):
    shop.scan(BEER)
    shop.till.confirm_age()
    shop.scan(SPIRIT)
    assert to_check(shop)[-1] == (18, date(2008, 11, 22))
    shop.till.confirm_age()
    shop.told.clear()
    shop.scan(BEER)
    assert to_check(shop) == []


async def test_goods_that_are_taken_off_ask_for_nothing_any_more_until_they_come_back(shop):
    shop.scan(MILK, SPIRIT)
    shop.remove(1)
    assert to_check(shop)[-1][0] == 0
    shop.till.undo()
    assert to_check(shop)[-1][0] == 18
    shop.remove(1)
    assert await pay(shop)


@pytest.mark.parametrize("is_checked", [False, True])
def test_a_power_cut_forgets_neither_the_question_nor_the_answer(shop, is_checked):
    shop.scan(SPIRIT)
    if is_checked:
        shop.till.confirm_age()
    shop.power_cut()
    assert shop.till.sale.age_to_check == (0 if is_checked else 18)
    assert bool(to_check(shop)) is not is_checked


def test_a_sale_that_is_recalled_asks_still(shop):
    shop.scan(SPIRIT)
    number = shop.till.sale.number
    shop.till.hold()
    shop.told.clear()
    shop.till.recall(number)
    assert to_check(shop)[-1] == (18, date(2008, 11, 22))


# ---- deposit -------------------------------------------------------------------------------------


def test_a_deposit_is_a_line_of_its_own_and_follows_the_quantity_of_all_that_have_it(shop):
    shop.scan(COLA, "3*" + BEER)
    assert listed(shop) == [("Cola 330 ml", 1), ("Bottle deposit", 4), ("Beer", 3)]
    assert shop.total == 350 + 4 * 50 + 900
    shop.set_quantity(2, "1")
    assert listed(shop) == [("Cola 330 ml", 1), ("Bottle deposit", 2), ("Beer", 1)]
    shop.till.undo()
    assert listed(shop) == [("Cola 330 ml", 1), ("Bottle deposit", 4), ("Beer", 3)]
    shop.remove(2)
    assert listed(shop) == [("Cola 330 ml", 1), ("Bottle deposit", 1)]
    shop.remove(0)
    assert listed(shop) == []
    shop.till.undo()
    assert listed(shop) == [("Cola 330 ml", 1), ("Bottle deposit", 1)]


def test_a_deposit_that_the_cashier_took_off_stays_off_and_the_next_piece_has_its_own(shop):
    shop.scan("2*" + COLA)
    shop.remove(1)
    shop.scan(COLA)
    assert listed(shop) == [("Cola 330 ml", 3), ("Bottle deposit", 1)]
    shop.set_quantity(0, "1")
    assert listed(shop) == [("Cola 330 ml", 1)]


def test_a_deposit_that_is_scanned_by_itself_is_a_line_of_its_own_and_stays(shop):
    shop.scan(BOTTLE, COLA)
    assert listed(shop) == [("Bottle deposit", 1), ("Cola 330 ml", 1), ("Bottle deposit", 1)]
    shop.remove(1)
    assert listed(shop) == [("Bottle deposit", 1)]


def test_a_power_cut_keeps_the_deposit_with_its_goods(shop):
    shop.scan("2*" + COLA)
    shop.power_cut()
    assert listed(shop) == [("Cola 330 ml", 2), ("Bottle deposit", 2)]
    shop.remove(0)
    assert listed(shop) == []


def test_a_deposit_without_a_price_is_said_and_the_goods_are_sold(shop):
    change(shop, BOTTLE, price="")
    shop.scan(COLA)
    assert listed(shop) == [("Cola 330 ml", 1)]
    assert "without its deposit" in spoken(shop.last(events.Notice))


def test_an_offer_on_the_goods_leaves_the_deposit_as_it_is(shop):
    shop.offer(COLA, "3 for 8", NForPrice(3, 800))
    shop.scan("3*" + COLA)
    assert shop.total == 800 + 150


def test_nothing_that_is_given_on_everything_comes_off_a_deposit(shop):
    shop.set_offer(Offer(name="tenth", gives=PercentOff(Decimal(10)), on=(EVERYTHING,)))
    shop.scan(BEER)
    assert shop.total == 270 + 50
    assert shop.till.discount(None, Discount("percent", Decimal(10), "kind", "Ada"))
    assert shop.total == 243 + 50
    deposit = shop.till.sale.list.lines[-1]
    assert not shop.till.discount(deposit.number, Discount("percent", Decimal(50), "x", "Ada"))
    assert "paid back in full" in spoken(shop.last(events.Notice))
    assert shop.total == 243 + 50
    assert shop.till.discount(None, Discount("price", Decimal(280), "kind", "Ada"))
    assert shop.total == 280  # what is paid in all; the deposit is in it as it is
    assert shop.till.sale.list.lines[-1].actual == 50


async def test_a_deposit_takes_nothing_out_of_the_stock(shop):
    shop.scan(COLA)
    await pay(shop)
    connection = open_connection(shop.data / "books.db")
    moved = [
        name
        for (name,) in connection.execute(
            "SELECT p.name FROM movements m JOIN products p ON p.id = m.product_id"
            " WHERE m.kind = 'sold'"
        )
    ]
    connection.close()
    assert moved == ["Cola 330 ml"]


def test_the_price_of_a_deposit_that_begins_at_a_date_counts_too(shop):
    change(shop, BOTTLE, next_price="0.80", starts="2026-11-22 13:00")
    shop.now += timedelta(hours=1)
    shop.scan(MILK, COLA)
    assert shop.total == 1290 + 350 + 80


ACTS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["scan"]), st.sampled_from([COLA, BEER, MILK]), st.integers(1, 3)
        ),
        st.tuples(st.sampled_from(["set", "remove"]), st.integers(0, 5), st.integers(1, 4)),
        st.tuples(st.sampled_from(["undo", "cut"]), st.just(0), st.just(0)),
    ),
    max_size=12,
)


@hypothesis_settings(max_examples=25)
@given(ACTS)
def test_there_are_as_many_deposits_as_goods_that_have_one_whatever_is_done(acts):
    with tempfile.TemporaryDirectory() as folder:
        counter = Counter(Path(folder)).stock().open()
        add(counter, BOTTLE, name="Bottle deposit", price="0.50", unit="pc")
        add(counter, BEER, name="Beer", price="3.00", deposit=BOTTLE)
        change(counter, COLA, deposit=BOTTLE)
        for act, what, count in acts:
            goods = [
                place
                for place, line in enumerate(counter.till.sale.list.lines)
                if not line.item.is_deposit
            ]
            if act == "scan":
                counter.scan(f"{count}*{what}")
            elif act == "undo":
                counter.till.undo()
            elif act == "cut":
                counter.power_cut()
            elif goods:
                place = goods[what % len(goods)]
                counter.remove(place) if act == "remove" else counter.set_quantity(
                    place, str(count)
                )
            lines = counter.till.sale.list.lines
            deposits = sum(line.quantity for line in lines if line.item.is_deposit)
            assert deposits == sum(line.quantity for line in lines if line.item.deposit)
            assert counter.total == sum(line.actual for line in lines)
        counter.books.close()
