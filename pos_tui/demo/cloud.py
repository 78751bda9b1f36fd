"""The embedded cloud: Redis, simulated platform, gateway and relay as processes on loopback.

One process watches over them and ends them when whoever started it is gone, however it went.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

import msgspec

from pos_tui.demo.parts import CloudPlan, parts_of, wait_for_port
from pos_tui.standard_streams import open_standard_streams


class EmbeddedCloud:
    """Starts the watching process at once, and waits for it only when asked to."""

    def __init__(self, plan: CloudPlan) -> None:
        folder = Path(plan.folder)
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / "cloud.log"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "pos_tui.demo.cloud"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(plan) + b"\n")
        self._process.stdin.flush()

    def wait(self) -> None:
        """Wait until every part serves. Raises RuntimeError when one does not come up."""
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != b"ready":
            raise RuntimeError(f"The demo's servers did not start; {self._log} says why.")

    def close(self) -> None:
        """End all of it, and wait until it is gone."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


# ---- the watching process ------------------------------------------------------------------------


def _watch_over(plan: CloudPlan, input_: IO[bytes]) -> None:
    parts = parts_of(plan)
    redis, simulator, gateway, relay = parts
    gone = threading.Event()
    try:
        for part in (redis, simulator, gateway):
            part.start()
        wait_for_port(plan.redis_port)
        relay.start()
        for part in parts:
            part.wait_for_line()
        print("ready", flush=True)

        def wait_for_end() -> None:
            input_.read()
            gone.set()

        threading.Thread(target=wait_for_end, daemon=True).start()
        while not gone.wait(0.5):
            for part in parts:
                part.restart_if_ended()
    finally:
        for part in reversed(parts):
            part.end()


def main() -> None:
    """Read the plan from standard input, run the cloud until that is closed."""
    open_standard_streams()
    input_ = sys.stdin.buffer
    plan = msgspec.json.decode(input_.readline(), type=CloudPlan)
    _watch_over(plan, input_)


if __name__ == "__main__":
    main()
