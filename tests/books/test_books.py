import subprocess
import sys
import threading
import time

import apsw
import pytest

from pos_tui.books import Books, BooksError
from pos_tui.books.catalogue.product_import import ImportCounts, import_products
from pos_tui.books.catalogue.products import ProductRow, find_product
from pos_tui.books.connection import _CHECKSUMS_SINCE, SCHEMA_VERSION
from pos_tui.books.lock import TillLock
from pos_tui.books.schema import MIGRATIONS
from pos_tui.checkout.orders import may_follow
from pos_tui.reasons import Reason
from tests.conftest import COLA, SPREAD, Counter
from tests.spoken import raises


def test_nobody_waiting_any_more_does_not_stop_the_books(tmp_path):
    books = Books(tmp_path)
    gate = threading.Event()
    books.write(lambda _: gate.wait(5))
    abandoned = books.write(lambda c: c.execute("INSERT INTO offers VALUES (1,1,'','','1',1,0,0)"))
    abandoned.cancel()
    gate.set()
    assert books.write(lambda _: 42).result(60) == 42
    books.close()


def test_one_wrong_change_does_not_undo_its_neighbours(tmp_path):
    books = Books(tmp_path)
    gate = threading.Event()
    books.write(lambda _: gate.wait(5))
    good = books.write(lambda c: import_products(c, [ProductRow("1", "One", 100)]))
    wrong = books.write(lambda c: c.execute("INSERT INTO nothing VALUES (1)"))
    also = books.write(lambda c: import_products(c, [ProductRow("2", "Two", 200)]))
    gate.set()
    assert good.result(60) == ImportCounts(1, 0)
    with pytest.raises(BooksError, match=r"books\.change_refused"):
        wrong.result(60)
    assert also.result(60) == ImportCounts(1, 0)
    assert [p.name for p in books.search("o")] == ["One", "Two"]
    books.close()


def test_a_full_disk_is_said_and_what_was_scanned_meanwhile_is_kept(tmp_path):
    counter = Counter(tmp_path).stock().open()
    told: list[Reason | None] = []
    counter.books.on_trouble(told.append)
    full = threading.Event()
    full.set()
    connection = counter.books.write(lambda c: c).result()
    pages = counter.books.write(lambda c: c.pragma("page_count")).result()
    counter.books.write(lambda c: c.pragma("max_page_count", pages)).result()
    counter.scan(*[COLA, SPREAD] * 300)
    deadline = time.monotonic() + 60
    while not told and time.monotonic() < deadline:
        time.sleep(0.02)
    assert told[0] and told[0].kind == "books.disk_full"
    assert counter.total > 0
    with pytest.raises(BooksError, match=r"books\.disk_full"):
        counter.books.write(
            lambda c: c.execute("INSERT INTO journal VALUES (null,'','1','',zeroblob(99999),'')")
        ).result(60)
    # There is room again: someone has cleared the disk.
    connection.pragma("max_page_count", 2**30)
    while told[-1] is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    total, lines = counter.total, counter.till.sale.list.lines
    counter.power_cut()
    assert (counter.total, counter.till.sale.list.lines) == (total, lines)
    counter.books.close()


def test_the_same_till_does_not_start_twice_but_another_does(tmp_path):
    lock = TillLock(tmp_path / "a")
    with raises(BooksError, "already runs"):
        TillLock(tmp_path / "a")
    TillLock(tmp_path / "b").release()
    lock.release()
    TillLock(tmp_path / "a").release()


def test_another_program_that_reads_the_books_takes_nothing_from_the_till(tmp_path):
    books = Books(tmp_path)
    books.write(lambda c: import_products(c, [ProductRow("1", "One", 100)])).result(60)
    log = tmp_path / "books.db-wal"
    before = log.stat()
    reader = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
    reader += "print(c.execute('SELECT count(*) FROM products').fetchone()[0]); c.close()"
    read = subprocess.run(
        [sys.executable, "-c", reader, str(tmp_path / "books.db")],
        check=True,
        capture_output=True,
        text=True,
    )
    assert read.stdout.strip() == "1"
    assert log.exists() and (log.stat().st_ino, log.stat().st_size) == (
        before.st_ino,
        before.st_size,
    )
    books.write(lambda c: import_products(c, [ProductRow("2", "Two", 200)])).result(60)
    also = Books(tmp_path)
    assert [each.name for each in also.search("Two")] == ["Two"]
    also.close()
    books.close()


def test_every_commit_is_on_the_disk_and_every_reference_is_checked(tmp_path):
    books = Books(tmp_path)
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "temp_store": 2}

    def pragmas(connection):
        return {name: connection.pragma(name) for name in wanted}

    assert books.write(pragmas).result() == wanted
    books.close()


def test_books_of_a_later_version_are_not_touched(tmp_path):
    Books(tmp_path).close()
    connection = apsw.Connection(str(tmp_path / "books.db"))
    connection.pragma("user_version", 99)
    connection.close()
    with pytest.raises(BooksError, match=r"books\.later_version"):
        Books(tmp_path)


@pytest.mark.parametrize("final", ["paid", "declined", "cancelled"])
def test_a_final_order_never_goes_back(final):
    for after in ("drafted", "sent", "pending", "unknown", "paid", "declined", "cancelled"):
        assert not may_follow(final, after)


def test_a_changed_price_is_taken_in_and_a_product_keeps_its_place(tmp_path):
    books = Books(tmp_path)
    books.write(
        lambda c: import_products(c, [ProductRow("1", "One", 100), ProductRow("2", "Two", 5)])
    )
    before = books.write(lambda c: find_product(c, "1")).result()
    again = [ProductRow("1", "One", 120), ProductRow("2", "Two", 5), ProductRow("3", "Three", 9)]
    assert books.write(lambda c: import_products(c, again)).result() == ImportCounts(2, 1)
    after = books.write(lambda c: find_product(c, "1")).result()
    assert before and after
    assert (after.id, after.price) == (before.id, 120)
    books.close()


def test_an_entry_that_can_never_be_written_does_not_stop_the_rest(tmp_path):
    books = Books(tmp_path)
    told: list[Reason | None] = []
    books.on_trouble(told.append)

    def impossible(connection):
        connection.execute("INSERT INTO nothing VALUES (1)")

    books._writer.post(impossible)
    rows = books.write(lambda c: import_products(c, [ProductRow("1", "One", 100)]))
    deadline = time.monotonic() + 60
    while not any(why and why.kind == "books.entry_lost" for why in told):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    if rows.exception() is not None:
        books.write(lambda c: import_products(c, [ProductRow("1", "One", 100)])).result(60)
    product = books.product("1")
    assert product and product.name == "One"
    books.close()


def test_the_version_of_the_tables_counts_the_migrations():
    assert len(MIGRATIONS) == SCHEMA_VERSION
    without_checksums = MIGRATIONS[: _CHECKSUMS_SINCE - 1]
    assert not any("TABLE paper" in str(step) for step in without_checksums)
    assert "TABLE paper" in str(MIGRATIONS[_CHECKSUMS_SINCE - 1])
