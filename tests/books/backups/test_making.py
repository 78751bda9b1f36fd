"""Backups: made while the till sells, tried, kept for a while, and never half."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from pos_tui.books.backups.making import (
    BackupError,
    BackupStopped,
    TillName,
    backup_facts,
    backups_in,
    make_backup,
    remove_old_backups,
)
from pos_tui.books.backups.restoring import restore_backup
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.books.connection import open_connection
from pos_tui.books.journal.verify import differences
from pos_tui.books.ledger.verify import ledger_differences
from pos_tui.books.stock.verify import stock_differences
from pos_tui.files.owner import is_owners_only
from tests.conftest import NOON, Counter
from tests.selling_till import TILL, sell

SOURCE = Path(__file__).resolve().parents[3]


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
async def shop(tmp_path):
    """A till that has sold twelve times, and is closed."""
    counter = Counter(tmp_path / "till").stock().open()
    await sell(counter, 12)
    await counter.till.close()
    counter.books.close()
    return counter.data


def no_pause():
    """As quickly as it goes."""


def made_of(shop, stick, at=NOON, **more):
    return make_backup(shop / "books.db", stick, TILL, at, pause=no_pause, **more)


def all_differences(folder):
    with closing(open_connection(folder / "books.db")) as reader:
        found = [*stock_differences(reader), *ledger_differences(reader)]
        return [each.kind for each in (*found, *differences(reader, folder))]


async def test_a_backup_says_what_is_in_it(shop, stick):
    made = made_of(shop, stick)
    assert made.path == stick / "books-M001-01-20261122-120000.db"
    assert made.size == made.path.stat().st_size
    with closing(open_connection(shop / "books.db")) as reader:
        ((rows,),) = reader.execute("SELECT count(*) FROM journal")
    assert made.facts.head.startswith(f"{rows}-")
    assert (made.facts.last_sale, made.facts.receipts, made.facts.has_key) == (12, 12, False)
    assert (made.facts.merchant, made.facts.till, made.facts.at) == ("M001", "01", NOON.isoformat())
    assert [each.name for each in stick.iterdir()] == [made.path.name]
    assert is_owners_only(made.path)


async def test_a_second_one_of_the_same_second_has_a_name_of_its_own(shop, stick):
    first, second = made_of(shop, stick), made_of(shop, stick)
    assert first.path != second.path
    assert [path for _, path in backups_in(stick, TILL)] == sorted([first.path, second.path])


async def test_every_byte_that_is_changed_is_noticed(shop, stick):
    made = made_of(shop, stick)
    content = made.path.read_bytes()
    for place in range(5000, len(content), len(content) // 12):
        changed = bytearray(content)
        changed[place] ^= 1
        made.path.write_bytes(changed)
        with pytest.raises(BackupError):
            backup_facts(made.path)
    made.path.write_bytes(content[: len(content) // 2])
    with pytest.raises(BackupError):
        backup_facts(made.path)


def test_another_file_is_no_backup(tmp_path):
    file = tmp_path / "holiday.jpg"
    file.write_bytes(b"\xff\xd8" * 4000)
    with pytest.raises(BackupError):
        backup_facts(file)
    with closing(open_connection(tmp_path / "books.db")) as connection:
        connection.execute("CREATE TABLE sales (number)")
    with pytest.raises(BackupError, match=r"backup\.no_backup"):
        backup_facts(tmp_path / "books.db")


async def test_a_folder_that_is_not_there_is_said_and_not_made(shop, tmp_path):
    with pytest.raises(BackupError, match=r"backup\.no_folder"):
        made_of(shop, tmp_path / "stick")
    assert not (tmp_path / "stick").exists()


async def test_one_that_is_stopped_leaves_nothing(shop, stick):
    steps = 0

    def stop():
        nonlocal steps
        steps += 1
        raise BackupStopped

    with pytest.raises(BackupStopped):
        make_backup(shop / "books.db", stick, TILL, NOON, pause=stop)
    assert steps == 1
    assert not list(stick.iterdir())


# ---- while the till sells ------------------------------------------------------------------------


async def test_the_till_sells_on_while_a_backup_is_made(shop, stick):
    counter = Counter(shop).open()
    begun, may_end = threading.Event(), threading.Event()

    def pause():
        begun.set()
        assert may_end.wait(60)

    making = asyncio.create_task(
        asyncio.to_thread(make_backup, shop / "books.db", stick, TILL, NOON, pause=pause)
    )
    await asyncio.to_thread(begun.wait, 60)
    await sell(counter, 5)  # no commit waits for the backup, which stands still
    assert counter.till.sale.number == 18
    may_end.set()
    made = await making
    await counter.till.close()
    counter.books.close()
    assert made.facts.last_sale == 12  # as of the moment at which it began
    assert made.facts.receipts == 12
    assert all_differences(shop) == []


@pytest.mark.posix_only("a process is ended at once by SIGKILL")
async def test_till_and_backup_may_be_killed_at_any_moment(shop, stick, tmp_path):
    programs = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.selling_till", shop, *more],
            stdout=subprocess.PIPE, text=True, cwd=SOURCE,
        )
        for more in ((), (stick,))
    ]  # fmt: skip
    try:
        assert programs[0].stdout is not None
        assert programs[1].stdout is not None
        for _ in range(3):
            programs[1].stdout.readline()
        sold = int(programs[0].stdout.readline())
    finally:
        for program in reversed(programs):
            program.kill()
            program.communicate()
    whole = [path for _, path in backups_in(stick, TILL)]
    assert len(whole) >= 3
    # The last sale's receipt is made at the next start.
    assert set(all_differences(shop)) <= {"journal.receipt_missing"}
    for path in whole:
        facts = backup_facts(path)
        assert facts.last_sale >= 12
    restored = tmp_path / "elsewhere"
    restored.mkdir()
    last = backup_facts(whole[-1])
    restore_backup(whole[-1], last, restored / "books.db", NOON)
    with closing(open_connection(restored / "books.db")) as reader:
        assert [each.kind for each in ledger_differences(reader)] == []
        assert [each.kind for each in stock_differences(reader)] == []
    assert sold > 12
    # What was cut off goes with the next one, once it is old enough not to be under way.
    cut_off = stick / "books-M001-01-20261122-120000.db.77.part"
    cut_off.write_bytes(b"half")
    os.utime(cut_off, (time.time() - 3600, time.time() - 3600))
    made_of(shop, stick)
    assert not cut_off.exists()


@pytest.mark.posix_only("a disk of its own is mounted")
@pytest.mark.parametrize("room", ["64k", "256k"])
async def test_a_full_stick_is_said_and_keeps_what_it_had(shop, stick, room):
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", stick],
        capture_output=True, check=False,
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip("nothing may be mounted here")
    try:
        (stick / "photo.jpg").write_bytes(b"x" * 10_000)
        with pytest.raises(BackupError, match=r"backup\.no_room"):
            made_of(shop, stick)
        assert [each.name for each in stick.iterdir()] == ["photo.jpg"]
    finally:
        subprocess.run(["umount", stick], check=True)
    assert all_differences(shop) == []


@pytest.mark.posix_only("files are limited as on a full disk")
async def test_a_file_that_may_not_grow_is_said(shop, stick):
    program = (
        "import resource, signal, sys; from pathlib import Path;"
        "from datetime import datetime, UTC;"
        "from pos_tui.books.backups.making import *;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));\n"
        "try: make_backup(Path(sys.argv[1]), Path(sys.argv[2]), TillName('M001', '01'),"
        " datetime.now(UTC))\n"
        "except BackupError as error: print(error.reason.kind)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, shop / "books.db", stick],
        capture_output=True, text=True, cwd=SOURCE, check=True,
    )  # fmt: skip
    assert done.stdout in {"backup.not_made\n", "backup.no_room\n"}
    assert not list(stick.iterdir())


# ---- old ones ------------------------------------------------------------------------------------


async def test_old_backups_go_and_the_last_one_never_does(shop, stick):
    for days in (100, 31, 30, 29, 1):
        made_of(shop, stick, NOON - timedelta(days=days))
    other = TillName("M001", "02")
    make_backup(shop / "books.db", stick, other, NOON - timedelta(days=300), pause=no_pause)
    (stick / "books-M001-01-notes.txt").write_text("mine")
    assert remove_old_backups(stick, TILL, NOON.date(), 30) == 2
    assert [at.date() for at, _ in backups_in(stick, TILL)] == [
        date(2026, 10, 23), date(2026, 10, 24), date(2026, 11, 21),
    ]  # fmt: skip
    assert remove_old_backups(stick, TILL, date(2030, 1, 1), 30) == 2
    ((_, last),) = backups_in(stick, TILL)
    assert last == stick / "books-M001-01-20261121-120000.db"
    assert len(backups_in(stick, other)) == 1
    assert (stick / "books-M001-01-notes.txt").exists()


def test_what_is_not_yet_in_the_books_own_file_is_whole_in_the_copy(tmp_path, stick):
    counter = Counter(tmp_path / "till")
    rows = [ProductRow(f"{number:07d}", f"Thing {number} " * 9, number) for number in range(6000)]
    counter.books.write(lambda c: import_products(c, rows)).result()
    change = "UPDATE products SET price = price + 1"
    try:
        for _ in range(2):
            counter.books.write(lambda c: c.execute(change)).result()
            assert made_of(counter.data, stick).facts.last_sale == 0
    finally:
        counter.books.close()
