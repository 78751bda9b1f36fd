"""Telling the gateway which messages the till has: when, how far, and when not."""

import asyncio
from typing import Any

import pytest

from pos_tui.payments.acknowledge import Acknowledger


class Gateway:
    """Notes what it is told; `hears` is whether it answers."""

    def __init__(self):
        self.told = []
        self.hears = True

    async def acknowledge(self, till, upto):
        self.told.append((till, upto))
        return self.hears


class Till:
    """A till's messages, its clock, and whether it is calm."""

    def __init__(self, now=0.0):
        self.gateway: Any = Gateway()
        self.accepted = 0
        self.last_accepted = "0-0"
        self.on_disk = "70-0"
        self.calm = True
        self.now = now
        around: list[Any] = [self.gateway, "01", self, lambda: self.calm, lambda: self.now]
        self.acknowledger = Acknowledger(*around)

    def position(self):
        return self.on_disk

    def accepts(self, count, now=None):
        self.accepted, self.last_accepted = count, f"{count}-0"
        self.now = self.now if now is None else now

    async def look(self):
        return await self.acknowledger.look()


async def test_it_is_told_after_fifty_messages():
    till = Till()
    till.accepts(49)
    assert await till.look() is False
    till.accepts(50)
    assert await till.look() is True
    assert till.gateway.told == [("01", "50-0")]
    assert await till.look() is False
    till.accepts(99)
    assert await till.look() is False
    till.accepts(100)
    assert await till.look() is True


async def test_a_single_message_is_told_after_an_hour():
    till = Till(now=1000.0)
    till.accepts(1, now=4599.0)
    assert not await till.look()
    till.now = 4600.0
    assert await till.look()
    till.accepts(2, now=8199.0)
    assert not await till.look()
    till.now = 8200.0
    assert await till.look()


async def test_nothing_new_is_never_told():
    till = Till()
    till.now = 7200.0
    assert not await till.look()
    assert till.gateway.told == []
    till.accepts(50)
    assert await till.look()
    till.now = 14400.0
    assert not await till.look()


async def test_it_waits_for_a_calm_moment():
    till = Till()
    till.accepts(50)
    till.calm = False
    assert await till.look() is False
    assert till.gateway.told == []
    till.calm = True
    assert await till.look()


async def test_a_gateway_that_did_not_hear_is_told_again_after_five_minutes():
    till = Till()
    till.accepts(50, now=100.0)
    till.gateway.hears = False
    assert await till.look() is False
    till.gateway.hears = True
    till.now = 399.0
    assert await till.look() is False
    till.now = 400.0
    assert await till.look() is True
    assert len(till.gateway.told) == 2


async def test_it_is_never_told_past_what_is_on_disk_nor_past_what_was_read():
    till = Till()
    till.accepts(80)
    assert await till.look()
    till.accepts(130)
    till.on_disk = "900-0"
    assert await till.look()
    assert till.gateway.told == [("01", "70-0"), ("01", "130-0")]


async def test_ids_are_compared_as_numbers():
    till = Till()
    till.accepts(100)
    assert await till.look()
    assert till.gateway.told == [("01", "70-0")]


async def test_while_nothing_is_on_disk_there_is_nothing_to_tell():
    till = Till()
    till.on_disk = "0-0"
    till.accepts(50)
    assert await till.look() is False
    assert till.gateway.told == []


async def test_the_first_look_may_tell_at_once_whatever_the_clock_shows():
    till = Till(now=0.5)
    till.accepts(50)
    assert await till.look()


async def test_it_looks_every_fifteen_seconds_until_it_is_cancelled(monkeypatch):
    till, waited = Till(), []

    async def sleep(seconds):
        waited.append(seconds)
        till.accepts(till.accepted + 50)
        if len(waited) == 3:
            raise asyncio.CancelledError

    monkeypatch.setattr(asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await till.acknowledger.run()
    assert waited == [15.0] * 3
    assert till.gateway.told == [("01", "50-0"), ("01", "70-0")]
