"""`books verify` names what was changed in the ledger behind the till's back."""

from contextlib import closing
from datetime import UTC, datetime

import pytest

from pos_tui.books.connection import open_connection
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import Entry, balance, open_ledger, post, sum_ledger_again
from pos_tui.books.ledger.verify import DOUBTS, ledger_differences
from pos_tui.books.movement import Movement
from pos_tui.books.rescue import rescue
from pos_tui.books.stock.movements import move_stock
from pos_tui.wording.language import Wording
from tests.books.damage import damage, pages_of
from tests.conftest import COLA, NOON, SPREAD, Counter

_FREE = (
    "DROP TRIGGER postings_stay",
    "DROP TRIGGER postings_remain",
    "DROP TRIGGER ledger_entries_stay",
    "DROP TRIGGER ledger_entries_remain",
)


@pytest.fixture
async def shop(tmp_path):
    """A till that received goods, sold three times (once in two parts), and is closed."""
    counter = Counter(tmp_path / "till").stock().open()
    goods = [Movement(1, "", 24_000, "received", 4800), Movement(2, "L-2", 6000, "received", 900)]
    at = datetime(2026, 11, 22, tzinfo=UTC)
    counter.books.write(lambda c: move_stock(c, at, "Ada", goods)).result()
    for codes, parts in (
        ((COLA,), ("100",)),
        ((COLA, SPREAD), ("10", "100")),
        ((SPREAD,), ("40",)),
    ):
        counter.scan(*codes)
        for part in parts:
            counter.till.pay(part)
            await counter.till.until_idle()
    await counter.till.close()
    counter.books.close()
    return counter.data


def found(folder):
    with closing(open_connection(folder / "books.db")) as connection:
        return ledger_differences(connection)


def kinds(folder):
    return [reason.kind.partition(".")[2] for reason in found(folder)]


def change(folder, *statements):
    with closing(open_connection(folder / "books.db")) as connection:
        for statement in statements:
            connection.execute(statement)


def sum_again(folder):
    """Make the sums fit, so that only the postings themselves are wrong."""
    with closing(open_connection(folder / "books.db")) as connection:
        sum_ledger_again(connection)


async def test_a_ledger_that_nobody_touched_agrees(shop):
    assert kinds(shop) == []


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE postings SET amount = amount + 1 WHERE entry = 2 AND leg = 1",
         {"unbalanced", "entry_changed"}),
        ("UPDATE postings SET amount = -amount WHERE entry = 2", {"entry_changed"}),
        ("UPDATE postings SET account = 99 WHERE entry = 2 AND leg = 1", {"entry_changed"}),
        ("UPDATE ledger_entries SET day = '2026-01-01' WHERE number = 2", {"entry_changed"}),
        ("UPDATE ledger_entries SET by = 'Eve' WHERE number = 2", {"entry_changed"}),
        ("UPDATE ledger_entries SET at = '2026-01-01T00:00:00+00:00' WHERE number = 2",
         {"entry_changed"}),
        ("DELETE FROM postings WHERE entry = 2", {"entry_changed"}),
        ("DELETE FROM ledger_entries WHERE number = 2", {"entry_missing", "postings_alone"}),
        ("DELETE FROM ledger_entries WHERE number = (SELECT max(number) FROM ledger_entries)",
         {"entry_missing", "postings_alone"}),
        ("UPDATE ledger_entries SET journal = 9999 WHERE number = 2",
         {"entry_missing", "entry_extra"}),
        ("INSERT INTO ledger_entries SELECT 99, at, day, shift, kind, sale_no, document, by,"
         " journal FROM ledger_entries WHERE number = 2", {"entry_extra"}),
        ("UPDATE ledger_entries SET kind = 'goods' WHERE kind = 'sale' AND sale_no = 2",
         {"entry_changed", "sale_without_entry"}),
        ("UPDATE ledger_entries SET sale_no = 77 WHERE kind = 'sale' AND sale_no = 3",
         {"entry_changed", "sale_without_entry", "entry_without_sale"}),
        ("UPDATE sales SET state = 'void' WHERE number = 3", {"entry_without_sale"}),
        ("UPDATE sales SET total = 1 WHERE number = 3", {"lines_differ"}),
        ("DELETE FROM sold_lines WHERE sale_no = 2 AND line = 1", {"lines_differ"}),
        ("DELETE FROM sold_lines WHERE sale_no = 2", {"lines_differ"}),
        ("UPDATE stock_on_hand SET cost = cost + 5 WHERE product_id = 1", {"stock_differs"}),
    ],
)  # fmt: skip
async def test_what_was_changed_taken_out_or_put_in_is_named(shop, statement, expected):
    change(shop, *_FREE, statement)
    sum_again(shop)
    assert expected <= set(kinds(shop))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_sums SET debit = debit + 1",
        "UPDATE ledger_sums SET shift = 9 WHERE account = (SELECT id FROM accounts"
        " WHERE name = 'Assets:Drawer')",
        "DELETE FROM ledger_sums WHERE account = (SELECT id FROM accounts"
        " WHERE name = 'Assets:Stock')",
    ],
)
async def test_a_sum_that_was_changed_is_named_until_it_is_made_again(shop, statement):
    change(shop, statement)
    assert "sum_differs" in kinds(shop)
    sum_again(shop)
    assert kinds(shop) == []


async def test_the_sentence_says_which_account_and_day(shop):
    change(shop, "UPDATE ledger_sums SET debit = debit + 1 WHERE account ="
                 " (SELECT id FROM accounts WHERE name = 'Expenses:CostOfGoods')")  # fmt: skip
    (reason,) = found(shop)
    assert Wording("en").of(reason) == (
        "Expenses:CostOfGoods on 2026-11-22, shift 1: the sum that is kept is not that of its"
        " postings."
    )


async def test_money_that_no_rule_explains_names_its_sales(shop):
    with closing(open_connection(shop / "books.db")) as connection:
        legs = ((accounts.SUSPENSE, 40), (accounts.DRAWER, -40))
        post(connection, NOON, "Ada", Entry("pay_out", legs, 2))
    (reason,) = found(shop)
    assert (reason.kind, reason.values["sales"]) == ("ledger_check.suspense", ("000002",))
    assert "40 that no rule explains" in Wording("en").of(reason)


async def test_what_is_left_open_of_a_finished_sale_is_named(shop):
    with closing(open_connection(shop / "books.db")) as connection:
        legs = ((accounts.OPEN_SALES, -40), (accounts.DRAWER, 40))
        post(connection, NOON, "Ada", Entry("tender", legs, 2))
    assert kinds(shop) == ["left_open"]


async def test_money_for_a_sale_that_is_still_open_is_no_difference(tmp_path):
    counter = Counter(tmp_path / "till").stock().open()
    counter.scan(SPREAD)
    counter.till.pay("10")
    await counter.till.until_idle()
    await counter.till.close()
    counter.books.close()
    assert kinds(counter.data) == []


async def test_a_drawer_below_zero_is_a_doubt(shop):
    with closing(open_connection(shop / "books.db")) as connection:
        legs = ((accounts.DRAWER, -90_000), (accounts.SAFE, 90_000))
        post(connection, NOON, "Ada", Entry("drop", legs))
    (reason,) = found(shop)
    assert reason.kind in DOUBTS


async def test_what_is_missing_from_the_stock_later_is_no_opening(shop):
    change(shop, "UPDATE stock_on_hand SET cost = cost + 5 WHERE product_id = 1")
    with closing(open_connection(shop / "books.db")) as connection:
        open_ledger(connection, NOON)
    assert kinds(shop) == ["stock_differs"]


# ---- after a rescue ------------------------------------------------------------------------------


def ledger_of(folder):
    with closing(open_connection(folder / "books.db")) as connection:
        return connection.execute(
            "SELECT e.number, e.at, e.kind, e.sale_no, e.journal, p.leg, a.name, p.amount"
            " FROM ledger_entries e JOIN postings p ON p.entry = e.number"
            " JOIN accounts a ON a.id = p.account ORDER BY 1, 6"
        ).fetchall()


@pytest.mark.parametrize(
    "tables", [(), ("ledger_entries",), ("postings",), ("accounts",), ("ledger_sums",),
               ("ledger_entries", "postings", "accounts")]
)  # fmt: skip
async def test_a_rescue_makes_what_is_lost_again_from_the_journal(shop, tables):
    before = ledger_of(shop)
    for table in tables:
        for page in pages_of(shop / "books.db", table):
            damage(shop / "books.db", page + 100, whole_page=True)
    rescue(shop / "books.db", NOON)
    assert ledger_of(shop) == before
    assert kinds(shop) == []


async def test_a_sale_that_only_its_receipt_tells_of_is_a_doubt(shop):
    for table in ("journal", "sales", "ledger_entries", "postings"):
        for page in pages_of(shop / "books.db", table):
            damage(shop / "books.db", page + 100, whole_page=True)
    rescue(shop / "books.db", NOON)
    doubts = [each for each in found(shop) if each.kind in DOUBTS]
    assert [each.values["number"] for each in doubts] == [1, 2, 3]
    with closing(open_connection(shop / "books.db")) as connection:
        assert balance(connection, accounts.DRAWER) == 0
