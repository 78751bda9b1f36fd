"""The ledger's entries: balanced, journalled, only added to, and summed by account and day."""

from datetime import UTC, date, datetime, timedelta

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.books.connection import migrate, open_connection
from pos_tui.books.journal.entries import Posted, decode
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import (
    Entry,
    UnbalancedError,
    balance,
    open_ledger,
    post,
    posted_of_sale,
    sum_ledger_again,
    sums_of_shift,
    wrong_sums,
)
from pos_tui.books.shift import (
    accounting_day,
    begin_shift,
    current_shift,
    day_and_shift,
    end_shift,
    find_shift,
    need_shift,
)

AT = datetime(2026, 11, 29, 1, 30, tzinfo=UTC)
PAY_IN = Entry("pay_in", ((accounts.DRAWER, 500), (accounts.paid_in("coins"), -500)), document="1")


@pytest.fixture
def books(tmp_path):
    connection = open_connection(tmp_path / "books.db")
    migrate(connection)
    yield connection
    connection.close()


def test_an_entry_is_summed_and_journalled(books):
    begin_shift(books, AT, "Ada", date(2026, 11, 28))
    assert post(books, AT, "Ada", PAY_IN) == 1
    post(books, AT, "Ada", PAY_IN)
    assert balance(books, accounts.DRAWER) == 1000
    assert sums_of_shift(books, 1) == {
        "Assets:Drawer": (1000, 0, 2),
        "Income:PaidIn:coins": (0, 1000, 2),
    }
    (body,) = books.execute("SELECT body FROM journal ORDER BY seq LIMIT 1").fetchone()
    assert decode(body) == Posted("pay_in", "2026-11-28", 1, PAY_IN.postings, "1", "Ada")
    assert wrong_sums(books) == []


def test_what_does_not_balance_is_not_written(books):
    with pytest.raises(UnbalancedError):
        post(books, AT, "Ada", Entry("drop", ((accounts.DRAWER, -500), (accounts.SAFE, 499))))
    assert books.execute("SELECT count(*) FROM journal").fetchone() == (0,)


def test_an_entry_of_nothing_is_not_written(books):
    assert (
        post(books, AT, "Ada", Entry("goods", ((accounts.STOCK, 0), (accounts.SUPPLIERS, 0)))) == 0
    )
    assert books.execute("SELECT count(*) FROM ledger_entries").fetchone() == (0,)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE postings SET amount = 1", "DELETE FROM postings",
        "UPDATE ledger_entries SET day = ''", "DELETE FROM ledger_entries",
    ],
)  # fmt: skip
def test_what_is_posted_stays(books, change):
    post(books, AT, "Ada", PAY_IN)
    with pytest.raises(apsw.ConstraintError):
        books.execute(change)


@given(amounts=st.lists(st.tuples(st.sampled_from("ABC"), st.integers(-999, 999)), max_size=9))
def test_the_sums_are_those_of_the_postings(tmp_path_factory, amounts):
    books = open_connection(tmp_path_factory.mktemp("books") / "books.db")
    try:
        migrate(books)
        for number, (name, amount) in enumerate(amounts):
            at = AT + timedelta(days=number % 3)
            post(books, at, "Ada", Entry("sale", ((name, amount), (accounts.SUSPENSE, -amount)), 7))
        for name in "ABC":
            assert balance(books, name) == sum(n for each, n in amounts if each == name)
            assert posted_of_sale(books, 7, name) == balance(books, name)
        assert wrong_sums(books) == []
        books.execute("UPDATE ledger_sums SET debit = debit + 1")
        assert bool(wrong_sums(books)) == any(amount for _, amount in amounts)
        sum_ledger_again(books)
        assert wrong_sums(books) == []
    finally:
        books.close()


def test_the_stock_of_before_is_the_first_entry_once(books):
    books.execute("INSERT INTO stock_on_hand VALUES (1, '', 5000, 700, 0, 1)")
    open_ledger(books, AT)
    open_ledger(books, AT)
    assert balance(books, accounts.STOCK) == 700
    assert balance(books, accounts.TAKEN_OVER) == -700


# ---- shifts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hour", "ends_at", "day"), [(1, 0, 29), (1, 4, 28), (3, 4, 28), (4, 4, 29), (23, 4, 29)]
)
def test_the_day_of_a_moment(hour, ends_at, day):
    assert accounting_day(AT.replace(hour=hour), ends_at) == date(2026, 11, day)


def test_shifts_have_numbers_without_gaps(books):
    assert current_shift(books) is None
    first = begin_shift(books, AT, "Ada", date(2026, 11, 28))
    assert current_shift(books) == first
    with pytest.raises(apsw.ConstraintError):
        begin_shift(books, AT, "Eve", date(2026, 11, 29))
    need_shift(books, AT, 4)
    assert current_shift(books) == first
    end_shift(books, 1, AT, "Grace")
    end_shift(books, 1, AT + timedelta(hours=1), "Eve")
    assert current_shift(books) is None
    closed = find_shift(books, 1)
    assert closed is not None
    assert (closed.closed_at, closed.closed_by) == (AT, "Grace")
    need_shift(books, AT, 4)
    second = current_shift(books)
    assert second is not None
    assert (second.number, second.day, second.opened_by) == (2, date(2026, 11, 28), "")


def test_an_entry_between_two_shifts_belongs_to_none(books):
    post(books, AT, "Ada", PAY_IN)
    (row,) = books.execute("SELECT shift, day FROM ledger_entries").fetchall()
    assert row == (0, "2026-11-29")


@pytest.mark.parametrize(
    ("by", "hours", "day"),
    [("Ada", 1, 28), ("Ada", 23, 28), ("Ada", 25, 29), ("", 1, 28), ("", 3, 29), ("", 30, 30)],
)
def test_a_shift_decides_the_day_for_a_day(books, by, hours, day):
    begin_shift(books, AT, by, date(2026, 11, 28), 4)
    assert day_and_shift(books, AT + timedelta(hours=hours)) == (f"2026-11-{day}", 1)
