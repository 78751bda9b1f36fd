"""wrk, found or fetched, and one run of it: requests made beforehand, every answer looked at."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import debian
from tests.bench.cost import CannotMeasure

_SCRIPT = Path(__file__).with_name("gateway_load.lua")
_TIMEOUT_S = 10


@dataclass(frozen=True)
class Load:
    """What came of one run: answers as wanted a second, and how long all answers took.

    `used`: of so many requests at most, counted from the first, the server has heard.
    """

    rate: float
    p50_ms: float
    p99_ms: float
    good: int
    wrong: int
    said: str
    used: int


class Wrk:
    """The load generator; without it nothing of this can be measured."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._wrk = debian.tool("wrk", folder / "wrk", ["wrk"])

    def run(
        self, port: int, requests: Sequence[bytes], wanted: str, at_once: int, seconds: float
    ) -> Load:
        """Send the requests in their order, so many at once, for so long."""
        file = self._folder / "requests"
        file.write_bytes(b"".join(b"%d\n%s" % (len(request), request) for request in requests))
        command = [
            # A second thread would start while the first is already counting, and gain nothing.
            *(self._wrk.program, "--script", str(_SCRIPT), "--threads", "1"),
            *("--connections", str(at_once), "--duration", f"{round(seconds)}s"),
            *("--timeout", f"{_TIMEOUT_S}s", f"http://127.0.0.1:{port}/"),
            *("--", str(file), wanted),
        ]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=self._wrk.environment,
            timeout=seconds + 3 * _TIMEOUT_S,
        )  # fmt: skip
        lines = [line[2:] for line in done.stdout.splitlines() if line.startswith("@ ")]
        if done.returncode != 0 or not lines:
            raise CannotMeasure(f"wrk has failed: {(done.stderr or done.stdout).strip()[-400:]}")
        answers, took_us, p50_us, p99_us, sent, wrong, lost = map(int, lines[0].split())
        good = answers - wrong
        if not good:
            said = "".join(lines[1:]) or f"none came in {seconds:.0f} s"
            raise CannotMeasure(f"not one answer was as wanted; the last was: {said}")
        return Load(
            rate=good / (took_us / 1e6),
            p50_ms=p50_us / 1e3,
            p99_ms=p99_us / 1e3,
            good=good,
            wrong=wrong + lost,
            said=lines[1] if len(lines) > 1 else "",
            used=sent,
        )
