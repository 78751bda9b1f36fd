"""The process that watches over the demo's servers: starts them, starts them again, ends them.

It ends them when whoever started it is gone, however it went, from its first moment on.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from pos_tui.cloud.wire.ending import ending_signals, when_stdin_ends
from pos_tui.demo.part import Part
from pos_tui.demo.parts import CloudPlan, parts_of
from pos_tui.demo.process_ties import tie_children
from pos_tui.demo.servers_lock import ServersLock
from pos_tui.standard_streams import open_standard_streams

_LOOK_S = 0.02
_LOOK_AGAIN_S = 0.5
_END_S = 1.0
_LAST_S = 3.0
_MOST_STARTS = 5  # by then what the last demo left is gone: something else is wrong


class ServersState(Struct, frozen=True):
    """A line that the watching process writes: how its servers are.

    `ready`: all serve; `late`: `parts` did not in time; `left`: those of the demo before are still
    there; `fault`: anything else, which the log tells.
    """

    event: Literal["ready", "late", "left", "fault"]
    parts: tuple[str, ...] = ()


def watch(plan: CloudPlan, gone: threading.Event) -> None:
    """Start the servers and start again whichever ends, until `gone` is set; then end them."""
    until = time.monotonic() + plan.ready_s
    folder = Path(plan.folder)
    folder.mkdir(parents=True, exist_ok=True)
    lock = ServersLock(folder)
    if not lock.acquire(plan.ready_s, gone.is_set):
        if not gone.is_set():
            _write(ServersState("left"))
        return
    parts = parts_of(plan, lock.inherited)
    try:
        late = _bring_up(parts, until, gone)
        if gone.is_set():
            return
        if late:
            _write(ServersState("late", late))
            return
        _write(ServersState("ready"))
        while not gone.wait(_LOOK_AGAIN_S):
            for part in parts:
                part.restart_if_ended()
    finally:
        _end(parts)


def _bring_up(parts: Sequence[Part], until: float, gone: threading.Event) -> tuple[str, ...]:
    """Start all of them, the relay when Redis serves; the names of those that do not in time.

    Which end as soon as they are started do not either.
    """
    redis, *others, relay = parts
    is_complete = False
    for part in (redis, *others):
        if gone.is_set():
            return ()
        part.start()
    while not gone.wait(_LOOK_S):
        if not is_complete and redis.is_ready:
            relay.start()
            is_complete = True
        late = tuple(part.name for part in parts if not part.is_ready)
        if not late or time.monotonic() > until:
            return late
        if max(part.starts for part in parts) > _MOST_STARTS:
            return tuple(part.name for part in parts if part.starts > _MOST_STARTS)
        for part in parts:
            part.restart_if_ended()
    return ()


def _end(parts: Sequence[Part]) -> None:
    """Redis last: the relay gives its leases back there."""
    redis, *others = parts
    for part in others:
        part.ask_to_end()
    until = time.monotonic() + _END_S
    for part in others:
        part.end_by(until)
    redis.end(_END_S)


def _write(state: ServersState) -> None:
    print(msgspec.json.encode(state).decode(), flush=True)


def main() -> None:
    """Read the plan from standard input, run the servers until that is closed."""
    open_standard_streams()
    line = sys.stdin.buffer.readline()
    if not line.endswith(b"\n"):
        return  # whoever started this is gone already
    gone = threading.Event()

    def leave() -> None:
        gone.set()
        time.sleep(_LAST_S)
        os._exit(1)  # whatever still keeps this process; the servers are tied to it

    when_stdin_ends(leave)
    with ending_signals(gone.set):
        try:
            tie_children()
            watch(msgspec.json.decode(line, type=CloudPlan), gone)
        except Exception:
            traceback.print_exc()
            _write(ServersState("fault"))
            sys.exit(1)


if __name__ == "__main__":
    main()
