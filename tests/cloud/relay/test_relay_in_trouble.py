"""An operator's hand in the log, a lost disk, a second relay: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import signal
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis.asyncio

from pos_tui.cloud.gateway.transaction_log import TransactionLog
from pos_tui.cloud.relay import file_watcher, log_publisher, server
from pos_tui.cloud.relay.connection import connect
from pos_tui.cloud.relay.file_watcher import FolderChanges
from pos_tui.cloud.relay.functions import LIBRARY_NAME
from pos_tui.cloud.relay.lease import STAND_BY_S, lease_name
from pos_tui.cloud.relay.stream_writer import checkpoint_name
from pos_tui.messages import AcknowledgementNote, bucket_of, stream_name
from pos_tui.settings.redis_url import redis_address
from tests.cloud.log_lines import entry, till_keys
from tests.cloud.relay.rig import RelayRig
from tests.cloud.shop import Process, Redis, eventually, settings_of, until, write_settings
from tests.cloud.stream_entries import stream_entries


def files_of(folder: Path) -> list[Path]:
    return sorted((folder / "log").glob("gateway-1.*.log"))


# ---- another hand in the log -----------------------------------------------------------------


async def test_a_log_that_is_emptied_under_the_relay_goes_on(rig: RelayRig) -> None:
    await rig.start_relay()
    numbers = await rig.write(5, "M001", "M002")
    await rig.until_published(numbers, "M001", "M002")
    os.truncate(files_of(rig.folder)[0], 0)
    for _ in range(4):
        numbers += await rig.write(4, "M001", "M003")
    await rig.until_published(numbers, "M001", "M002", "M003")


async def test_a_log_that_was_cut_while_no_relay_ran_is_read_again_without_repeating(
    rig: RelayRig,
) -> None:
    await rig.start_relay()
    numbers = await rig.write(8, "M001", "M002")
    await rig.until_published(numbers, "M001", "M002")
    await rig.stop_relay()
    path = files_of(rig.folder)[0]
    lines = path.read_bytes().splitlines(keepends=True)
    os.truncate(path, sum(map(len, lines[:6])))
    # More than was cut off: its length alone does not tell that it is another log.
    numbers += await rig.write(20, "M001", "M002")
    await rig.start_relay()
    await rig.until_published(numbers, "M001", "M002")


async def test_a_relay_that_dies_while_it_reads_again_repeats_nothing(rig: RelayRig) -> None:
    await rig.start_relay()
    numbers = await rig.write(400, "M001")
    await rig.until_published(numbers)
    await rig.stop_relay()
    path = files_of(rig.folder)[0]
    lines = path.read_bytes().splitlines(keepends=True)
    os.truncate(path, sum(map(len, lines[:300])))
    numbers += await rig.write(3)
    for _ in range(3):
        relay = Process(rig.folder, "relay")
        await asyncio.sleep(0.4)
        relay.kill()
    await rig.start_relay()
    await rig.until_published(numbers)


async def test_another_log_under_the_same_name_is_published_whole(rig: RelayRig) -> None:
    await rig.start_relay()
    numbers = await rig.write(9)
    await rig.until_published(numbers)
    await rig.stop_relay()
    rig.log.close()
    shutil.rmtree(rig.folder / "log")
    rig.log = TransactionLog(rig.folder / "log", "gateway-1", 1500, till_keys)
    numbers += await rig.write(20)
    await rig.start_relay()
    await rig.until_published(numbers)


async def test_a_folder_that_is_taken_away_and_put_back_loses_nothing(rig: RelayRig) -> None:
    await rig.start_relay()
    numbers = await rig.write(3)
    await rig.until_published(numbers)
    folder, away = rig.folder / "log", rig.folder / "away"
    folder.rename(away)
    numbers += await rig.write(2)  # into the files that are open
    await asyncio.sleep(1.2)
    away.rename(folder)
    numbers += await rig.write(3)
    await rig.until_published(numbers)
    await asyncio.sleep(1.1)
    numbers += await rig.write(3)
    await rig.until_published(numbers)


async def test_a_file_that_was_gone_is_told_of_when_it_returns(
    tmp_path: Path, redis_server: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_publisher, "_MISSING_S", 0.5)
    monkeypatch.setattr(log_publisher, "_RECENT_S", 0.5)
    rig = RelayRig(tmp_path, redis_server, rotate_bytes=1000)
    numbers = [await rig.write(1, "M001", "M002") for _ in range(12)]
    gone = files_of(tmp_path)[2]
    away = tmp_path / gone.name
    there = gone.read_text()
    gone.rename(away)
    await rig.start_relay()
    rest = [number for pair in numbers for number in pair if number not in there]
    assert 0 < len(rest) < 24
    await rig.until_published(rest, "M001", "M002")
    away.rename(gone)
    await rig.until_published([number for pair in numbers for number in pair], "M001", "M002")
    await rig.stop_relay()
    rig.log.close()


async def test_what_lay_in_a_file_that_nobody_needs_any_more_is_not_waited_for(
    tmp_path: Path, redis_server: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_publisher, "_MISSING_S", 3600.0)
    rig = RelayRig(tmp_path, redis_server, rotate_bytes=1000)
    await rig.start_relay()
    numbers = [number for _ in range(8) for number in await rig.write(1, "M001")]
    await rig.until_published(numbers)
    await rig.stop_relay()
    for path in files_of(tmp_path)[:-1]:
        path.unlink()
    await rig.start_relay()
    numbers += await rig.write(1, "M002")
    await rig.until_published(numbers, "M001", "M002")
    await rig.stop_relay()
    rig.log.close()


async def test_a_file_whose_first_line_comes_later_than_its_name_is_not_overlooked(
    rig: RelayRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_LOOK_S", 1e9)
    await rig.start_relay()
    await rig.until_published(await rig.write(1))
    other = TransactionLog(rig.folder / "elsewhere", "gateway-2", 1 << 20, till_keys)
    line = entry()
    await other.append(line)
    other.close()
    made = rig.folder / "log" / "gateway-2.000001.log"
    with made.open("wb", buffering=0) as file:
        await asyncio.sleep(0.3)
        head, *rest = (rig.folder / "elsewhere" / made.name).read_bytes().splitlines(True)
        file.write(head)
        file.write(b"".join(rest))

    async def is_told() -> bool:
        return line.order_no in await rig.published()

    await eventually(is_told)


async def test_what_is_no_log_keeps_no_log_from_its_tills(
    rig: RelayRig, caplog: pytest.LogCaptureFixture
) -> None:
    folder = rig.folder / "log"
    (folder / "a.000001.log").mkdir()
    (folder / "gateway-1.\u00b2.log").touch()
    (folder / "b.000001.log").write_bytes(b"rubbish\n")
    (rig.folder / "b.quarantine").mkdir()
    numbers = await rig.write(2)
    shutil.copy(files_of(rig.folder)[0], folder / "gateway-1-old.000001.log")
    await rig.start_relay()
    numbers += await rig.write(2, "M001", "M002")
    await rig.until_published(numbers, "M001", "M002")
    assert "under another name; it is not read" in caplog.text
    assert "b waits" in caplog.text


async def test_a_relay_without_a_log_is_at_rest(
    tmp_path: Path, redis_server: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_settings(tmp_path, redis=redis_server.port)
    rounds: list[float] = []
    whole = server.Relay._round

    def counted(self: server.Relay, changes: FolderChanges) -> None:
        rounds.append(0)
        whole(self, changes)

    monkeypatch.setattr(server.Relay, "_round", counted)
    place = redis_address(redis_server.url)
    relay = server.Relay(settings_of(tmp_path), tmp_path, lambda: connect(place), lambda: None)
    thread = threading.Thread(target=relay.run)
    thread.start()
    await asyncio.sleep(1.2)
    relay.stop()
    await asyncio.to_thread(thread.join)
    assert 1 <= len(rounds) < 20


# ---- Redis -----------------------------------------------------------------------------------


async def test_a_redis_that_was_away_is_told_all_that_happened_meanwhile(rig: RelayRig) -> None:
    await rig.start_relay()
    numbers = await rig.write(2)
    await rig.until_published(numbers)
    rig.server.kill()
    for _ in range(30):
        numbers += await rig.write(20, "M001", "M002")
    await asyncio.to_thread(rig.server.start)
    await rig.until_published(numbers, "M001", "M002")


async def test_a_redis_that_lost_everything_gets_it_all_again(rig: RelayRig) -> None:
    await rig.start_relay()
    numbers = await rig.write(6, "M001", "M002")
    await rig.until_published(numbers, "M001", "M002")
    async with redis.asyncio.Redis(port=rig.server.port) as client:
        await client.flushall()
        await client.function_flush()
        numbers += await rig.write(1)
        await rig.until_published(numbers, "M001", "M002")
        assert any(LIBRARY_NAME.encode() in part for part in (await client.function_list())[0])


async def test_a_stream_that_cannot_be_added_to_keeps_nobody_else_waiting(rig: RelayRig) -> None:
    async with redis.asyncio.Redis(port=rig.server.port) as client:
        await client.set(stream_name("M002", "01"), "something else")
    await rig.start_relay()
    numbers = await rig.write(3)
    await rig.write(2, "M002")
    numbers += await rig.write(3, "M001", "M003")
    numbers = [n for n in numbers if n not in await published_in_quarantine(rig)]
    await rig.until_published(numbers, "M001", "M003")
    assert len(rig.set_aside()) == 2
    assert "something else under the stream's name" in rig.set_aside()[0].why


async def published_in_quarantine(rig: RelayRig) -> str:
    return str([base64.b64decode(line.line_base64) for line in rig.set_aside()])


async def test_a_checkpoint_that_was_taken_away_repeats_nothing(rig: RelayRig) -> None:
    await rig.start_relay()
    numbers = await rig.write(40, "M001", "M002")
    await rig.until_published(numbers, "M001", "M002")
    async with redis.asyncio.Redis(port=rig.server.port) as client:
        await client.delete(checkpoint_name(bucket_of("M001"), "gateway-1"))
    numbers += await rig.write(2, "M001", "M002")
    await rig.until_published(numbers, "M001", "M002")


async def test_a_lease_that_cannot_be_read_stops_its_own_log_only(
    tmp_path: Path, redis_server: Redis
) -> None:
    rig = RelayRig(tmp_path, redis_server)
    other = TransactionLog(tmp_path / "log", "gateway-2", 1 << 20, till_keys)
    async with redis.asyncio.Redis(port=rig.server.port) as client:
        await client.lpush(lease_name("gateway-2"), "x")
    await other.append(entry())
    await rig.start_relay()
    await rig.until_published(await rig.write(2))
    await rig.stop_relay()
    for log in (rig.log, other):
        log.close()


async def test_what_a_till_has_is_cleared_away_after_a_while(rig: RelayRig) -> None:
    stream = stream_name("M001", "01")
    async with redis.asyncio.Redis(port=rig.server.port) as client:
        now = int(time.time() * 1000)
        hour = 3600 * 1000
        for age, count in ((5 * hour, 300), (4 * hour, 120), (hour, 120)):
            for number in range(count):
                await client.xadd(stream, {"m": "x" * 100}, id=f"{now - age}-{number}")
        await rig.start_relay()
        at = datetime.now(UTC)
        note = AcknowledgementNote(merchant="M001", till="01", upto=f"{now - hour}-7", logged_at=at)
        await rig.log.append(note)
        first = await eventually(lambda: first_after(client, stream, now - 5 * hour))
        assert first < now - 3 * hour  # what is not two hours older than that stays
        numbers = await rig.write(1)

        async def has_come() -> bool:
            ((_, fields),) = stream_entries(await client.xrevrange(stream, count=1))
            return numbers[0].encode() in fields[b"m"]

        await eventually(has_come)
    assert not rig.set_aside()


async def first_after(client: redis.asyncio.Redis, stream: str, ms: int) -> int | None:
    """When the first entry was made, once all up to a moment are gone."""
    ((entry_id, _),) = stream_entries(await client.xrange(stream, count=1))
    first = int(entry_id.split(b"-")[0])
    return first if first > ms else None


# ---- several relays, several folders ---------------------------------------------------------


async def test_when_the_relay_is_killed_another_takes_over_within_five_seconds(
    rig: RelayRig,
) -> None:
    working = await asyncio.to_thread(Process(rig.folder, "relay").ready)
    numbers = await rig.write(1)
    await rig.until_published(numbers)
    waiting = await asyncio.to_thread(Process(rig.folder, "relay").ready)
    try:
        async with redis.asyncio.Redis(port=rig.server.port) as client:
            owner = await client.get(lease_name("gateway-1"))
            assert 0 < await client.pttl(lease_name("gateway-1")) / 1000 + STAND_BY_S < 5
            working.kill()
            numbers += await rig.write(2, "M001", "M002")
            await rig.until_published(numbers, "M001", "M002")
            assert await client.get(lease_name("gateway-1")) != owner
    finally:
        waiting.end()


async def test_a_relay_that_ends_in_order_leaves_its_log_at_once(rig: RelayRig) -> None:
    working = await asyncio.to_thread(Process(rig.folder, "relay").ready)
    await rig.write(1)
    assert working.end() == 0
    async with redis.asyncio.Redis(port=rig.server.port) as client:
        assert await client.get(lease_name("gateway-1")) is None


async def test_a_relay_that_slept_longer_than_its_lease_repeats_nothing(rig: RelayRig) -> None:
    asleep = await asyncio.to_thread(Process(rig.folder, "relay").ready)
    numbers = await rig.write(1)
    await rig.until_published(numbers)
    other = await asyncio.to_thread(Process(rig.folder, "relay").ready)
    os.kill(asleep.pid, signal.SIGSTOP)
    numbers += await rig.write(5, "M001", "M002")
    await rig.until_published(numbers, "M001", "M002")
    os.kill(asleep.pid, signal.SIGCONT)
    for _ in range(5):
        numbers += await rig.write(2, "M001", "M002")
        await asyncio.sleep(0.1)
    await rig.until_published(numbers, "M001", "M002")
    assert asleep.end() == 0
    assert other.end() == 0


async def test_a_redis_whose_clock_was_set_back_is_published_to_all_the_same(rig: RelayRig) -> None:
    async with redis.asyncio.Redis(port=rig.server.port) as client:
        later = int((time.time() + 3600) * 1_000_000)
        await client.set(f"relay:{{b{bucket_of('M001')}}}:fence:gateway-1", later)
    await rig.start_relay()
    await rig.until_published(await rig.write(2))


async def test_the_logs_of_several_folders_are_watched_and_a_name_counts_once(
    tmp_path: Path, redis_server: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    rig = RelayRig(tmp_path, redis_server)
    toml = tmp_path / "cloud.toml"
    toml.write_text(toml.read_text().replace("[relay]", '[relay]\nlogs = ["log", "far", "same"]'))
    far = TransactionLog(tmp_path / "far", "gateway-2", 1 << 20, till_keys)
    same = TransactionLog(tmp_path / "same", "gateway-1", 1 << 20, till_keys)
    await rig.start_relay()
    numbers = await rig.write(2)
    near, rig.log = rig.log, far
    numbers += await rig.write(3, "M001", "M002")
    await rig.until_published(numbers, "M001", "M002")
    assert "give every gateway worker a name of its own" in caplog.text
    await rig.stop_relay()
    for log in (near, far, same):
        log.close()


async def test_where_the_system_tells_of_no_changes_the_log_is_looked_at(
    rig: RelayRig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(file_watcher, "_silent_kind", lambda _folder: "nfs4")
    await rig.start_relay()
    assert "is on nfs4, which does not tell" in caplog.text
    await rig.until_published(await rig.write(2))


def test_a_folder_of_this_machine_is_not_taken_for_another_machines(tmp_path: Path) -> None:
    assert file_watcher._silent_kind(tmp_path) is None
    assert file_watcher._silent_kind(Path("/proc")) is None


def test_a_relay_of_a_cluster_that_is_away_waits_for_it(tmp_path: Path) -> None:
    write_settings(tmp_path, redis=1)
    toml = tmp_path / "cloud.toml"
    toml.write_text(
        toml.read_text().replace("redis://127.0.0.1:1/0", "redis+cluster://127.0.0.1:1")
    )
    relay = Process(tmp_path, "relay")
    try:
        until(lambda: "publishing waits" in (tmp_path / "relay.stderr").read_text())
        assert "Traceback" not in (tmp_path / "relay.stderr").read_text()
    finally:
        assert relay.end() == 0


def test_a_relay_whose_user_may_not_load_functions_says_what_to_do(
    tmp_path: Path, redis_server: Redis
) -> None:
    import redis as redis_py

    with redis_py.Redis.from_url(redis_server.url) as client:
        client.acl_setuser("relay", enabled=True, passwords=["+x"], keys=["*"], commands=["+fcall"])
    write_settings(tmp_path, redis=redis_server.port)
    toml = tmp_path / "cloud.toml"
    toml.write_text(toml.read_text().replace("redis://", "redis://relay:x@"))
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "gateway-1.000001.log").touch()
    relay = Process(tmp_path, "relay")
    said = tmp_path / "relay.stderr"
    try:
        deadline = time.monotonic() + 60
        while "pos-tui enrol --everywhere" not in said.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        relay.kill()
