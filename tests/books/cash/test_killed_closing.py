"""A till that is killed while it closes shifts: each closing is whole or has not happened."""

import subprocess
import sys

import pytest

from pos_tui.books.books import FILE_NAME
from pos_tui.books.cash.closing import find_z_report
from pos_tui.books.connection import first_damage, open_connection
from pos_tui.books.journal.verify import first_broken_row
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import balance, wrong_sums

CLOSING_ALL_DAY = """
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from pos_tui.books import Books
from pos_tui.books.cash.closing import ClosingOrder, PrintedReport, close_shift, open_shift
from pos_tui.books.cash.drawer_acts import DrawerCount, move_cash
from pos_tui.books.shift import current_shift
from pos_tui.receipts.shift_report import ReportShop

at, day = datetime(2026, 11, 29, 9, 30, tzinfo=UTC), date(2026, 11, 29)
books = Books(Path(sys.argv[1]))
while True:
    def opened(connection):
        if current_shift(connection) is None:
            open_shift(connection, at, "Ada", day, DrawerCount(1000))
        move_cash(connection, at, "pay_in", 500, "coins", "Ada")

    books.write(opened).result()
    order = ClosingOrder("Ada", DrawerCount(1400), 1000)
    books.write(
        lambda c: close_shift(c, at, order, ReportShop(), lambda r, h: PrintedReport(b"Z", b"Z"))
    ).result()
    print("closed", flush=True)
"""


@pytest.mark.parametrize("closings", [1, 2, 5, 9])
def test_a_kill_leaves_whole_closings_and_no_gap(tmp_path, closings):
    with subprocess.Popen(
        [sys.executable, "-c", CLOSING_ALL_DAY, str(tmp_path)], stdout=subprocess.PIPE
    ) as till:
        assert till.stdout is not None
        for _ in range(closings):
            assert till.stdout.readline() == b"closed\n"
        till.kill()
    books = open_connection(tmp_path / FILE_NAME)
    try:
        assert first_damage(books, thorough=True) is None
        assert first_broken_row(books) is None
        assert wrong_sums(books) == []
        closed = [n for (n,) in books.execute("SELECT number FROM shifts WHERE closed_by <> ''")]
        reports = [n for (n,) in books.execute("SELECT shift FROM z_reports ORDER BY shift")]
        acts = [n for (n,) in books.execute("SELECT number FROM drawer_acts ORDER BY number")]
        assert closed == reports == list(range(1, len(reports) + 1))
        assert len(reports) >= closings
        assert acts == list(range(1, len(acts) + 1))
        for number in reports:
            z = find_z_report(books, number)
            assert z is not None
            drawer = z.report.drawer
            assert (drawer.counted, drawer.left, drawer.to_safe) == (1400, 1000, 400)
            assert drawer.difference == 1400 - drawer.expected
        assert balance(books, accounts.SAFE) == 400 * len(reports)
    finally:
        books.close()
