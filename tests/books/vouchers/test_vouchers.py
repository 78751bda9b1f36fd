"""What is on vouchers: the sum of movements that stay as written; the ledger owes the same."""

from datetime import date, timedelta
from functools import partial

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pos_tui.books import Books
from pos_tui.books.connection import TenderRefusedError, open_connection
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import Entry, balance, post
from pos_tui.books.rescue import rescue
from pos_tui.books.sales.completing import NewVouchers
from pos_tui.books.vouchers.vouchers import (
    VoucherError,
    expired_vouchers,
    find_voucher,
    give_voucher_back,
    issue_for_nothing,
    issue_voucher,
    list_vouchers,
    spend_voucher,
    vouchers_of_sale,
    write_voucher_back,
    wrong_vouchers,
)
from pos_tui.checkout.tenders import Tender
from tests.conftest import NOON

TODAY = NOON.date()


@pytest.fixture
def books(tmp_path):
    found = Books(tmp_path / "till")
    yield found
    found.close()


@pytest.fixture
def reader(books):
    connection = open_connection(books.path)
    yield connection
    connection.close()


def draws(*numbers):
    """Whole numbers as they are wanted, one after the other."""
    left = iter(numbers)
    return lambda: next(left)


def issued(books, amount=5000, expires_on=None, randomness=None):
    return books.write(
        lambda c: issue_for_nothing(
            c, NOON, "Ada", amount, expires_on, randomness or draws(amount, amount), "goodwill"
        )
    ).result()


def test_a_number_that_is_taken_is_not_given_twice(books, reader):
    first = issued(books, randomness=draws(0, 5))
    second = issued(books, randomness=draws(0, 5, 0, 5, 0, 6))
    assert first.number != second.number
    assert len(list_vouchers(reader)) == 2


def test_nothing_is_no_voucher(books):
    with pytest.raises(VoucherError):
        issued(books, 0)


def test_the_journal_has_no_number(books, reader):
    voucher = issued(books)
    bodies = [bytes(body) for (body,) in reader.execute("SELECT body FROM journal")]
    assert any(b"voucher" in body for body in bodies)
    assert not any(voucher.number[3:].encode() in body for body in bodies)


def test_what_was_written_stays(books):
    issued(books)
    for change in (
        "UPDATE voucher_movements SET amount = amount * 2",
        "DELETE FROM voucher_movements",
        "UPDATE vouchers SET number = 'x'",
        "DELETE FROM vouchers",
    ):
        with pytest.raises(Exception, match="stays"):
            books.write(lambda c, change=change: c.execute(change)).result()


def test_an_expired_one_is_listed_and_written_back_once(books, reader):
    voucher = issued(books, 2000, TODAY)
    assert expired_vouchers(reader, TODAY) == []
    tomorrow = TODAY + timedelta(days=1)
    assert [each.id for each in expired_vouchers(reader, tomorrow)] == [voucher.id]

    def back(connection: apsw.Connection, day: date) -> int:
        return write_voucher_back(connection, NOON, "Ines", voucher.id, day)

    with pytest.raises(VoucherError):
        books.write(lambda c: back(c, TODAY)).result()
    assert books.write(lambda c: back(c, tomorrow)).result() == 2000
    with pytest.raises(VoucherError):
        books.write(lambda c: back(c, tomorrow)).result()
    assert balance(reader, accounts.EXPIRED_VOUCHERS) == -2000
    assert balance(reader, accounts.VOUCHERS) == 0
    assert expired_vouchers(reader, tomorrow) == []


def test_money_that_goes_back_by_a_voucher_issues_it_in_the_same_moment(books, reader):
    tender = Tender("voucher", -500, -500, state="taken", at=NOON)
    vouchers = NewVouchers((500,), None, draws(1, 2))
    books.accept_tender(7, NOON, tender, by="Ada", vouchers=vouchers).result()
    (voucher,) = vouchers_of_sale(reader, 7)
    assert voucher.left == 500
    assert balance(reader, accounts.VOUCHERS) == -500
    assert wrong_vouchers(reader) == 0


def test_a_rescue_keeps_what_is_on_vouchers(books):
    voucher = issued(books)
    books.close()
    rescue(books.path, NOON)
    connection = open_connection(books.path)
    found = find_voucher(connection, voucher.number)
    assert found is not None
    assert found.left == 5000
    connection.close()


acts = st.lists(
    st.tuples(
        st.sampled_from(("issue", "spend", "stale", "back")), st.integers(0, 4), st.integers(1, 99)
    ),
    max_size=25,
)


@settings(max_examples=30)
@given(acts)
def test_what_is_on_each_is_what_came_less_what_went(tmp_path_factory, acts):
    """Against a list of numbers; what draws on an amount that is not there writes nothing."""
    books = Books(tmp_path_factory.mktemp("till"))
    there: list[int] = []
    spent: list[int] = []
    ids: list[int] = []

    def job(connection: apsw.Connection, what: str, place: int, amount: int) -> None:
        if what == "issue":
            made = issue_voucher(connection, NOON, "Ada", amount, None, draws(len(ids), 1))
            legs = ((accounts.VOUCHERS, -amount), (accounts.DRAWER, amount))
            post(connection, NOON, "Ada", Entry("voucher", legs))
            ids.append(made.id)
            there.append(amount)
            spent.append(0)
            return
        if place >= len(ids):
            return
        left = there[place] - amount
        if what == "back":
            amount = min(amount, spent[place])
            if amount:
                give_voucher_back(connection, NOON, "Ada", ids[place], amount, 1)
                there[place] += amount
                spent[place] -= amount
        else:
            seen = left + 1 if what == "stale" else left
            spend_voucher(connection, NOON, "Ada", ids[place], amount, seen, 1)
            there[place] -= amount
            spent[place] += amount
        moved = amount if what != "back" else -amount
        post(connection, NOON, "Ada", Entry("tender", ((accounts.VOUCHERS, moved),
                                                       (accounts.OPEN_SALES, -moved))))  # fmt: skip

    for what, place, amount in acts:
        refused = what == "stale" or (
            what == "spend" and place < len(there) and there[place] < amount
        )
        try:
            books.write(partial(job, what=what, place=place, amount=amount)).result()
        except TenderRefusedError:
            assert refused
        else:
            assert not refused or place >= len(there)
    reader = open_connection(books.path)
    found = {each.id: each.left for each in list_vouchers(reader)}
    assert [found[each] for each in ids] == there
    assert wrong_vouchers(reader) == 0
    reader.close()
    books.close()
