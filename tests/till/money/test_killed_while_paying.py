"""A till that is killed while a voucher pays: nothing is lost of it, and nothing spent twice."""

import subprocess
import sys

import pytest

from pos_tui.books.connection import open_connection
from pos_tui.books.journal.verify import differences
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import balance, wrong_sums
from pos_tui.books.sales.sales import last_paid_numbers
from pos_tui.books.vouchers.vouchers import find_voucher, issue_for_nothing, wrong_vouchers
from tests.conftest import NOON, Counter


@pytest.mark.posix_only("kills by a signal")
@pytest.mark.parametrize("place", [0, 2, 5, 9, 14, 20, 27, 35, 44, 500])
async def test_a_voucher_is_spent_whole_or_not_at_all(tmp_path, place):
    folder = tmp_path / "till"
    counter = Counter(folder).stock()
    voucher = counter.books.write(
        lambda c: issue_for_nothing(c, NOON, "Ada", 5000, None, lambda: 7, "goodwill")
    ).result()
    counter.books.close()
    program = (sys.executable, "-m", "tests.voucher_spender")
    ended = subprocess.run((*program, str(folder), voucher.number, str(place)), check=False)
    assert ended.returncode == (0 if place == 500 else -9)

    counter = Counter(folder).open()
    reader = open_connection(counter.books.path)
    paid, there = last_paid_numbers(reader, 9), find_voucher(reader, voucher.number)
    assert there is not None
    assert there.left == 5000 - 3290 * len(paid)
    assert len(paid) == (place == 500)
    if not paid:
        assert counter.total == 3290, "the list is there as it was"
        counter.till.scan(voucher.number)
        await counter.till.until_idle()
    there = find_voucher(reader, voucher.number)
    assert there is not None
    assert there.left == 1710
    assert balance(reader, accounts.VOUCHERS) == -1710
    assert wrong_vouchers(reader) == balance(reader, accounts.OPEN_SALES) == 0
    assert wrong_sums(reader) == []
    assert differences(reader, folder) == []
    reader.close()
    counter.books.close()
