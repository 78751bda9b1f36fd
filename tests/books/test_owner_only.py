"""The till's files are its owner's: they hold PINs' hashes, and what was sold."""

import os
import stat
import sys

import pytest

from pos_tui.books import Books
from pos_tui.books.catalogue.goods_file.layouts import FileChoices, remember
from pos_tui.books.lock import TillLock
from pos_tui.demo.shop import DemoShop
from pos_tui.files.owner import write_for_owner
from tests.conftest import COLA, NOON, Counter

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")


def wide_open(folder):
    """The files and folders that others may do anything with."""
    return [
        str(path.relative_to(folder))
        for path in [folder, *folder.rglob("*")]
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]


@pytest.fixture
def usual_rights():
    before = os.umask(0o022)
    yield
    os.umask(before)


async def sell(counter):
    counter.scan(COLA)
    counter.till.pay("5")
    await counter.till.until_idle()


@pytest.mark.usefixtures("usual_rights")
async def test_whatever_a_till_writes_is_for_its_owner_only(tmp_path):
    folder = tmp_path / "till"
    lock = TillLock(folder)
    counter = Counter(folder).stock().open()
    await sell(counter)
    assert {path.name for path in folder.iterdir()} >= {
        "books.db", "books.db-wal", "journal.key", "receipts", "till.lock", "till.pid",
    }  # fmt: skip
    assert wide_open(folder) == []
    await counter.till.close()
    counter.books.close()
    lock.release()
    assert wide_open(folder) == []


@pytest.mark.usefixtures("usual_rights")
async def test_a_folder_of_an_earlier_version_is_narrowed_with_all_that_is_in_it(tmp_path):
    folder = tmp_path / "till"
    counter = Counter(folder).stock().open()
    await sell(counter)
    counter.books.close()
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    Counter(folder).books.close()
    assert wide_open(folder) == []


def test_a_file_that_must_be_new_is_never_written_over(tmp_path):
    write_for_owner(tmp_path / "a", b"first", exclusive=True)
    with pytest.raises(FileExistsError):
        write_for_owner(tmp_path / "a", b"second", exclusive=True)
    assert (tmp_path / "a").read_bytes() == b"first"


def test_a_folder_of_somebody_elses_is_left_as_it_is(tmp_path):
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "notes.txt").write_text("not the till's")
    (folder / "notes.txt").chmod(0o644)
    Counter(folder).books.close()
    assert sorted(wide_open(folder)) == [".", "notes.txt"]


@pytest.mark.usefixtures("usual_rights")
def test_what_was_said_about_a_file_is_the_owners_also_after_an_earlier_version(tmp_path):
    (tmp_path / "import-layouts.new").touch(0o644)
    remember(tmp_path, ["Name", "Price"], FileChoices())
    assert wide_open(tmp_path) == []


@pytest.mark.usefixtures("usual_rights")
def test_what_the_demos_servers_write_is_its_owners(tmp_path, monkeypatch):
    redis = tmp_path / "demo" / "cloud" / "redis"
    redis.mkdir(parents=True)
    for path in (redis / "redis.conf", redis.parent / "cloud.log"):
        path.touch(0o644)
    monkeypatch.setattr("pos_tui.demo.cloud.EmbeddedCloud", lambda _plan: None)
    shop = DemoShop(tmp_path / "demo")
    books = Books(shop.data)
    shop.open(books, NOON)
    books.close()
    assert wide_open(shop.data / "cloud") == []
