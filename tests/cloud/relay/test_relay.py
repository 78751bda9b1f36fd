"""From the log into the tills' streams: once each, whatever dies on the way."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest
import redis.asyncio

from pos_tui.cloud.relay.connection import connect
from pos_tui.cloud.relay.stream_writer import (
    Batch,
    BatchReply,
    Checkpoint,
    Fenced,
    Post,
    StreamWriter,
    checkpoint_name,
)
from pos_tui.messages import MessageError, bucket_of, encode_log_line, open_success, stream_name
from pos_tui.settings.redis_url import redis_address
from tests.cloud.log_lines import entry
from tests.cloud.relay.rig import MERCHANTS, RelayRig
from tests.cloud.shop import KEY, Process, Redis, eventually, until, write_settings
from tests.cloud.stream_entries import stream_entries


async def test_what_was_logged_before_and_after_the_start_arrives_in_order(rig: RelayRig) -> None:
    numbers = await rig.write(3)
    await rig.start_relay()
    for _ in range(3):
        numbers += await rig.write(1)
    await rig.until_published(numbers)
    assert await rig.published() == numbers


async def test_every_merchant_gets_its_own_and_a_restart_repeats_nothing(rig: RelayRig) -> None:
    assert len({bucket_of(merchant) for merchant in MERCHANTS}) == len(MERCHANTS)
    await rig.start_relay()
    numbers = await rig.write(5, "M001", "M002")
    await rig.until_published(numbers, "M001", "M002")
    await rig.stop_relay()
    later = await rig.write(4, "M002", "M003")
    await rig.start_relay()
    await rig.until_published(numbers + later, *MERCHANTS)


async def test_the_relay_follows_from_file_to_file(tmp_path: Path, redis_server: Redis) -> None:
    rig = RelayRig(tmp_path, redis_server, rotate_bytes=2000)
    await rig.start_relay()
    numbers: list[str] = []
    for _ in range(40):
        numbers += await rig.write(1, "M001", "M002")
    await rig.until_published(numbers, "M001", "M002")
    assert len(list((tmp_path / "log").glob("*.log"))) > 5
    await rig.stop_relay()
    await rig.start_relay()
    await rig.until_published(numbers, "M001", "M002")
    await rig.stop_relay()
    rig.log.close()


async def test_damaged_and_foreign_lines_are_set_aside_once_and_the_rest_goes_on(
    rig: RelayRig,
) -> None:
    first = await rig.write(1)
    path = next((rig.folder / "log").glob("*.log"))
    with path.open("ab") as file:
        line = path.read_bytes().splitlines(keepends=True)[-1]
        file.write(line.replace(b'"amount":4770', b'"amount":9999'))
        file.write(b"\x00\xff rubbish\n")
    await rig.write(1, "M777")
    await rig.start_relay()
    second = await rig.write(1)
    await rig.until_published(first + second)
    assert [line.why.split()[-1] for line in rig.set_aside()] == [
        "messages.wrong_checksum",
        "messages.no_checksum",
        "settings",
    ]
    await rig.stop_relay()
    async with redis.asyncio.Redis(port=rig.server.port) as client:
        await client.flushall()
    await rig.start_relay()
    await rig.until_published(first + second)
    assert len(rig.set_aside()) == 3


async def test_only_what_the_gateway_signed_is_published(
    rig: RelayRig, caplog: pytest.LogCaptureFixture
) -> None:
    """An older gateway's lines are passed over; a lie goes its way, and no till believes it."""
    older, lie = [entry() for _ in range(300)], entry()
    path = next((rig.folder / "log").glob("*.log"))
    first = await rig.write(1)
    with path.open("ab") as file:
        file.writelines(map(encode_log_line, older))
        file.write(encode_log_line(lie, (b"a key that somebody made up",)))
        broken = encode_log_line(entry(), (b"x",))
        file.write(broken.replace(b'"s":"', b'"s":"\\n'))
    await rig.start_relay()
    second = await rig.write(1)
    with caplog.at_level("WARNING"):

        async def is_there() -> bool:
            async with redis.asyncio.Redis(port=rig.server.port) as client:
                found = stream_entries(await client.xrange(stream_name("M001", "01")))
            return second[0].encode() in b"".join(fields[b"m"] for _, fields in found)

        await eventually(is_there)
    async with redis.asyncio.Redis(port=rig.server.port) as client:
        found = stream_entries(await client.xrange(stream_name("M001", "01")))
    believed = []
    for _, fields in found:
        with contextlib.suppress(MessageError):
            believed.append(open_success(fields, KEY.encode()).order_no)
    assert believed == first + second
    assert len(found) == 3
    assert len(rig.set_aside()) == 1
    assert "not signed" in caplog.text


async def test_half_a_line_is_not_published_until_it_is_whole(rig: RelayRig) -> None:
    await rig.start_relay()
    first = await rig.write(1)
    await rig.until_published(first)
    path = next((rig.folder / "log").glob("*.log"))
    line = path.read_bytes().splitlines(keepends=True)[-1]
    with path.open("ab", buffering=0) as file:
        file.write(line[:40])
        other = await asyncio.to_thread(Process(rig.folder, "relay").ready)
        assert await rig.published() == first
        file.write(line[40:])
    await rig.until_published(first * 2)
    other.kill()


async def test_a_redis_that_was_wound_back_is_filled_again(rig: RelayRig) -> None:
    await rig.start_relay()
    numbers = await rig.write(3)
    await rig.until_published(numbers)
    name = checkpoint_name(bucket_of("M001"), "gateway-1")
    async with redis.asyncio.Redis(port=rig.server.port) as client:
        kept, stream = await client.get(name), stream_name("M001", "01")
        numbers += await rig.write(3)
        await rig.until_published(numbers)
        ids = [entry_id for entry_id, _ in stream_entries(await client.xrange(stream))]
        assert kept is not None
        async with client.pipeline() as winding_back:
            winding_back.set(name, kept)
            winding_back.xdel(stream, *ids[3:])
            await winding_back.execute()
    # Nothing new is sold: the relay notices by itself.
    await rig.until_published(numbers)


async def test_two_relays_publish_everything_once(rig: RelayRig) -> None:
    await rig.start_relay()
    other = await asyncio.to_thread(Process(rig.folder, "relay").ready)
    numbers: list[str] = []
    for _ in range(20):
        numbers += await rig.write(3, "M001", "M002")
    await rig.until_published(numbers, "M001", "M002")
    assert other.end() == 0


async def test_a_relay_and_a_redis_killed_again_and_again_lose_and_repeat_nothing(
    rig: RelayRig,
) -> None:
    relay = await asyncio.to_thread(Process(rig.folder, "relay").ready)
    assert relay.said == {"event": "watching", "what": "relay"}
    numbers: list[str] = []

    async def sell() -> None:
        for _ in range(60):
            numbers.extend(await rig.write(2, "M001", "M002"))
            await asyncio.sleep(0.03)

    selling = asyncio.create_task(sell())
    for turn in range(3):
        await asyncio.sleep(0.3)
        relay.kill()
        if turn == 1:
            rig.server.kill()
            await asyncio.to_thread(rig.server.start)
        relay = await asyncio.to_thread(Process(rig.folder, "relay").ready)
    rig.server.kill()
    await asyncio.to_thread(rig.server.start)
    await selling
    await rig.until_published(numbers, "M001", "M002")
    relay.kill()


def test_a_call_whose_answer_was_lost_is_not_done_twice(redis_server: Redis) -> None:
    from pos_tui.messages import seal_success, success_of

    stream = stream_name("M001", "01")
    posts = [Post(stream, seal_success(success_of(entry()), b"k"))]
    bucket = bucket_of("M001")
    done, later = Checkpoint(100), Checkpoint(200)
    with connect(redis_address(redis_server.url)) as client:
        publisher = StreamWriter(client, "w", 7)
        for seen, wanted in (("0", done), ("0", done), (Checkpoint(50).encode(), later)):
            assert publisher.publish(1, [Batch(bucket, seen, wanted, posts)]) == [
                BatchReply(done.encode())
            ]
        assert client.xlen(stream) == 1


def test_a_relay_with_an_older_token_publishes_nothing_more(redis_server: Redis) -> None:
    bucket = bucket_of("M001")
    post = Post(stream_name("M001", "01"), {"m": b"m", "s": b"5"})
    with connect(redis_address(redis_server.url)) as client:
        old, new = StreamWriter(client, "w", 7), StreamWriter(client, "w", 7)
        assert old.claim([bucket], 5) == {bucket: "0"}
        assert new.claim([bucket], 6) == {bucket: "0"}
        with pytest.raises(Fenced):
            old.publish(5, [Batch(bucket, "0", Checkpoint(1), [post])])
        with pytest.raises(Fenced):
            old.claim([bucket], 5)
        assert client.xlen(post.stream) == 0
        assert new.publish(6, [Batch(bucket, "0", Checkpoint(1), [post])]) == [BatchReply("1 0 -")]
        assert client.xlen(post.stream) == 1


def test_old_messages_go_with_time(redis_server: Redis) -> None:
    stream = stream_name("M001", "01")
    post = Post(stream, {"m": b"m", "s": b"5"})
    with connect(redis_address(redis_server.url)) as client:
        for number in range(1, 301):
            client.xadd(stream, {"m": "old"}, id=f"{number}-0")
        StreamWriter(client, "w", 7).publish(
            1, [Batch(bucket_of("M001"), "0", Checkpoint(1), [post])]
        )
        assert client.xlen(stream) < 300


def test_the_log_folder_may_be_empty_at_the_start(tmp_path: Path, redis_server: Redis) -> None:
    write_settings(tmp_path, redis=redis_server.port)
    relay = Process(tmp_path, "relay").ready()
    until((tmp_path / "log").is_dir)
    assert relay.end() == 0
