"""How many entries a second one relay takes in, and what it costs while nothing happens."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pos_tui.messages import encode_log_line, seal_success, success_of
from tests.bench.cost import CannotMeasure
from tests.bench.peers.push_raw import command
from tests.bench.relay_parts import KEY, Log, Server, entry, relay, server, tills

_TILLS = 1024
_BATCH = 256
_LOOK_S = 0.02
_STALLED_S = 30.0
_KEEP_MS = 7 * 24 * 3600 * 1000
_SETTLE_S = 35.0  # a relay looks closely after what it published half a minute ago


@dataclass(frozen=True)
class Rate:
    """Entries a second once the first is there, and the relay's processor time for each in µs."""

    per_s: float
    cpu_us: float


def write_log(path: Path, lines: int) -> list[bytes]:
    """A log of so many paid orders; the same as the commands that put them into the streams."""
    log, commands = Log(path), []
    places = tills(_TILLS)
    for start in range(0, lines, _TILLS):
        entries = [entry(till) for till in places[: lines - start]]
        log.append(b"".join(encode_log_line(paid) for paid in entries))
        for till, paid in zip(places, entries, strict=False):
            fields = seal_success(success_of(paid), KEY.encode())
            least = b"%d" % (time.time() * 1000 - _KEEP_MS)
            words = (b"XADD", till.stream.encode(), b"MINID", b"~", least, b"*")
            commands.append(command(*words, b"m", fields["m"], b"s", fields["s"]))
    log.close()
    return commands


def through_relay(folder: Path, data: Path, lines: int) -> Rate:
    """A relay that finds all the lines there, over an empty Redis."""
    folder.mkdir()
    with server(folder / "redis") as redis_at:
        redis_at.let_relay_in()
        with relay(folder, data, redis_at) as process:
            began, seen, moved, before = 0.0, 0, time.monotonic(), 0
            cpu = process.cpu_s()
            while seen < lines:
                time.sleep(_LOOK_S)
                count, now = redis_at.entries_added(), time.monotonic()
                if count != seen:
                    moved = now
                if count and not began:
                    began, before, cpu = now, count, process.cpu_s()
                seen = count
                if now - moved > _STALLED_S:
                    raise CannotMeasure(f"the relay has stopped after {seen} of {lines} lines")
            took, cpu = time.monotonic() - began, process.cpu_s() - cpu
        there = _length(redis_at)
    if there != lines:
        raise CannotMeasure(f"of {lines} lines {there} are in the streams")
    return Rate((lines - before) / took, cpu * 1e6 / (lines - before))


def into_redis(folder: Path, commands: Sequence[bytes]) -> float:
    """The same entries a second where nothing reads, checks or signs: as fast as Redis goes."""
    folder.mkdir()
    parts = [
        (b"".join(commands[start : start + _BATCH]), len(commands[start : start + _BATCH]))
        for start in range(0, len(commands), _BATCH)
    ]
    with (
        server(folder / "redis") as redis_at,
        socket.create_connection(("127.0.0.1", redis_at.port)) as wire,
    ):
        began, due = time.monotonic(), 0
        for part, size in parts:
            wire.sendall(part)
            # One part is on its way while the one before is worked on.
            due = _take(wire, due)
            due += 2 * size
        _take(wire, due)
        took = time.monotonic() - began
        there = _length(redis_at)
    if there != len(commands):
        raise CannotMeasure(f"of {len(commands)} entries {there} are in the streams")
    return len(commands) / took


def _take(wire: socket.socket, line_ends: int) -> int:
    while line_ends > 0:
        line_ends -= wire.recv(65536).count(b"\r\n")
    return line_ends


def _length(redis_at: Server) -> int:
    with redis_at.client.pipeline(transaction=False) as pipeline:
        for till in tills(_TILLS):
            pipeline.xlen(till.stream)
        return sum(pipeline.execute())


def idle(folder: Path, logs: Sequence[int], seconds: float) -> dict[int, float]:
    """The share of a processor, in %, that relays of so many quiet logs use, side by side."""
    folder.mkdir()
    with contextlib.ExitStack() as running:
        redis_at = running.enter_context(server(folder / "redis"))
        redis_at.let_relay_in()
        relays = {}
        for count in logs:
            home = folder / f"{count}-logs"
            for number in range(count):
                log = Log(home / "log" / f"of-{count}-{number + 1:03}.000001.log")
                log.append(b"".join(encode_log_line(entry(till)) for till in tills(3)))
                log.close()
            relays[count] = running.enter_context(relay(home, home, redis_at))
        for process in relays.values():
            process.hear(within=60)
        time.sleep(_SETTLE_S)
        before = {count: process.cpu_s() for count, process in relays.items()}
        began = time.monotonic()
        time.sleep(seconds)
        took = time.monotonic() - began
        return {
            count: (process.cpu_s() - before[count]) / took * 100
            for count, process in relays.items()
        }
