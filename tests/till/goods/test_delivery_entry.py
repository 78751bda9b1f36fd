"""A line of a delivery as it is entered: what codes say, what is proposed, how answers are read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.books import Product
from pos_tui.books.deliveries.goods_facts import GoodsFacts
from pos_tui.checkout.expiry import DatePolicy
from pos_tui.codes import ItemCode
from pos_tui.money import Currency
from pos_tui.reasons import because
from pos_tui.till.goods.delivery_entry import (
    LineEntry,
    answered,
    begin_entry,
    change_entry,
    line_doubts,
    read_cost,
    read_quantity,
    usual_answer,
)
from pos_tui.till.goods.goods_by_code import EntryError, NamedGoods

CNY, TODAY = Currency.of("CNY"), date(2026, 11, 22)
DAY = date(2026, 12, 1)
MILK = Product(1, "Milk", 1290, "carton", "1 l", "4061458000024", shelf_life_days=10)
PEN = Product(2, "Pen", 300, "", "", "1009")
NEW = GoodsFacts()


def code(**found):
    return ItemCode("1", because("codes.gtin", length=13), **found)


def scanned(product=MILK, typed=None, facts=NEW, **found):
    return begin_entry(NamedGoods(product, code(**found), typed), facts, DatePolicy())


def typed(entry, *answers):
    for answer in answers:
        entry = answered(entry, answer, CNY, TODAY)
    return entry


@pytest.mark.parametrize(
    ("found", "asks"),
    [
        ({}, "quantity"),
        ({"count": 12}, "cost"),
        ({"weight_kg": Decimal("0.842")}, "cost"),
        ({"lot": "L"}, "quantity"),
    ],
)
def test_a_code_answers_what_it_can(found, asks):
    assert scanned(**found).asks == asks


@pytest.mark.parametrize(("before", "quantity"), [(None, 12), (Decimal(3), 36)])
def test_a_case_is_as_many_as_are_in_it(before, quantity):
    case = msgspec.structs.replace(PEN, pieces=12)
    assert NamedGoods(case, code(), before).quantity == quantity


def test_after_the_cost_a_code_with_lot_and_date_asks_nothing():
    line = typed(scanned(count=12, lot="L-1", expires_on=DAY), "24").line
    assert (line.quantity, line.cost, line.lot, line.expires_on) == (12_000, 2400, "L-1", DAY)


def test_a_code_with_a_date_is_not_asked_for_a_lot_it_has_not():
    assert typed(scanned(count=12, expires_on=DAY), "24").asks is None


def test_a_best_before_date_stays_one():
    line = typed(scanned(count=1, best_before=DAY), "24").line
    assert (line.expires_on, line.kind) == (DAY, "best_before")


def test_a_production_date_in_a_code_gives_the_date_by_the_products_shelf_life():
    line = typed(scanned(count=1, produced_on=TODAY), "24").line
    assert (line.expires_on, line.produced_on) == (date(2026, 12, 2), TODAY)


def test_a_production_date_without_a_shelf_life_asks_for_the_date():
    entry = typed(scanned(PEN, count=1, produced_on=TODAY), "24", "")
    assert (entry.asks, usual_answer(entry, CNY)) == ("date", None)
    assert typed(entry, "6个月").line.expires_on == date(2027, 5, 22)


@pytest.mark.parametrize(("before", "count", "quantity"), [("3", 12, 36_000), ("2.5", None, 2500)])
def test_what_is_typed_before_a_code_is_so_many_of_it(before, count, quantity):
    assert scanned(typed=Decimal(before), count=count).quantity == quantity


@pytest.mark.parametrize(
    ("text", "quantity"),
    [("12", 12_000), ("0.842", 842), ("0,5", 500), ("2*12", 24_000), ("2 x 12", 24_000)],
)
def test_a_quantity_is_read_as_typed(text, quantity):
    assert read_quantity(text) == quantity


@pytest.mark.parametrize("text", ["", "0", "-1", "1.2345", "twelve", "2*", "9999999", "1*0", "١٢"])
def test_what_is_no_quantity_is_refused(text):
    with pytest.raises(EntryError, match="no_quantity"):
        read_quantity(text)


@pytest.mark.parametrize(
    ("text", "quantity", "cost"),
    [
        ("24", 12_000, 2400), ("24.05", 12_000, 2405), ("@2", 12_000, 2400),
        ("@2.995", 1000, None), ("@0.33", 842, 28), ("0", 1000, 0), ("-1", 1000, None),
        ("@", 1000, None), ("1e3", 1000, None),
    ],
)  # fmt: skip
def test_a_cost_is_for_all_or_for_each(text, quantity, cost):
    if cost is None:
        with pytest.raises(EntryError):
            read_cost(text, quantity, CNY)
    else:
        assert read_cost(text, quantity, CNY) == cost


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_cost_for_each_is_the_exact_product_half_up(price, quantity):
    quantity += 1
    exact = Decimal(price * quantity) / 1000
    found = read_cost(f"@{Decimal(price) / 100:f}", quantity, CNY)
    assert abs(found - exact) <= Decimal("0.5")


def test_what_was_paid_last_is_proposed_for_this_quantity():
    entry = typed(scanned(facts=GoodsFacts((1000, 3000))), "12")
    assert usual_answer(entry, CNY) == "40.00"


def test_goods_that_came_without_a_date_may_do_so_again():
    entry = typed(scanned(PEN, facts=GoodsFacts((1, 1000), came_undated=True)), "1", "1", "")
    assert usual_answer(entry, CNY) == "-"
    assert typed(entry, "-").line.expires_on is None


def test_a_lot_that_is_known_brings_its_date():
    entry = typed(scanned(facts=GoodsFacts(lots={"L-1": (DAY, "best_before")})), "1", "1", "L-1")
    assert entry.asks is None
    assert (entry.line.expires_on, entry.line.kind) == (DAY, "best_before")


@pytest.mark.parametrize(
    "text", ["2026-12-01", "20261201", "261201", "2026年12月1日", "1 Dec 2026", "2026/12/1"]
)
def test_a_day_is_read_as_people_write_it(text):
    assert typed(scanned(), "1", "1", "", text).line.expires_on == DAY


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("01/12/2026", "date_unclear"), ("261301", "no_day"), ("tomorrow", "no_day"),
        ("20991231", "no_day"), ("", "no_day"), ("30d", "shelf_life_from_when"),
        ("p261123", "produced_later"),
    ],
)  # fmt: skip
def test_a_day_that_is_none_or_has_two_readings_is_refused(text, why):
    with pytest.raises(EntryError, match=why):
        typed(scanned(), "1", "1", "", text)


def test_a_date_before_the_production_date_is_refused():
    with pytest.raises(EntryError, match="before_produced"):
        typed(scanned(PEN), "1", "1", "", "p261120", "261119")


def test_a_line_that_is_changed_proposes_what_it_was():
    line = typed(scanned(), "12", "24", "L-1", "261201").line
    entry = change_entry(MILK, NEW, line)
    asked = []
    while entry.asks is not None:
        asked.append(usual_answer(entry, CNY))
        entry = typed(entry, asked[-1] or "")
    assert asked == ["12", "24.00", "L-1", "2026-12-01"]
    assert entry.line == line


def doubts(entry):
    return [each.kind for each in line_doubts(entry.line, entry, CNY, TODAY)]


@pytest.mark.parametrize(
    ("cost", "is_said"), [("12.89", False), ("12.90", True), ("13", True), ("0", False)]
)
def test_a_price_at_or_below_cost_is_said(cost, is_said):
    entry = typed(scanned(), "1", cost, "", "261201")
    assert ("delivery.at_or_below_cost" in doubts(entry)) is is_said


def test_a_price_that_is_typed_at_the_till_is_below_no_cost():
    free = Product(3, "Odd cup", 0, "", "", "1003")
    assert doubts(typed(LineEntry(free, NEW), "1", "99", "", "-")) == []


def test_a_date_that_is_past_and_a_lot_with_another_date_are_said():
    facts = GoodsFacts(lots={"L-1": (DAY, "use_by")})
    entry = typed(scanned(facts=facts, lot="L-1", expires_on=date(2026, 11, 1)), "1", "1")
    assert doubts(entry) == ["delivery.past_its_date", "delivery.lot_has_other_date"]
