"""A sale at the till posts what it took and what it earned, in the moment in which it is paid."""

import pytest

from pos_tui.books.connection import open_connection
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import balance, wrong_sums
from pos_tui.books.shift import current_shift
from tests.conftest import CHICKEN, COLA


@pytest.fixture
def reader(counter):
    connection = open_connection(counter.books.path)
    yield connection
    connection.close()


async def pay(counter, text):
    counter.till.pay(text)
    await counter.till.until_idle()


def kinds(reader):
    return [kind for (kind,) in reader.execute("SELECT kind FROM ledger_entries ORDER BY number")]


async def test_change_is_no_takings(counter, reader):
    counter.scan(f"2*{COLA}")
    total = counter.till.sale.list.totals.total
    await pay(counter, "500")
    assert balance(reader, accounts.DRAWER) == total
    rows = reader.execute(
        "SELECT p.amount FROM postings p JOIN accounts a ON a.id = p.account"
        " WHERE a.name = ? ORDER BY p.leg", (accounts.DRAWER,),
    ).fetchall()  # fmt: skip
    assert rows == [(50_000,), (total - 50_000,)]
    assert balance(reader, accounts.SUSPENSE) == 0
    assert kinds(reader) == ["sale"]


async def test_each_tender_is_posted_when_it_is_taken(counter, reader):
    counter.scan(f"2*{COLA}", f"0.842*{CHICKEN}")
    total = counter.till.sale.list.totals.total
    await pay(counter, "1")
    assert (balance(reader, accounts.DRAWER), balance(reader, accounts.OPEN_SALES)) == (100, -100)
    await pay(counter, "c2 4242")
    await pay(counter, "=")
    assert balance(reader, accounts.DRAWER) == total - 200
    assert balance(reader, accounts.CARD) == 200
    assert balance(reader, accounts.OPEN_SALES) == 0
    assert balance(reader, accounts.SUSPENSE) == 0
    assert kinds(reader) == ["tender", "tender", "sale"]


async def test_a_tender_that_is_given_back_leaves_the_drawer(counter, reader):
    counter.scan(f"2*{COLA}")
    total = counter.till.sale.list.totals.total
    await pay(counter, "1")
    counter.till.give_back()
    await counter.till.until_idle()
    assert balance(reader, accounts.DRAWER) == balance(reader, accounts.OPEN_SALES) == 0
    await pay(counter, "=")
    assert balance(reader, accounts.DRAWER) == total
    assert balance(reader, accounts.SUSPENSE) == 0
    assert wrong_sums(reader) == []


async def test_money_that_comes_before_a_shift_was_opened_opens_one(counter, reader):
    assert current_shift(reader) is None
    counter.scan(COLA)
    assert current_shift(reader) is None
    await pay(counter, "=")
    shift = current_shift(reader)
    assert shift is not None
    assert (shift.number, shift.opened_by) == (1, "")
    assert reader.execute("SELECT shift, day, cashier FROM sales").fetchall() == [
        (1, shift.day.isoformat(), counter.till.settings.till.cashier)
    ]
