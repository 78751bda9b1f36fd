"""A price set by hand: who may, both names in the journal, and below cost said only to some."""

from decimal import Decimal

import pytest

from pos_tui.books.connection import open_connection
from pos_tui.books.journal import entries as journal
from pos_tui.books.movement import Movement
from pos_tui.books.people.staff import set_staff
from pos_tui.books.stock.movements import move_stock
from pos_tui.codes import gtin_of
from pos_tui.pricing import Discount
from pos_tui.settings import TaxSettings, TillSettings
from tests.conftest import COLA, NOON, SPREAD, Counter
from tests.spoken import spoken


def receive(counter, code, quantity, cost):
    product = counter.books.product(gtin_of(code))
    counter.books.write(
        lambda c: move_stock(
            c, NOON, "Ada", [Movement(product.id, "", quantity * 1000, "received", cost)]
        )
    ).result()


def price(counter, typed):
    discounts = counter.till.discounts
    return discounts.with_reason(discounts.read(f"={typed}"), "price promise")


def overrides(counter):
    counter.books.wait()
    reader = open_connection(counter.books.path)
    acts = [row.act for row in journal.acts_of_sale(reader, 1)]
    reader.close()
    return [act for act in acts if isinstance(act, journal.PriceOverridden)]


def test_both_names_and_both_prices_are_in_the_journal(counter):
    counter.books.write(lambda c: set_staff(c, "Mia", "supervisor", "8142")).result()
    counter.scan(SPREAD)
    number = counter.till.sale.list.lines[0].number
    given = price(counter, "30.00")
    assert counter.till.discounts.is_override(number, given)
    assert not counter.till.staff.may("price_override")
    counter.till.discounts.give_approved(1, number, given, "Mia")
    assert counter.total == 3000
    (act,) = overrides(counter)
    assert (act.before, act.after, act.reason) == (3290, 3000, "price promise")
    assert (act.by, act.approved_by) == ("Ada", "Mia")


def test_a_price_is_for_each_and_only_a_lower_one(counter):
    counter.scan(f"3*{SPREAD}")
    number = counter.till.sale.list.lines[0].number
    assert counter.till.discounts.why_no_price(number, price(counter, "30.00")) is None
    counter.till.discount(number, price(counter, "30.00"))
    assert counter.total == 9000
    why = counter.till.discounts.why_no_price(number, price(counter, "32.90"))
    assert "no lower price" in spoken(why)


def test_below_cost_says_cost_and_margin(counter):
    receive(counter, SPREAD, 10, 25_000)
    counter.scan(SPREAD)
    number = counter.till.sale.list.lines[0].number
    discounts = counter.till.discounts
    assert discounts.below_cost(number, price(counter, "25.00")) is None
    below = discounts.below_cost(number, price(counter, "20.00"))
    assert spoken(below) == "Hazelnut spread costs the shop 25.00: margin -25 %"
    assert discounts.below_cost(number, Discount("percent", Decimal(90), "x", "Ada")) is None


def test_cost_is_compared_with_what_is_left_of_a_price_without_its_tax(tmp_path):
    tax = TaxSettings(mode="included", default="standard", rates={"standard": Decimal(25)})
    counter = Counter(tmp_path, TillSettings(tax=tax)).stock().open()
    receive(counter, SPREAD, 10, 25_000)
    counter.scan(SPREAD)
    number = counter.till.sale.list.lines[0].number
    assert counter.till.discounts.below_cost(number, price(counter, "31.25")) is None
    assert counter.till.discounts.below_cost(number, price(counter, "31.00")) is not None
    counter.books.close()


@pytest.mark.parametrize("code", [COLA])
def test_goods_whose_cost_nobody_knows_are_never_below_it(counter, code):
    counter.scan(code)
    number = counter.till.sale.list.lines[0].number
    assert counter.till.discounts.below_cost(number, price(counter, "0.01")) is None
