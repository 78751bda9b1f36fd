"""The running till backs its books up by itself, behind the sales, and says when it cannot."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from pos_tui.books.backups.making import backup_facts, backups_in
from pos_tui.books.backups.state import read_backup_state
from pos_tui.checkout import events
from pos_tui.settings import BackupSettings, PrinterSettings, TillSettings
from pos_tui.till.backups import ScheduledBackups
from tests.conftest import COLA, NOON, Counter
from tests.selling_till import TILL, sell


@pytest.fixture
def stick(tmp_path):
    return tmp_path / "stick"


@pytest.fixture
def shop(tmp_path, stick):
    """A till whose backups go to a stick that is not there yet."""
    settings = TillSettings(
        printer=PrinterSettings(columns=32), backup=BackupSettings(folder=str(stick), keep_days=3)
    )
    counter = Counter(tmp_path / "till", settings).stock().open()
    yield counter
    counter.books.close()


def backups(shop, *, selling=False):
    return ScheduledBackups(shop.till._context, lambda: selling)


def notices(shop):
    return [each.reason.kind for each in shop.all(events.Notice) if "backup." in each.reason.kind]


async def test_a_backup_is_made_when_it_is_due_and_not_before(shop, stick):
    stick.mkdir()
    await sell(shop, 2)
    scheduled = backups(shop)
    await scheduled.look()
    await scheduled.look()
    shop.now += timedelta(hours=23)
    await scheduled.look()
    assert len(backups_in(stick, TILL)) == 1
    shop.now += timedelta(hours=1)
    await scheduled.look()
    assert [at.isoformat() for at, _ in backups_in(stick, TILL)] == [
        "2026-11-22T12:00:00", "2026-11-23T12:00:00",
    ]  # fmt: skip
    assert backup_facts(backups_in(stick, TILL)[0][1]).last_sale == 2
    assert notices(shop) == []
    state = read_backup_state(shop.data)
    assert (state.at, state.last_sale) == (shop.now, 2)
    assert state.path == str(backups_in(stick, TILL)[1][1])
    notes = shop.books.write(
        lambda c: c.execute("SELECT count(*) FROM journal WHERE CAST(body AS TEXT)"
                            " LIKE '%\"what\":\"backup\"%'").fetchone()
    ).result()  # fmt: skip
    assert notes == (2,)


async def test_a_stick_that_is_missing_is_said_once_a_day_and_the_till_sells(shop, stick):
    for _ in range(3):
        await backups(shop).look()  # also after a new start
        await sell(shop, 1)
    assert notices(shop) == ["backup.missed"]
    shop.now += timedelta(days=1)
    await backups(shop).look()
    assert notices(shop) == ["backup.missed"] * 2
    stick.mkdir()
    await backups(shop).look()
    assert notices(shop) == ["backup.missed"] * 2 + ["backup.made_again"]
    assert len(backups_in(stick, TILL)) == 1


async def test_none_begins_in_front_of_a_sale_unless_it_is_long_overdue(shop, stick):
    stick.mkdir()
    await backups(shop).look()
    shop.now += timedelta(hours=24, minutes=30)
    await backups(shop, selling=True).look()
    assert len(backups_in(stick, TILL)) == 1
    shop.now += timedelta(hours=1)
    await backups(shop, selling=True).look()
    assert len(backups_in(stick, TILL)) == 2


async def test_old_backups_go_once_a_new_one_is_good(shop, stick):
    stick.mkdir()
    for _ in range(7):
        await backups(shop).look()
        shop.now += timedelta(days=1)
    assert len(backups_in(stick, TILL)) == 4
    stick.rename(stick.with_name("away"))
    shop.now += timedelta(days=30)
    await backups(shop).look()
    assert len(backups_in(stick.with_name("away"), TILL)) == 4


async def test_a_name_that_is_taken_is_left_alone(shop, stick):
    stick.mkdir()
    (stick / "books-M001-01-20261122-120000.db").mkdir()
    await backups(shop).look()
    assert [path.name for _, path in backups_in(stick, TILL) if path.is_file()] == [
        "books-M001-01-20261122-120000-2.db"
    ]


async def test_a_clock_that_was_set_back_does_not_put_it_off(shop, stick):
    stick.mkdir()
    await backups(shop).look()
    shop.now = NOON - timedelta(days=300)
    await backups(shop).look()
    assert len(backups_in(stick, TILL)) == 2


async def test_a_till_that_closes_drops_the_one_that_is_under_way(shop, stick):
    stick.mkdir()
    scheduled = backups(shop)
    running = asyncio.create_task(scheduled.run(first_look_s=0))
    await shop.until_true(lambda: list(stick.iterdir()))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await asyncio.to_thread(_until, lambda: not list(stick.glob("*.part")))
    assert all(backup_facts(path) for _, path in backups_in(stick, TILL))


async def test_a_till_begins_with_it_when_it_starts(tmp_path, stick, monkeypatch):
    monkeypatch.setattr(ScheduledBackups.run, "__defaults__", (0.0, 0.01))
    stick.mkdir()
    settings = replace(TillSettings(), backup=BackupSettings(folder=str(stick)))
    counter = Counter(tmp_path / "till", settings).stock().open()
    await counter.till.start()
    await counter.until_true(lambda: backups_in(stick, TILL))
    counter.scan(COLA)
    counter.till.pay("100")
    await counter.till.until_idle()
    await counter.till.close()
    counter.books.close()


def _until(condition):
    while not condition():
        pass
