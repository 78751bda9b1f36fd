"""A program under callgrind: the instructions it takes, which do not depend on the machine's speed.

Valgrind runs one thread at a time and the program some fifty times slower; the count is the same.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.cost import CannotMeasure
from tests.bench.terminal import Program

_TOTALS = re.compile(r"^(?:totals|summary): (\d+)", re.MULTILINE)
_PATIENCE_S = 60.0


def can_count() -> bool:
    """Whether valgrind is installed here."""
    return bool(shutil.which("valgrind") and shutil.which("callgrind_control"))


class CountedProgram:
    """A Python program on a terminal whose own instructions are counted."""

    def __init__(self, words: Sequence[str], environment: dict[str, str], folder: Path) -> None:
        valgrind = shutil.which("valgrind")
        if valgrind is None or not can_count():
            raise CannotMeasure("valgrind is not installed")
        folder.mkdir(parents=True)
        self._out = folder / "callgrind"
        self._dumps = 0
        options = ["--tool=callgrind", "-q", f"--callgrind-out-file={self._out}"]
        command = [valgrind, *options, sys.executable, *words]
        # Without a hash seed of its own each run would have its dictionaries in another order.
        self.program = Program(command, environment | {"PYTHONHASHSEED": "0"})

    def millions(self) -> float:
        """The instructions since it was started or last asked, in millions."""
        asked = subprocess.run(
            ["callgrind_control", "--dump", str(self.program.pid)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if asked.returncode:
            raise CannotMeasure(f"callgrind does not answer: {asked.stderr.strip()}")
        self._dumps += 1
        dump = self._out.with_name(f"{self._out.name}.{self._dumps}")
        until = time.monotonic() + _PATIENCE_S
        while True:
            found = _TOTALS.findall(dump.read_text()) if dump.exists() else []
            if found:
                return int(found[-1]) / 1e6
            if time.monotonic() > until:
                raise CannotMeasure("callgrind wrote no figures")
            time.sleep(0.05)
