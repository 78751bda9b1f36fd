"""The customer's screen follows a till: newest first, and honest about a till that is not there."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import msgspec
import pytest

from pos_tui.customer.following import Followed, follow
from pos_tui.devices.displays.customer_link import (
    LinkAddress,
    LinkRefused,
    connect_to_till,
    read_address,
    write_address,
)
from pos_tui.devices.displays.line_publisher import LinePublisher
from pos_tui.files.owner import is_owners_only
from pos_tui.receipts.customer_snapshot import CustomerSnapshot, encode_snapshot


class ShownByTill:
    """What a till has to show, and how often it was asked to write it."""

    def __init__(self, folder: Path, every_s: float = 2.0) -> None:
        self.now = CustomerSnapshot(seq=1, state="idle", shop="Corner Market")
        self.composed = 0
        self.publisher = LinePublisher(folder, self._compose, every_s=every_s)

    def show(self, now: CustomerSnapshot) -> None:
        self.now = now
        self.publisher.publish()

    def _compose(self) -> bytes:
        self.composed += 1
        return encode_snapshot(self.now)


async def next_of(followed: AsyncIterator[Followed]) -> Followed:
    return await asyncio.wait_for(anext(followed), 10)


async def test_a_new_screen_gets_what_is_to_be_seen_at_once(tmp_path):
    till = ShownByTill(tmp_path)
    await till.publisher.start()
    async with aclosing(follow(tmp_path)) as followed:
        assert await next_of(followed) == Followed("starting")
        assert await next_of(followed) == Followed("live", till.now)
        till.show(CustomerSnapshot(seq=2, state="scanning", total="3.50"))
        assert await next_of(followed) == Followed("live", till.now)
    await till.publisher.close()


async def test_a_screen_that_is_on_before_the_till_finds_it(tmp_path):
    async with aclosing(follow(tmp_path)) as followed:
        assert await next_of(followed) == Followed("starting")
        coming = asyncio.ensure_future(next_of(followed))
        await asyncio.sleep(0.05)
        till = ShownByTill(tmp_path)
        await till.publisher.start()
        assert await coming == Followed("live", till.now)
    await till.publisher.close()


async def test_nothing_is_written_out_while_nobody_looks(tmp_path):
    till = ShownByTill(tmp_path)
    await till.publisher.start()
    for seq in range(2, 50):
        till.show(CustomerSnapshot(seq=seq))
    assert till.composed == 0
    assert not till.publisher.has_listeners
    await till.publisher.close()


async def test_several_screens_cost_one_line(tmp_path):
    till = ShownByTill(tmp_path)
    await till.publisher.start()
    screens = [follow(tmp_path) for _ in range(3)]
    for screen in screens:
        await next_of(screen)
        assert (await next_of(screen)).snapshot == till.now
    before = till.composed
    till.show(CustomerSnapshot(seq=2, state="paying", total="9.00"))
    for screen in screens:
        assert (await next_of(screen)).snapshot == till.now
    assert till.composed == before + 1
    for screen in screens:
        await screen.aclose()
    await till.publisher.close()


async def test_who_reads_slowly_gets_the_newest_and_no_queue(tmp_path):
    till = ShownByTill(tmp_path)
    await till.publisher.start()
    notices = ("x" * 2000,)
    async with aclosing(follow(tmp_path)) as followed:
        await next_of(followed)
        await next_of(followed)
        for seq in range(2, 600):  # more than any buffer of the system holds
            till.show(CustomerSnapshot(seq=seq, notices=notices))
            await asyncio.sleep(0)
        seen: list[int] = []
        while not seen or seen[-1] != 599:
            shown = (await next_of(followed)).snapshot
            assert shown is not None
            seen.append(shown.seq)
    assert len(seen) < 100
    assert till.composed < 300
    await till.publisher.close()


async def test_a_till_that_stops_is_lost_after_a_while_and_found_again(tmp_path):
    till = ShownByTill(tmp_path)
    await till.publisher.start()
    address = read_address(tmp_path)
    async with aclosing(follow(tmp_path, lost_after_s=0.3)) as followed:
        await next_of(followed)
        await next_of(followed)
        await till.publisher.close()
        assert await next_of(followed) == Followed("lost")
        assert address is not None
        write_address(tmp_path, address)  # as a till that was killed leaves it
        coming = asyncio.ensure_future(next_of(followed))
        await asyncio.sleep(0.05)
        again = ShownByTill(tmp_path)
        again.now = CustomerSnapshot(seq=1, state="scanning", total="2.00")
        await again.publisher.start()
        assert await coming == Followed("live", again.now)
    await again.publisher.close()


async def test_a_quiet_till_that_is_there_is_not_lost(tmp_path):
    till = ShownByTill(tmp_path, every_s=0.05)
    await till.publisher.start()
    async with aclosing(follow(tmp_path, lost_after_s=0.4)) as followed:
        await next_of(followed)
        await next_of(followed)
        quiet = asyncio.ensure_future(anext(followed))
        await asyncio.sleep(1.2)
        assert not quiet.done()
        till.show(CustomerSnapshot(seq=2))
        assert await quiet == Followed("live", till.now)
    await till.publisher.close()


async def test_a_till_that_is_left_says_so_and_is_not_called_lost(tmp_path):
    till = ShownByTill(tmp_path)
    await till.publisher.start()
    async with aclosing(follow(tmp_path, lost_after_s=0.2)) as followed:
        await next_of(followed)
        await next_of(followed)
        till.now = CustomerSnapshot(seq=9, state="closed")
        await till.publisher.close()
        assert await next_of(followed) == Followed("live", till.now)
        assert await next_of(followed) == Followed("closed", till.now)
        waiting = asyncio.ensure_future(anext(followed))
        await asyncio.sleep(0.6)
        assert not waiting.done()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_the_address_is_its_owners_only_and_goes_with_the_till(tmp_path):
    till = ShownByTill(tmp_path)
    await till.publisher.start()
    (file,) = (each for each in tmp_path.iterdir() if each.suffix == ".json")
    assert is_owners_only(file)
    await till.publisher.close()
    assert read_address(tmp_path) is None


async def test_who_does_not_know_the_secret_reads_nothing(tmp_path):
    till = ShownByTill(tmp_path)
    await till.publisher.start()
    address = read_address(tmp_path)
    assert address is not None
    other = tmp_path / "other"
    write_address(other, LinkAddress(address.port, "0" * 64))
    with pytest.raises(LinkRefused):
        await connect_to_till(other)
    reader, writer = await asyncio.open_connection("127.0.0.1", address.port)
    writer.write(b"0" * 32 + b"\n" + b"1" * 64 + b"\n")
    told = await asyncio.wait_for(reader.read(), 10)
    assert b"Corner Market" not in told
    assert address.secret.encode() not in told
    writer.close()
    assert till.composed == 0
    await till.publisher.close()


async def test_a_port_of_somebody_elses_is_not_believed(tmp_path):
    def lie(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonce = os.urandom(16).hex().encode()
        snapshot = CustomerSnapshot(seq=1, state="paying", total="999.00")
        writer.write(nonce + b" " + b"0" * 64 + b"\n" + encode_snapshot(snapshot) + b"\n")

    server = await asyncio.start_server(lie, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    write_address(tmp_path, LinkAddress(port, "s" * 64))
    with pytest.raises(LinkRefused):
        await connect_to_till(tmp_path)
    server.close()


async def test_a_line_that_is_no_snapshot_shows_nothing(tmp_path):
    publisher = LinePublisher(tmp_path, lambda: b'{"seq": "?"}')
    await publisher.start()
    async with aclosing(follow(tmp_path)) as followed:
        assert await next_of(followed) == Followed("starting")
        waiting = asyncio.ensure_future(anext(followed))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    await publisher.close()


def test_a_snapshot_of_a_newer_till_is_still_read():
    newer = b'{"seq":4,"state":"idle","shop":"A","weather":"fine"}'
    assert msgspec.json.decode(newer, type=CustomerSnapshot).shop == "A"
