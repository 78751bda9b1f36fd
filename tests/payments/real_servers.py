"""A till in front of real servers: opened, paid at by wallets, and looked at while it is paid."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pos_tui.checkout import events
from tests.cloud_fixture import Cloud
from tests.conftest import Counter
from tests.spoken import spoken

ALIPAY, WECHAT = "28", "13"

_numbers = itertools.count(10**9)


def code(ending: str = "1234", wallet: str = WECHAT) -> str:
    """A payment code not used before; the simulated platform acts by its ending."""
    return f"{wallet}{next(_numbers):012d}{ending}"


def now() -> datetime:
    return datetime.now(UTC)


@contextlib.asynccontextmanager
async def open_till(cloud: Cloud, data: Path) -> AsyncIterator[Counter]:
    """A stocked till of its own, once it has found the servers, which are all up."""
    cloud.all_up()
    counter = Counter(data, cloud.a_till()).stock().open()
    counter.clock = now
    await counter.till.start()
    await counter.until_true(lambda: linked(counter))
    try:
        yield counter
    finally:
        await counter.till.close()
        counter.books.close()


def linked(counter: Counter) -> bool:
    """Whether the till has both the gateway and Redis."""
    links = {event.link: event.ok for event in counter.all(events.LinkChanged)}
    return bool(links.get("gateway") and links.get("redis"))


def words(counter: Counter) -> str:
    """What the payment pane says now."""
    views = counter.all(events.PaymentChanged)
    return spoken(views[-1].view) if views else ""


def states(counter: Counter) -> list[str]:
    return [event.state for event in counter.all(events.PaymentChanged)]


async def until_state(counter: Counter, state: str) -> None:
    await counter.until_true(lambda: state in states(counter))


async def start_sell(settings: Path, data: Path, *scans: str) -> asyncio.subprocess.Process:
    """`pos-tui sell` at the till of this file and folder, just started."""
    words = ("sell", "--settings", str(settings), "--data", str(data), *scans)
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pos_tui", *words, stdout=asyncio.subprocess.PIPE
    )


async def sell(settings: Path, data: Path, *scans: str) -> tuple[int | None, list[dict[str, Any]]]:
    """`pos-tui sell` until it has ended: its exit code and the events that it wrote."""
    process = await start_sell(settings, data, *scans)
    out, _ = await asyncio.wait_for(process.communicate(), 90)
    return process.returncode, [json.loads(line) for line in out.splitlines()]
