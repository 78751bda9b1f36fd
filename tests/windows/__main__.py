"""`python -m tests.windows FOLDER [VERSION…]`: every scene and the tests, and a table of them.

FOLDER keeps Wine and the Pythons from one run to the next. `--short`, for each change, takes the
oldest Python, three scenes and the tests in which Windows has a part; where Wine or the Python is
not to be had, or Wine itself does not run, it says so and is no failure. `--only NAME…` chooses
scenes. Ends with 1 when something failed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.windows.machine import HERE, WindowsMachine
from tests.windows.pytest_run import run_tests
from tests.windows.scenes import FULL_FORM, SCENES, SHORT_FORM

VERSIONS = ("3.11", "3.12", "3.13")
NOT_HERE = 3
"""How `.make/windows.py` ends where Wine is not to be had."""


def main() -> int:
    """Run what was asked for; 1 when something failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.windows", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("versions", nargs="*", metavar="VERSION")
    parser.add_argument("--short", action="store_true", help="for each change: a few minutes")
    names = [*SCENES, "tests"]
    parser.add_argument("--only", nargs="+", choices=names, help="these scenes alone")
    options = parser.parse_args()
    versions = options.versions or VERSIONS[: 1 if options.short else None]
    set_up = [sys.executable, ".make/windows.py", options.folder, *versions]
    made = subprocess.run(set_up, cwd=HERE, check=False)
    if made.returncode:
        return 0 if options.short and made.returncode == NOT_HERE else 1
    rows, good = [], True
    for version in versions:
        machine = WindowsMachine(options.folder, version)
        for name, trial in _trials(machine, options.short, options.only):
            began = time.monotonic()
            said = _tried(machine, trial)
            good &= not said.startswith("FAILED")
            rows.append(f"{version:6} {name:28} {time.monotonic() - began:6.1f} s  {said}")
            print(rows[-1], flush=True)
    print("\n".join(["", *rows]))
    return 0 if good else 1


def _trials(
    machine: WindowsMachine, short: bool, only: list[str] | None
) -> Iterator[tuple[str, Callable[[], str]]]:
    for name, scene in SCENES.items():
        if only and name not in only:
            continue
        if short and not only and name not in SHORT_FORM:
            continue
        if name in FULL_FORM and machine.version not in FULL_FORM[name]:
            continue

        def play(scene: Callable[[WindowsMachine, Path], None] = scene) -> str:
            with tempfile.TemporaryDirectory(prefix="pos-tui-") as folder:
                scene(machine, Path(folder))
            return "ok"

        yield name, play
    if not only or "tests" in only:
        yield "tests", lambda: run_tests(machine, short)


def _tried(machine: WindowsMachine, trial: Callable[[], str]) -> str:
    try:
        return trial()
    except Exception:  # the other scenes are tried all the same
        traceback.print_exc()
        return "FAILED"
    finally:
        machine.switch_off()


if __name__ == "__main__":
    sys.exit(main())
