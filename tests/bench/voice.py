"""The till's voice: from a payment's confirmation until a player has the first sample of it.

The player is a stand-in that says so by a pipe. What it is measured against is that same player,
started with a sound that is ready: what no till can be quicker than.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pos_tui.books import Books
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.checkout import events
from pos_tui.devices.voices.espeak import spoken
from pos_tui.devices.voices.sound import Player
from pos_tui.devices.voices.voice import VoiceError
from pos_tui.messages import stream_name
from pos_tui.payments.listener import Confirmation
from pos_tui.settings import GatewaySettings, TillSettings, VoiceSettings
from pos_tui.till import Till
from tests.bench.cost import CannotMeasure
from tests.bench.table import Row, Target
from tests.bench.workshop import Workshop
from tests.model_gateway import ModelGateway

_FIRST_SAMPLE_MS = 150.0
_CODE, _SENTENCE = "4006381333931", "WeChat Pay, thirty-four yuan eighty"
_FIRST_SENTENCE = f"""
import sys, time
from pos_tui.devices.voices import make_voice
from pos_tui.devices.voices.espeak import spoken
voice = make_voice("espeak", "en", 170)
if sys.argv[1] == "loaded":
    voice.prepare()
began = time.perf_counter()
spoken({_SENTENCE!r}, "en", 170)
print((time.perf_counter() - began) * 1e3)
"""


def measure(workshop: Workshop, payments: int, starts: int) -> list[Row]:
    """Confirm payments one after another; and say a first sentence in a new program each time."""
    try:
        spoken("0", "en", 170)
    except VoiceError as error:
        raise CannotMeasure("espeak-ng is not installed") from error
    folder = workshop.folder / "voice"
    folder.mkdir()
    with _stand_in(folder) as pipe:
        alone = [_alone(pipe) for _ in range(payments)]
        confirmed = asyncio.run(_confirmed(folder, pipe, payments))
        loaded = [_first_sentence("loaded") for _ in range(starts)]
        not_loaded = [_first_sentence("not loaded") for _ in range(starts)]
    worst = statistics.quantiles(confirmed, n=20, method="inclusive")[18]
    return [
        Row("voice", "paid: confirmed until its first sample, p50", "ms", confirmed, alone,
            "the player alone", Target("value", _FIRST_SAMPLE_MS)),
        Row("voice", "paid: confirmed until its first sample, p95", "ms", confirmed, ours=worst,
            target=Target("value", _FIRST_SAMPLE_MS)),
        Row("voice", "the first sentence of a till, its sound made", "ms", loaded, not_loaded,
            "ours, not loaded before", Target("ratio", 1.0)),
    ]  # fmt: skip


@contextlib.contextmanager
def _stand_in(folder: Path) -> Iterator[int]:
    """A player that has nothing to play on, and says by this pipe that it has read a sample."""
    programs, pipe = folder / "programs", folder / "pipe"
    programs.mkdir()
    os.mkfifo(pipe)
    player = programs / "paplay"
    player.write_text(f'#!/bin/sh\nread -r _ < "$1"\necho > "{pipe}"\n')
    player.chmod(0o755)
    path, opened = os.environ["PATH"], os.open(pipe, os.O_RDWR)
    os.environ["PATH"] = f"{programs}:{path}"
    try:
        yield opened
    finally:
        os.environ["PATH"] = path
        os.close(opened)


def _alone(pipe: int) -> float:
    sound = spoken(_SENTENCE, "en", 170)
    began = time.perf_counter()
    Player().play(sound)
    os.read(pipe, 1)
    return (time.perf_counter() - began) * 1e3


async def _confirmed(folder: Path, pipe: int, payments: int) -> list[float]:
    """Milliseconds of each payment, from the relay's message to the player."""
    books = Books(folder / "till")
    rows = [ProductRow("0" + _CODE, "Notebook", 3480)]
    books.write(lambda connection: import_products(connection, rows)).result()
    settings = TillSettings(
        gateway=GatewaySettings(url="http://127.0.0.1:9", key="key"),
        voice=VoiceSettings(kind="espeak"),
    )
    pending, paid = asyncio.Event(), asyncio.Event()

    def hear(event: events.TillEvent) -> None:
        if isinstance(event, events.PaymentChanged) and event.state == "pending":
            pending.set()
        elif isinstance(event, events.ReceiptMade):
            paid.set()

    till = Till(settings, folder / "till", books, hear, lambda: datetime.now(UTC))
    gateway = ModelGateway()
    gateway.next_answer = "pending"
    till._orders._client = gateway
    for service in till._orders._listening():
        service.close()
    till.open()
    await till.start()
    times, stream = [], stream_name("M001", "01")
    try:
        for number in range(payments):
            till.scan(_CODE)
            till.scan(f"13{number:012d}1234")
            await pending.wait()
            order = list(gateway.orders.values())[-1]
            order.pay()
            message = Confirmation(stream, f"{number + 1}-0", order.success(), content=number)
            first_sample = asyncio.create_task(asyncio.to_thread(_when_read, pipe))
            await asyncio.sleep(0)
            assert till._orders._inbox is not None
            began = time.perf_counter()
            till._orders._inbox.accept(message)
            times.append((await first_sample - began) * 1e3)
            await paid.wait()
            paid.clear()
            pending.clear()
    finally:
        await till.close()
        books.close()
    return times


def _when_read(pipe: int) -> float:
    os.read(pipe, 1)
    return time.perf_counter()


def _first_sentence(how: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _FIRST_SENTENCE, how],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise CannotMeasure(done.stderr.strip()[-300:])
    return float(done.stdout)
