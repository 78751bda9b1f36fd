"""Taking back what was done to the open list, at a till without a screen."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pos_tui.books.connection import open_connection
from pos_tui.books.journal.entries import LinePut, LineRemoved, Noted, acts_of_sale
from pos_tui.books.people.customers import set_customer
from pos_tui.checkout import events
from pos_tui.pricing import Discount
from pos_tui.pricing.offers import PercentOff
from tests.conftest import CHICKEN, COLA, MILK, SPREAD, Counter
from tests.spoken import spoken

TEN_PERCENT = Discount("percent", Decimal(10), "damaged", "Ada")
ONE_OFF = Discount("amount", Decimal(100), "damaged", "Ada")


def listed(counter):
    """What the list says, line after line."""
    sale = counter.till.sale
    lines = [
        (line.number, line.item.name, line.quantity, line.actual, line.discount)
        for line in sale.list.lines
    ]
    return lines, sale.list.totals, sale.customer, sale.list.basket_discount


def number_of(counter, index):
    return counter.till.sale.list.lines[index].number


def test_what_went_is_said_and_comes_back_with_its_discount(counter):
    counter.scan(f"3*{COLA}", SPREAD)
    counter.till.discount(number_of(counter, 0), TEN_PERCENT)
    before = listed(counter)
    counter.remove(0)
    assert spoken(counter.last(events.Notice)) == (
        "Cola 330 ml 8.55 is off the list. ^Z brings it back."
    )
    counter.till.undo()
    assert listed(counter) == before
    assert spoken(counter.last(events.Notice)) == (
        "Cola 330 ml is back on the list. The total is 41.45."
    )


def test_several_steps_go_back_one_by_one_and_then_there_are_none(counter):
    counter.scan(COLA, SPREAD)
    first = listed(counter)
    counter.set_quantity(0, "5")
    counter.till.discount(None, TEN_PERCENT)
    counter.remove(1)
    for _ in range(3):
        counter.till.undo()
    assert listed(counter) == first
    counter.till.undo()
    assert "nothing to take back" in spoken(counter.last(events.Notice))
    assert listed(counter) == first


def test_what_was_scanned_since_stays(counter):
    counter.scan(COLA)
    counter.set_quantity(0, "5")
    counter.scan(COLA, MILK)
    counter.till.undo()
    assert [line.quantity for line in counter.till.sale.list.lines] == [2, 1]


def test_the_journal_has_both_acts_and_a_start_gives_the_same_list(counter):
    counter.scan(COLA, MILK)
    counter.remove(0)
    counter.till.undo()
    counter.books.write(lambda _: None).result()
    acts = [row.act for row in acts_of_sale(open_connection(counter.books.path), 1)]
    assert [type(act) for act in acts[-3:]] == [LineRemoved, Noted, LinePut]
    assert acts[-2] == Noted("undone", "remove 1 Ada")
    before = listed(counter)
    counter.power_cut()
    assert listed(counter) == before
    counter.till.undo()
    assert "before the last start stays" in spoken(counter.last(events.Notice))


def test_what_has_expired_meanwhile_does_not_come_back_and_is_warned_about(counter):
    counter.lot("0" + MILK, "M", date(2026, 11, 22))
    counter.scan(MILK, COLA)
    counter.remove(0)
    counter.now += timedelta(days=1)
    counter.till.undo()
    assert [line.item.name for line in counter.till.sale.list.lines] == ["Cola 330 ml"]
    assert counter.last(events.ItemExpired).warning.name == "Milk 1 l"
    assert counter.total == 350


def test_what_came_off_as_expired_is_no_step(counter):
    counter.lot("0" + MILK, "M", date(2026, 11, 22))
    counter.scan(MILK, COLA)
    counter.now += timedelta(days=1)
    counter.till.pay("50")
    assert counter.till.sale.warnings
    counter.till.undo()
    assert [line.item.name for line in counter.till.sale.list.lines] == ["Cola 330 ml"]


async def test_a_line_comes_back_at_the_price_of_now(counter):
    counter.scan(SPREAD, COLA)
    counter.remove(0)
    counter.offer(SPREAD, "half", PercentOff(Decimal(50)))
    counter.books.refresh_offers()
    counter.till.sale.list.set_offers(counter.books.offers)
    counter.till.undo()
    assert counter.total == 350 + 1645


async def test_nothing_is_taken_back_once_the_sale_is_closed_for_payment(counter):
    counter.scan(COLA, MILK)
    counter.remove(1)
    counter.till.pay("10")
    counter.till.undo()
    assert "list is closed" in spoken(counter.last(events.Notice))
    await counter.till.until_idle()
    counter.till.undo()
    assert counter.till.sale.is_empty


def test_a_discount_that_a_removal_took_away_comes_back_with_the_line(counter):
    counter.scan(SPREAD, COLA)
    counter.till.discount(None, ONE_OFF)
    before = listed(counter)
    counter.remove(0)
    assert counter.till.sale.list.basket_discount is None
    counter.till.undo()
    assert listed(counter) == before


acts = st.lists(
    st.tuples(
        st.sampled_from(["remove", "quantity", "discount", "none", "basket", "member", "nobody"]),
        st.integers(0, 5),
        st.integers(1, 9),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def stocked(tmp_path_factory):
    counter = Counter(tmp_path_factory.mktemp("till")).stock()
    counter.books.write(lambda c: set_customer(c, "M1", "Li Wei", "gold")).result()
    counter.open()
    yield counter
    counter.books.close()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts)
def test_as_many_undos_as_acts_give_the_first_list_back(stocked, sequence):
    counter, till = stocked, stocked.till
    for line in list(till.sale.list.lines):
        till.remove_line(line.number)
    till.discount(None, None)
    counter.scan(f"2*{COLA}", SPREAD, f"0.842*{CHICKEN}", MILK, "M1")
    till._basket.steps.forget()
    first = listed(counter)
    for act, place, amount in sequence:
        lines = till.sale.list.lines
        number = lines[place % len(lines)].number if lines else 0
        off = Discount("amount", Decimal(amount * 10), "damaged", "Ada")
        match act:
            case "remove":
                till.remove_line(number)
            case "quantity":
                till.set_quantity(number, str(amount))
            case "discount" | "none":
                till.discount(number, off if act == "discount" else None)
            case "basket":
                till.discount(None, off)
            case _:
                till.identify_customer("M1" if act == "member" else "0")
    for _ in sequence:
        till.undo()
    assert listed(counter) == first
