"""Shifts over real books: opened, paid in and out, counted, closed with a Z; all adds up."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import apsw
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.books.cash.closing import (
    ClosingOrder,
    PrintedReport,
    ShiftError,
    close_shift,
    find_z_report,
    hand_over,
    open_shift,
    z_report_numbers,
)
from pos_tui.books.cash.drawer_acts import (
    DrawerCount,
    acts_of_shift,
    float_proposed,
    move_cash,
    put_float,
)
from pos_tui.books.cash.figures import shift_report
from pos_tui.books.connection import migrate, open_connection
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.of_sales import entry_of_part, entry_of_sale
from pos_tui.books.ledger.posting import Entry, balance, post, wrong_sums
from pos_tui.books.sales.sales import close_sale, hold_sale, open_sale, set_sale_state
from pos_tui.books.sales.sold_lines import keep_sold_lines
from pos_tui.books.shift import current_shift, need_shift
from pos_tui.checkout.sold_lines import SoldLine
from pos_tui.checkout.tenders import Tender
from pos_tui.receipts.shift_report import OpenSale, ReportShop, ShiftReport

AT = datetime(2026, 11, 29, 1, 30, tzinfo=UTC)
DAY = date(2026, 11, 28)
SHOP = ReportShop(name="Corner Market", till="01")


def rendering(report, head):
    return PrintedReport(f"Z {report.shift} {head.row}".encode(), b"\x1b@")


@pytest.fixture
def books(tmp_path):
    connection = open_connection(tmp_path / "books.db")
    migrate(connection)
    yield connection
    connection.close()


def sell(books, number, total, tender, at=AT, cashier="Ada", category="drinks"):
    """Pay a sale whole, as the till does."""
    open_sale(books, number, at)
    need_shift(books, at, 0)
    line = SoldLine(1, 7, Decimal(1), total, total, total, total, "", 0)
    close_sale(books, number, at, total, (tender,), cashier)
    keep_sold_lines(books, number, (line,), (category,))
    post(books, at, cashier, entry_of_sale(number, tender, 0, (line,), (category,)))


def cash(due, given):
    return Tender("cash", due, given, given - due)


def close(books, counted=None, left=None, by="Ada", at=AT, shop=SHOP):
    count = None if counted is None else DrawerCount(counted)
    return close_shift(books, at, ClosingOrder(by, count, left), shop, rendering)


def test_a_whole_shift(books):
    open_shift(books, AT, "Ada", DAY, DrawerCount(50_000))
    sell(books, 1, 690, cash(690, 5000))
    sell(books, 2, 2000, Tender("wallet", 2000, 2000, platform="wechat"))
    move_cash(books, AT, "pay_in", 300, "coins", "Ada")
    move_cash(books, AT, "pay_out", 1000, "milk", "Ada", listed=False)
    move_cash(books, AT, "drop", 10_000, "", "Ada")
    move_cash(books, AT, "no_sale", 0, "change", "Ada")
    z = close(books, counted=39_890, left=30_000).report
    drawer = z.drawer
    assert (drawer.opening_float, drawer.cash_sales) == (50_000, 690)
    assert (drawer.pay_ins, drawer.pay_outs, drawer.drops, drawer.other) == (300, 1000, 10_000, 0)
    assert (drawer.expected, drawer.counted, drawer.difference) == (39_990, 39_890, -100)
    assert (drawer.to_safe, drawer.left) == (9890, 30_000)
    assert balance(books, accounts.DRAWER) == 30_000
    assert balance(books, accounts.SAFE) == 19_890
    assert balance(books, accounts.OVER_SHORT) == 100
    assert balance(books, accounts.paid_out("other")) == 1000
    assert (z.receipts, z.gross, z.net, z.first_sale, z.last_sale) == (2, 2690, 2690, 1, 2)
    assert [(each.name, each.count, each.amount) for each in z.tenders] == [
        ("cash", 1, 690), ("wechat", 1, 2000),
    ]  # fmt: skip
    assert [(each.name, each.amount) for each in z.pay_outs] == [("milk", 1000)]
    assert (z.drops.count, z.drops.amount) == (1, 10_000)
    assert z.drawer_opened == 1 + 3 + 1 + 1  # a sale in cash, in, out, drop, to the safe, no sale
    assert (z.totals.sales, z.totals.net, z.unread) == (2690, 2690, ())
    assert current_shift(books) is None
    assert wrong_sums(books) == []


def test_an_x_is_numberless_and_changes_nothing(books):
    open_shift(books, AT, "Ada", DAY, DrawerCount(500))
    sell(books, 1, 690, cash(690, 1000))
    shift = current_shift(books)
    assert shift is not None
    x = shift_report(books, shift, "x", AT, "Ada", SHOP)
    assert (x.kind, x.drawer.expected, x.drawer.counted) == ("x", 1190, None)
    assert current_shift(books) == shift
    assert z_report_numbers(books) == []


def test_where_nothing_happened_there_is_a_row_with_nothing(books):
    open_shift(books, AT, "Ada", DAY)
    z = close(books).report
    assert [(each.lines, each.gross) for each in z.categories] == [(0, 0)]
    assert [(each.net, each.tax) for each in z.taxes] == [(0, 0)]
    assert [(each.name, each.count, each.amount) for each in z.tenders] == [("cash", 0, 0)]
    for each in (z.discounts, z.returns, z.voids, z.training, z.copies, z.proformas):
        assert (each.count, each.amount) == (0, 0)
    assert z.drawer.counted is None


@pytest.mark.parametrize("counted", [0, 7, 50_000])
def test_an_empty_shift_with_a_difference_is_booked(books, counted):
    """As Odoo's test of a session without sales whose cash was counted wrong."""
    open_shift(books, AT, "Ada", DAY, DrawerCount(500))
    z = close(books, counted=counted).report
    assert z.drawer.difference == counted - 500
    assert balance(books, accounts.OVER_SHORT) == 500 - counted
    assert balance(books, accounts.DRAWER) == counted


def test_cash_that_nobody_paid_with_may_be_counted_all_the_same(books):
    """As Odoo's: a difference on a method that nobody used is still booked."""
    open_shift(books, AT, "Ada", DAY, DrawerCount(0))
    sell(books, 1, 690, Tender("card", 690, 690))
    z = close(books, counted=250).report
    assert (z.drawer.cash_sales, z.drawer.difference) == (0, 250)
    assert balance(books, accounts.OVER_SHORT) == -250


def test_the_next_float_is_what_the_last_count_left(books):
    open_shift(books, AT, "Ada", DAY, DrawerCount(50_000))
    close(books, counted=50_000, left=20_000)
    assert float_proposed(books) == 20_000
    open_shift(books, AT, "Bob", DAY, DrawerCount(19_950))
    assert balance(books, accounts.OVER_SHORT) == 50
    z = close(books, counted=19_950).report
    assert (z.drawer.carried, z.drawer.float_difference) == (20_000, -50)
    assert (z.drawer.opening_float, z.drawer.difference) == (19_950, 0)


def test_the_first_float_ever_comes_from_outside_and_only_that(books):
    open_shift(books, AT, "Ada", DAY, DrawerCount(50_000))
    assert balance(books, accounts.FLOAT) == -50_000
    assert balance(books, accounts.OVER_SHORT) == 0


def test_a_shift_that_opened_by_itself_gets_its_float_afterwards(books):
    sell(books, 1, 690, cash(690, 1000))
    shift = current_shift(books)
    assert shift is not None
    assert shift.opened_by == ""
    assert float_proposed(books) == 0
    open_shift(books, AT, "Ada", DAY, DrawerCount(30_000))
    z = close(books, counted=30_690).report
    assert (z.shift, z.drawer.opening_float, z.drawer.difference) == (1, 30_000, 0)
    open_shift(books, AT, "Ada", DAY)
    with pytest.raises(ShiftError):
        open_shift(books, AT, "Bob", DAY)


def test_numbers_are_without_gaps_and_stay(books):
    for number in range(1, 5):
        need_shift(books, AT, 0)
        assert close(books).report.shift == number
    assert [number for number, _ in z_report_numbers(books)] == [4, 3, 2, 1]
    with pytest.raises(ShiftError):
        close(books)


def test_closed_by_somebody_else_is_recorded_as_that(books):
    open_shift(books, AT, "Ada", DAY)
    z = close(books, by="Bob").report
    assert (z.opened_by, z.by, z.closed_for) == ("Ada", "Bob", "Ada")


def test_handed_over_with_one_count(books):
    open_shift(books, AT, "Ada", DAY, DrawerCount(10_000))
    sell(books, 1, 690, cash(690, 1000))
    order = ClosingOrder("Ada", DrawerCount(10_680))
    z, shift = hand_over(books, AT, order, "Bob", DAY, SHOP, rendering)
    assert (z.report.shift, z.report.drawer.difference) == (1, -10)
    assert (shift.number, shift.opened_by) == (2, "Bob")
    (taken,) = [each for each in acts_of_shift(books, 2) if each.kind == "float"]
    assert (taken.amount, taken.difference) == (10_680, 0)
    assert balance(books, accounts.DRAWER) == 10_680


def test_what_is_open_is_listed_and_carried(books):
    open_shift(books, AT, "Ada", DAY)
    for number in (1, 2, 3):
        open_sale(books, number, AT)
    hold_sale(books, 1, AT, 450)
    set_sale_state(books, 2, "awaiting")
    part = Tender("cash", 900, 400)
    post(books, AT, "Ada", entry_of_part(2, part))
    z = close(books).report
    assert z.held == (OpenSale(1, "held", 450), OpenSale(3, "open", 0))
    assert z.open_payments == (OpenSale(2, "part_paid", 400),)
    assert z.taken_for_open == 400
    assert books.execute("SELECT state FROM sales WHERE number = 1").fetchone() == ("held",)


def test_a_body_that_cannot_be_read_stops_no_closing(books):
    open_shift(books, AT, "Ada", DAY)
    open_sale(books, 1, AT)
    books.execute(
        "INSERT INTO journal (at, sale_no, kind, body, hash) VALUES (?, 1, 'line', ?, ?)",
        (AT.isoformat(), b'{"type":"line", broken', bytes(32)),
    )
    set_sale_state(books, 1, "awaiting")
    books.execute(
        "INSERT INTO orders (order_no, sale_no, state, body) VALUES ('A',1,'unknown','{')"
    )
    z = close(books, counted=0).report
    assert z.unread == ("journal",)
    assert z.open_payments == (OpenSale(1, "unknown", 0),)
    assert current_shift(books) is None


def test_a_layout_that_fails_stops_no_closing(books):
    def broken(report, head):
        raise RuntimeError("no layout")

    open_shift(books, AT, "Ada", DAY)
    z = close_shift(books, AT, ClosingOrder("Ada"), SHOP, broken)
    assert z.text == b""
    assert current_shift(books) is None


def test_a_closed_z_stays_byte_for_byte(books):
    open_shift(books, AT, "Ada", DAY, DrawerCount(100))
    z = close(books, counted=100)
    for change in ("UPDATE z_reports SET text = ''", "DELETE FROM z_reports"):
        with pytest.raises(apsw.ConstraintError):
            books.execute(change)
    open_shift(books, AT, "Bob", DAY)
    close(books, counted=100, shop=ReportShop(name="Another name", currency="EUR"))
    kept = find_z_report(books, 1)
    assert kept is not None
    assert kept == z
    assert msgspec.json.encode(kept.report) == msgspec.json.encode(z.report)
    assert kept.report.shop.name == "Corner Market"


def test_an_act_of_a_closed_shift_cannot_be_deleted(books):
    """As Odoo's: a closed session's pay-in cannot be deleted."""
    open_shift(books, AT, "Ada", DAY)
    move_cash(books, AT, "pay_in", 300, "coins", "Ada")
    close(books)
    for change in ("UPDATE drawer_acts SET amount = 1", "DELETE FROM drawer_acts"):
        with pytest.raises(apsw.ConstraintError):
            books.execute(change)


def test_totals_go_on_over_every_z(books):
    for number, total in enumerate((690, 1000, 5), start=1):
        sell(books, number, total, cash(total, total + 100))
        close(books)
    legs = ((accounts.returns("drinks"), 600), (accounts.tax("standard"), 100))
    need_shift(books, AT, 0)
    post(books, AT, "Ada", Entry("return", (*legs, (accounts.DRAWER, -700)), 1))
    z = close(books).report
    assert (z.returns.count, z.returns.amount) == (1, 700)
    assert [(each.name, each.tax, each.returned) for each in z.taxes] == [("standard", 0, 100)]
    assert [(each.name, each.count, each.amount) for each in z.refunds] == [("cash", 1, 700)]
    assert (z.drawer.cash_returns, z.drawer.expected) == (700, 995)
    totals = z.totals
    assert (totals.sales, totals.returns, totals.net, totals.absolute) == (1695, 700, 995, 2395)


def test_more_than_there_is_cannot_stay(books):
    open_shift(books, AT, "Ada", DAY)
    with pytest.raises(ShiftError):
        close(books, counted=100, left=101)
    assert current_shift(books) is not None


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("sell"), st.integers(1, 9999), st.integers(0, 9999)),
        st.tuples(st.sampled_from(["pay_in", "pay_out", "drop"]), st.integers(1, 9999), st.just(0)),
        st.tuples(st.just("close"), st.integers(0, 99_999), st.integers(0, 99_999)),
    ),
    max_size=20,
)


@given(acts=ACTS)
def test_on_any_day_counted_less_expected_is_the_difference(tmp_path_factory, acts):
    """The drawer is carried along by hand, with given and change apart, as a model."""
    books = open_connection(tmp_path_factory.mktemp("books") / "books.db")
    try:
        migrate(books)
        drawer, differences, sold = 0, 0, 0
        for number, (kind, amount, more) in enumerate(acts, start=1):
            at = AT + timedelta(minutes=number)
            if kind == "sell":
                sell(books, number, amount, cash(amount, amount + more), at)
                drawer += amount + more
                drawer -= more
                sold += amount
            elif kind == "close":
                need_shift(books, at, 0)
                z = close(books, counted=amount, left=min(amount, more), at=at).report
                figures = z.drawer
                assert (figures.expected, figures.difference) == (drawer, amount - drawer)
                assert figures.expected == (
                    figures.opening_float + figures.cash_sales - figures.cash_returns
                    + figures.pay_ins - figures.pay_outs - figures.drops
                )  # fmt: skip
                assert (figures.other, z.totals.sales) == (0, sold)
                differences += amount - drawer
                drawer = min(amount, more)
                assert figures.left == drawer
            else:
                move_cash(books, at, kind, amount, "reason", "Ada")
                drawer += amount if kind == "pay_in" else -amount
            assert balance(books, accounts.DRAWER) == drawer
            assert balance(books, accounts.OVER_SHORT) == -differences
        assert wrong_sums(books) == []
    finally:
        books.close()


def test_the_report_of_the_journal_is_that_of_the_table(books):
    open_shift(books, AT, "Ada", DAY)
    z = close(books)
    (body,) = books.execute("SELECT body FROM journal WHERE kind = 'shift_closed'").fetchone()
    assert msgspec.json.decode(body)["report"] == msgspec.json.decode(msgspec.json.encode(z.report))
    assert isinstance(z.report, ShiftReport)


def test_a_float_is_counted_once_a_shift(books):
    need_shift(books, AT, 0)
    put_float(books, AT, DrawerCount(100), "Ada")
    with pytest.raises(ShiftError):
        open_shift(books, AT, "Ada", DAY, DrawerCount(200))


def test_a_closing_reads_no_table_of_all_sales_from_end_to_end(books):
    """Closing takes as long with a million sales in the books as with none."""
    open_shift(books, AT, "Ada", DAY, DrawerCount(100))
    sell(books, 1, 690, cash(690, 700))
    asked = []

    def trace(cursor, sql, bindings):
        asked.append((sql, bindings))
        return True

    books.exec_trace = trace
    close(books, counted=790)
    books.exec_trace = None
    plans = [
        (str(step[3]), sql)
        for sql, bindings in asked
        if sql.startswith("SELECT")
        for step in books.execute(f"EXPLAIN QUERY PLAN {sql}", bindings)
    ]
    assert len(plans) > 10
    large = r"SCAN (s|sales|j|journal|e|ledger_entries|p|postings|l|sold_lines|o|orders)\b"
    assert [
        (plan, sql)
        for plan, sql in plans
        if re.match(large, plan) and "sales_held" not in plan and not sql.endswith("LIMIT 1")
    ] == []


def test_a_shift_over_the_night_when_the_clocks_change(books):
    """The hour from 2 to 3 comes twice; the shift's day stays that of its opening."""
    berlin = ZoneInfo("Europe/Berlin")
    evening = datetime(2026, 10, 24, 22, 0, tzinfo=berlin)
    morning = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=berlin)
    open_shift(books, evening, "Ada", date(2026, 10, 24))
    for number, at in enumerate((evening, morning.replace(fold=0), morning), start=1):
        sell(books, number, 690, cash(690, 700), at)
    z = close(books, at=morning).report
    assert (z.day, z.receipts, z.gross) == ("2026-10-24", 3, 3 * 690)
    assert (z.opened_at[-6:], z.at[-6:]) == ("+02:00", "+01:00")


@pytest.mark.parametrize(
    ("state", "kind"), [("drafted", "pending"), ("pending", "pending"), ("unknown", "unknown")]
)  # fmt: skip
def test_a_payment_that_is_under_way_is_carried_by_its_number(books, state, kind):
    open_shift(books, AT, "Ada", DAY)
    open_sale(books, 7, AT)
    set_sale_state(books, 7, "awaiting")
    books.execute(
        "INSERT INTO orders (order_no, sale_no, state, body) VALUES ('A7', 7, ?, ?)",
        (state, '{"order_no": "A7", "amount": 690}'),
    )
    first = close(books).report
    open_shift(books, AT, "Bob", DAY)
    second = close(books).report
    assert first.open_payments == second.open_payments == (OpenSale(7, kind, 690),)


def test_goods_that_come_back_in_a_sale_of_others_count_as_given_back(books):
    """An exchange: 690 sold, 400 back, the customer pays 290. What was sold stays 690."""
    open_shift(books, AT, "Ada", DAY)
    open_sale(books, 1, AT)
    tender = cash(290, 290)
    line = SoldLine(1, 7, Decimal(1), 690, 690, 611, 611, "standard", 79)
    close_sale(books, 1, AT, 290, (tender,), "Ada")
    keep_sold_lines(books, 1, (line,), ("drinks",))
    sold = entry_of_sale(1, tender, 0, (line,), ("drinks",))
    back = {accounts.returns("drinks"): 354, accounts.tax("standard"): 46}
    legs = tuple(
        (account, amount + back.pop(account, 0))
        for account, amount in sold.postings
        if account != accounts.SUSPENSE
    )
    post(books, AT, "Ada", Entry("sale", (*legs, *back.items()), 1))
    z = close(books).report
    assert (z.gross, z.tax, z.returns.count, z.returns.amount) == (690, 79, 1, 400)
    assert [(each.tax, each.returned) for each in z.taxes] == [(79, 46)]
    assert (z.totals.sales, z.totals.returns, z.totals.net) == (690, 400, 290)
    assert z.drawer.cash_sales == 290
