"""The campaign's tills from outside: their processes, and what they have said."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from tests.campaign.delivery_till import ProcessPlan, Said


class TillProcess:
    """One process of tills: started, told things, killed, and started again on its books."""

    def __init__(
        self, plan: ProcessPlan, place: Path, heard: Callable[[TillProcess, Said], None]
    ) -> None:
        place.mkdir(parents=True)
        self.plan = plan
        self.incarnation = 0
        self.started_ms: list[int] = []
        self._plan_file = place / "plan.json"
        self._plan_file.write_bytes(msgspec.json.encode(plan))
        self._stderr = place / "till.stderr"
        self._said = place / "said.jsonl"
        self._heard = heard
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None

    def start(self) -> None:
        self.incarnation += 1
        self.started_ms.append(time.time_ns() // 1_000_000)
        command = [sys.executable, "-m", "tests.campaign.delivery_till"]
        with self._stderr.open("ab") as stderr:
            self._process = subprocess.Popen(
                [*command, str(self._plan_file), str(self.incarnation)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def tell(self, word: str) -> None:
        assert self._process
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(word.encode() + b"\n")
            self._process.stdin.flush()

    def kill(self) -> None:
        """End it as a power cut would; what it had said is still heard."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._let_go()

    def end(self) -> int:
        """Let it close its books; returns how it ended."""
        assert self._process
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            code = self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._let_go()
        return code

    def last_words(self) -> str:
        """How it ended, and the end of what it wrote about its own troubles."""
        code = self._process.poll() if self._process else None
        return f"({code}) {self._stderr.read_text(errors='replace')[-2000:]}"

    def _let_go(self) -> None:
        assert self._process
        assert self._reader
        self._reader.join(10)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        for line in process.stdout:
            with self._said.open("ab") as said:
                said.write(line)
            with contextlib.suppress(msgspec.MsgspecError):  # a line that the kill cut short
                self._heard(self, msgspec.json.decode(line, type=Said))


class Heard:
    """What all the tills have said so far, from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.lines: list[Said] = []
        self.paid = 0
        self._under_way: dict[str, Said] = {}

    def take(self, said: Said) -> None:
        with self._lock:
            self.lines.append(said)
            if said.event == "order":
                self._under_way[said.till] = said
            elif said.event in ("paid", "failed"):
                self._under_way.pop(said.till, None)
            self.paid += said.event == "paid"

    def under_way(self) -> list[Said]:
        """The orders that have been made and not been settled, one a till at most."""
        with self._lock:
            return list(self._under_way.values())

    def listening(self) -> set[str]:
        """The tills that Redis has told of a payment at least once."""
        with self._lock:
            return {said.till for said in self.lines if said.channel == "redis"}

    def all(self, event: str) -> list[Said]:
        with self._lock:
            return [said for said in self.lines if said.event == event]
