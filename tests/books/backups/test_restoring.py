"""Backups that are put back: the books are whole, sell on, and no number is used twice."""

from __future__ import annotations

import shutil
from contextlib import closing

import pytest

from pos_tui.books.backups.making import make_backup
from pos_tui.books.backups.restoring import compare_with_present, restore_backup
from pos_tui.books.connection import open_connection
from pos_tui.books.journal.verify import differences
from pos_tui.books.ledger.verify import ledger_differences
from pos_tui.books.paper.jobs import open_jobs
from pos_tui.books.sales.paper import receipts_due
from pos_tui.books.stock.verify import stock_differences
from pos_tui.devices.printers import PrinterError
from pos_tui.files.owner import is_owners_only
from tests.conftest import NOON, Counter
from tests.selling_till import TILL, sell


@pytest.fixture
async def backup(tmp_path):
    """A till that sold 5 times, was backed up, and sold 3 times more."""
    stick = tmp_path / "stick"
    stick.mkdir()
    counter = Counter(tmp_path / "till").stock().open()
    await sell(counter, 5)
    with_key = make_backup(counter.books.path, stick, TILL, NOON, with_key=True)
    made = make_backup(counter.books.path, stick, TILL, NOON)
    await sell(counter, 3)
    await counter.till.close()
    counter.books.close()
    assert with_key.facts.has_key
    return made


def kinds_of(folder):
    with closing(open_connection(folder / "books.db")) as reader:
        found = [*stock_differences(reader), *ledger_differences(reader)]
        return {each.kind for each in (*found, *differences(reader, folder))}


async def sold_on(folder):
    """The number of the sale that this till makes next."""
    counter = Counter(folder).open()
    number = counter.till.sale.number
    await sell(counter, 2)
    assert (folder / "receipts" / f"{number + 1:06d}.json").exists()
    await counter.till.close()
    counter.books.close()
    return number


def put_back(backup, folder):
    return restore_backup(backup.path, backup.facts, folder / "books.db", NOON)


async def test_in_place_the_earlier_books_are_kept_and_no_number_is_used_twice(backup, tmp_path):
    till = tmp_path / "till"
    before = (till / "books.db").read_bytes()
    present = compare_with_present(backup.path, backup.facts, till / "books.db")
    assert present is not None
    assert (present.is_whole, present.is_earlier, present.lost_sales) == (True, True, (6, 7, 8))
    done = put_back(backup, till)
    assert done.kept_as is not None
    assert done.kept_as.read_bytes() == before
    assert (done.key, done.receipts) == ("is_here", 0)
    assert is_owners_only(till / "books.db")
    assert kinds_of(till) == {"journal.receipt_without_sale", "journal.receipt_remembers"}
    assert await sold_on(till) == 9


async def test_what_waited_in_a_backup_may_be_printed_since_and_is_offered(tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    counter = Counter(tmp_path / "till").stock().open()
    counter.printer.trouble = PrinterError("printer.no_answer", host="printer", port=9100)
    await sell(counter, 2)
    await counter.till.close()
    counter.books.write(lambda c: c.execute("INSERT INTO paper VALUES (9, 'now')")).result()
    made = make_backup(counter.books.path, stick, TILL, NOON)
    counter.books.close()
    put_back(made, tmp_path / "till")
    with closing(open_connection(tmp_path / "till" / "books.db")) as reader:
        jobs = [(each.document, each.state) for each in open_jobs(reader)]
        assert jobs == [(1, "unsure"), (2, "unsure"), (9, "unsure")]
        assert receipts_due(reader) == []


async def test_in_an_empty_place_everything_is_there_again(backup, tmp_path):
    place = tmp_path / "new machine"
    key = (tmp_path / "till" / "journal.key").read_bytes()
    place.mkdir()
    (place / "journal.key").write_bytes(key)
    assert compare_with_present(backup.path, backup.facts, place / "books.db") is None
    done = put_back(backup, place)
    assert (done.kept_as, done.key, done.receipts) == (None, "is_here", 5)
    assert kinds_of(place) == set()
    with closing(open_connection(place / "books.db")) as reader:
        tables = {name for (name,) in reader.execute("SELECT name FROM sqlite_schema")}
        ((note,),) = reader.execute("SELECT body FROM journal ORDER BY seq DESC LIMIT 1")
    assert not {"backup_about", "backup_files"} & tables
    assert b"restored" in note
    for number in range(1, 6):
        name = f"receipts/{number:06d}.json"
        assert (place / name).read_bytes() == (tmp_path / "till" / name).read_bytes()
    assert await sold_on(place) == 6
    assert kinds_of(place) == set()


async def test_without_its_key_the_journal_goes_on_with_a_new_one(backup, tmp_path):
    place = tmp_path / "new machine"
    done = put_back(backup, place)
    assert done.key == "missing"
    assert await sold_on(place) == 6
    assert "journal.other_key" in kinds_of(place)


async def test_a_key_that_is_in_the_backup_comes_back(backup, tmp_path):
    first = tmp_path / "stick" / "books-M001-01-20261122-120000.db"
    place = tmp_path / "new machine"
    place.mkdir()
    (place / "journal.key").write_text("00" * 32)
    done = restore_backup(first, backup.facts, place / "books.db", NOON)
    assert done.key == "put_back"
    assert (place / "journal.key").read_bytes() == (tmp_path / "till/journal.key").read_bytes()
    assert is_owners_only(place / "journal.key")
    assert (place / "journal.key.before").read_text() == "00" * 32
    assert kinds_of(place) == set()


async def test_damaged_books_give_way_and_their_receipts_count(backup, tmp_path):
    till = tmp_path / "till"
    (till / "books.db").write_bytes(b"\x5a" * 50_000)
    present = compare_with_present(backup.path, backup.facts, till / "books.db")
    assert present is not None
    assert (present.is_whole, present.lost_sales) == (False, (6, 7, 8))
    put_back(backup, till)
    assert await sold_on(till) == 9


async def test_books_of_another_history_are_noticed(backup, tmp_path):
    counter = Counter(tmp_path / "other").stock().open()
    await sell(counter, 7)
    await counter.till.close()
    counter.books.close()
    present = compare_with_present(backup.path, backup.facts, tmp_path / "other" / "books.db")
    assert present is not None
    assert not present.is_earlier
    assert present.lost_sales == (6, 7)


async def test_it_is_put_back_twice(backup, tmp_path):
    till = tmp_path / "till"
    shutil.rmtree(till / "receipts")
    first, second = put_back(backup, till), put_back(backup, till)
    assert first.kept_as != second.kept_as
    assert (first.receipts, second.receipts) == (5, 0)
    assert kinds_of(till) == set()
