"""The demo is killed at any moment: nothing of it is left, and the next one serves.

Linux only: a process is known as one demo's by a mark in its environment, which /proc shows.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from pos_tui.demo.demo_redis import DemoRedis

_MARK = "POS_TUI_TRIAL"
_LEFT_S = 10.0
_SALE_S = 120.0
_MOST = 1.3  # times a whole sale: most kills come while the servers start
_WATCHER = b"pos_tui.demo.watcher"


class Trial(NamedTuple):
    """What came of one kill: how long processes were left (s), and what went wrong; "" nothing."""

    victim: str
    left_s: float
    trouble: str


def demo_kills(count: int, seed: int) -> bool:
    """Kill so many demos, every other one over the stand-in Redis; whether all went well."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "demo shop"
        began = time.monotonic()
        if trouble := _sale(folder, "server", "first"):
            print(trouble)
            return False
        usual_s = time.monotonic() - began
        trials = [_trial(folder, number, usual_s, rng) for number in range(count)]
    for number, trial in enumerate(trials):
        if trial.trouble:
            print(f"kill {number} ({trial.victim}): {trial.trouble}")
    faults = sum(bool(trial.trouble) for trial in trials)
    by_victim = ", ".join(
        f"{victim} {sum(trial.victim == victim for trial in trials)}"
        for victim in sorted({trial.victim for trial in trials})
    )
    longest = max((trial.left_s for trial in trials), default=0.0)
    print(
        f"{count} demos killed ({by_victim}), up to {_MOST * usual_s:.1f} s after their start:"
        f" {faults} faults; the last process was gone after {longest:.2f} s at most",
        flush=True,
    )
    return not faults


def _trial(folder: Path, number: int, usual_s: float, rng: random.Random) -> Trial:
    redis: DemoRedis = "stand_in" if number % 2 else "server"
    mark = f"{os.getpid()}-{number}"
    moment = rng.uniform(0, _MOST * usual_s)
    wanted = rng.choice(("till", "watcher"))
    meets_leftovers = rng.random() < 0.5
    till = _start(folder, redis, mark, ["-"])
    time.sleep(moment)
    watcher = next((pid for pid in _marked(mark) if _WATCHER in _command(pid)), None)
    victim = "watcher" if wanted == "watcher" and watcher else "till"
    pid = watcher if victim == "watcher" and watcher else till.pid
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    killed = time.monotonic()
    # The end of its input: a till that lives has nothing to sell, and ends.
    trouble = "" if _is_over(till) else f"the till did not end after {moment:.2f} s"
    if meets_leftovers:
        trouble = trouble or _sale(folder, redis, f"{mark}-next")
    left_s = _wait_for_none(mark, killed)
    names = [_command(pid).replace(b"\0", b" ").decode() for pid in _marked(mark)]
    if names:
        trouble = trouble or f"left after {moment:.2f} s: {'; '.join(names)}"
        for pid in _marked(mark):
            os.kill(pid, signal.SIGKILL)
    if not meets_leftovers:
        trouble = trouble or _sale(folder, redis, f"{mark}-next")
    return Trial(victim, 0.0 if meets_leftovers and not names else left_s, trouble)


def _sale(folder: Path, redis: DemoRedis, mark: str) -> str:
    """Sell by wallet; what is wrong with it, or "" when Redis told that it is paid."""
    code = f"13{time.time_ns() % 10**12:012d}1234"
    process = _start(folder, redis, mark, ["5449000000996", code])
    try:
        output, _ = process.communicate(timeout=_SALE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return "the next sale did not end"
    told = output.decode()
    if process.returncode or '"payment.paid_by_redis"' not in told:
        return f"the next sale ended with {process.returncode}: {told[-600:]}"
    return ""


def _start(folder: Path, redis: DemoRedis, mark: str, scans: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.campaign.demo_sale", str(folder), redis, *scans],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, _MARK: mark, "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )


def _is_over(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.communicate(timeout=_SALE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return False
    return True


def _wait_for_none(mark: str, since: float) -> float:
    """Wait until no process has this mark, for some seconds at most; how long it took (s)."""
    until = time.monotonic() + _LEFT_S
    while _marked(mark) and time.monotonic() < until:
        time.sleep(0.02)
    return time.monotonic() - since


def _marked(mark: str) -> list[int]:
    """The processes that were started with this mark, themselves or by one that was."""
    wanted = f"{_MARK}={mark}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def _command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
