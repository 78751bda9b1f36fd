"""The acts of a shift that moved cash, read from the ledger."""

from datetime import UTC, date, datetime

import pytest

from pos_tui.books.cash.explaining import DrawerMove
from pos_tui.books.cash.shift_moves import drawer_moves
from pos_tui.books.connection import migrate, open_connection
from pos_tui.books.ledger.accounts import (
    BANK,
    CARD,
    DRAWER,
    FLOAT,
    LATE_MONEY,
    OPEN_SALES,
    OVER_SHORT,
    SAFE,
    SUSPENSE,
    clearing,
    customer_account,
)
from pos_tui.books.ledger.posting import Entry, post
from pos_tui.books.shift import begin_shift, end_shift

AT = datetime(2026, 11, 29, 9, tzinfo=UTC)


@pytest.fixture
def books(tmp_path):
    connection = open_connection(tmp_path / "books.db")
    migrate(connection)
    begin_shift(connection, AT, "Ada", date(2026, 11, 29))
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("kind", "sale_no", "document", "legs", "acts"),
    [
        ("float", 0, "", ((DRAWER, 500), (FLOAT, -500)), []),
        ("counted", 0, "", ((DRAWER, 500), (OVER_SHORT, -500)), []),
        ("drop", 0, "drop 3", ((DRAWER, -500), (SAFE, 500)), [DrawerMove("drop", 3, 500, AT)]),
        (
            "sale", 7, "", ((DRAWER, 2000), (DRAWER, -750), (SUSPENSE, -1250)),
            [DrawerMove("cash_sale", 7, 1250, AT, 2000, 750)],
        ),
        (
            "tender", 8, "tender 1", ((CARD, 300), (OPEN_SALES, -300)),
            [DrawerMove("other_sale", 8, 300, AT)],
        ),
        (
            "return", 9, "", ((DRAWER, -100), (clearing("wechat"), -250), (SUSPENSE, 350)),
            [DrawerMove("cash_refund", 9, 100, AT), DrawerMove("other_refund", 9, 250, AT)],
        ),
        # What the cashier had no hand in, and what is paid of a debt in cash.
        ("late", 9, "Z1", ((clearing("wechat"), 250), (LATE_MONEY, -250)), []),
        ("payout", 0, "P-77", ((BANK, 250), (clearing("wechat"), -250)), []),
        (
            "sale", 7, "", ((DRAWER, 2000), (customer_account("M1"), -2000)),
            [DrawerMove("cash_sale", 7, 2000, AT, 2000, 0)],
        ),
        ("goods", 9, "", (("Assets:Stock", -90), ("Expenses:CostOfGoods", 90)), []),
    ],
)  # fmt: skip
def test_an_entry_is_an_act_of_the_drawer(books, kind, sale_no, document, legs, acts):
    post(books, AT, "Ada", Entry(kind, legs, sale_no, document))
    assert list(drawer_moves(books, 1)) == acts


def test_only_those_of_the_shift(books):
    post(books, AT, "Ada", Entry("drop", ((DRAWER, -500), (SAFE, 500))))
    end_shift(books, 1, AT, "Ada")
    begin_shift(books, AT, "Ada", date(2026, 11, 29))
    post(books, AT, "Ada", Entry("drop", ((DRAWER, -700), (SAFE, 700))))
    assert [each.amount for each in drawer_moves(books, 2)] == [700]
