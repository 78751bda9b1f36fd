"""`pos-tui backup`, `restore`, and what `doctor` says of backups, as they are typed."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

import pytest

from pos_tui.books.backups.state import BackupState, keep_backup_state
from pos_tui.books.lock import TillLock
from pos_tui.diagnostics.backup_check import check_backup
from pos_tui.settings import BackupSettings
from tests.command_line import in_chinese, typed
from tests.conftest import Counter
from tests.selling_till import sell


@pytest.fixture
async def shop(tmp_path):
    """A till that has sold four times, and is closed."""
    (tmp_path / "stick").mkdir()
    counter = Counter(tmp_path / "till").stock().open()
    await sell(counter, 4)
    await counter.till.close()
    counter.books.close()
    return counter.data


def backup(shop, *arguments):
    return typed("backup", *arguments, "--data", str(shop))


def made(shop, *arguments):
    """The backup's path."""
    done = backup(shop, str(shop.parent / "stick"), "--json", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)["file"]


def restore(place, file, *arguments):
    return typed("restore", file, *arguments, "--data", str(place))


async def sell_more(shop, count):
    counter = Counter(shop).open()
    await sell(counter, count)
    await counter.till.close()
    counter.books.close()


async def test_it_says_what_is_in_it_and_what_is_not(shop, tmp_path):
    done = backup(shop, str(tmp_path / "stick"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "sales up to 000004, receipts (4)" in done.stdout
    assert "Not in it: the settings, and the key of the journal" in done.stdout
    with_key = backup(shop, str(tmp_path / "stick"), "--with-key")
    assert "keep it locked away" in with_key.stdout
    answer = json.loads(backup(shop, str(tmp_path / "stick"), "--json").stdout)
    assert (answer["last_sale"], answer["receipts"], answer["has_key"]) == (4, 4, False)
    assert answer["head"].partition("-")[0].isdigit()
    with in_chinese():
        assert "备份完成" in backup(shop, str(tmp_path / "stick")).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [((), 2, "pos-tui backup FOLDER"), (("no such stick",), 1, "Put the stick in")],
)
async def test_without_a_folder_it_says_so(shop, arguments, code, why):
    done = backup(shop, *arguments)
    assert done.returncode == code
    assert why in done.stderr


async def test_what_was_sold_since_is_said_and_kept_beside(shop, tmp_path):
    file = made(shop)
    await sell_more(shop, 2)
    refused = restore(shop, file)
    assert refused.returncode == 2
    assert "2 paid sales more than the backup" in refused.stderr
    assert "--even-if-newer" in refused.stderr
    done = restore(shop, file, "--even-if-newer")
    assert (done.returncode, done.stderr) == (1, "")
    assert "sales up to 000004" in done.stdout
    assert "any more: 2, from 000005 to 000006" in done.stdout
    (kept,) = shop.glob("books.before-*.db")
    assert str(kept) in done.stdout
    await sell_more(shop, 1)
    assert (shop / "receipts" / "000007.json").exists()
    verified = typed("books", "verify", "--data", str(shop))
    assert (verified.returncode, verified.stderr) == (0, "")


async def test_a_backup_of_what_is_there_is_put_back_without_a_question(shop):
    file = made(shop)
    done = restore(shop, file, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert (answer["last_sale"], answer["lost_sales"], answer["key"]) == (4, [], "is_here")


async def test_it_goes_into_an_empty_place(shop, tmp_path):
    done = restore(tmp_path / "new", made(shop))
    assert (done.returncode, done.stderr) == (0, "")
    assert "4 receipts were put back" in done.stdout
    assert "put your copy of journal.key" in done.stdout
    verified = typed("books", "verify", "--data", str(tmp_path / "new"))
    assert (verified.returncode, verified.stderr) == (0, "")


async def test_a_till_that_runs_keeps_its_books(shop):
    file = made(shop)
    lock = TillLock(shop)
    before = (shop / "books.db").read_bytes()
    try:
        done = restore(shop, file)
    finally:
        lock.release()
    assert done.returncode == 2
    assert str(os.getpid()) in done.stderr
    assert (shop / "books.db").read_bytes() == before


async def test_books_of_another_till_are_refused(shop, tmp_path):
    settings = tmp_path / "till.toml"
    settings.write_text('[till]\nnumber = "02"\n')
    file = made(shop)
    done = restore(tmp_path / "new", file, "--settings", str(settings))
    assert done.returncode == 2
    assert "till 01 of merchant M001" in done.stderr
    assert not (tmp_path / "new" / "books.db").exists()
    asked = restore(tmp_path / "new", file, "--settings", str(settings), "--of-another-till")
    assert asked.returncode == 0


async def test_what_is_no_backup_changes_nothing(shop, tmp_path):
    (tmp_path / "photo.jpg").write_bytes(b"\xff" * 20_000)
    before = (shop / "books.db").read_bytes()
    for file in (tmp_path / "photo.jpg", tmp_path / "nothing.db", shop / "books.db"):
        done = restore(shop, str(file))
        assert done.returncode == 2
        assert done.stderr
    assert (shop / "books.db").read_bytes() == before


# ---- doctor --------------------------------------------------------------------------------------

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "folder", "state", "kind"),
    [
        (None, "", "warning", "backup.none_yet"),
        (3, "/media/stick that is away", "ok", "backup.fresh"),
        (47, "/media/stick that is away", "ok", "backup.fresh"),
        (49, "/media/stick that is away", "warning", "backup.old"),
        (3, ".", "warning", "backup.same_disk"),
    ],
)
async def test_the_age_of_the_last_backup_is_looked_at(shop, hours, folder, state, kind):
    if hours is not None:
        path = str((shop / folder / "books.db").absolute())
        keep_backup_state(shop, BackupState(NOW - timedelta(hours=hours), path, 4))
    (check,) = check_backup(shop, BackupSettings(), NOW)
    assert (check.state, check.say.kind) == (state, kind)
    assert (check.do is None) == (state == "ok")


async def test_before_the_first_sale_nothing_is_said(tmp_path):
    assert check_backup(tmp_path, BackupSettings(), NOW) == []


async def test_a_backup_by_hand_counts(shop):
    made(shop)
    (check,) = check_backup(shop, BackupSettings(), datetime.now(UTC))
    assert check.say.kind in {"backup.fresh", "backup.same_disk"}
