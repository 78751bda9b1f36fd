"""`python -m tests.windows FOLDER [VERSION…]`: every scene and the tests, and a table of them.

FOLDER keeps Wine and the Pythons from one run to the next. `--short`, for each change, takes the
oldest Python, three scenes and the tests in which Windows has a part, and ends within 8 minutes:
where Wine or the Python is not to be had, where Wine itself does not run, or where the time is over
before something has failed, it says so and is no failure. `--only NAME…` chooses scenes. Ends with
1 when something failed.
"""

from __future__ import annotations

import argparse
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.windows.machine import HERE, OutOfTimeError, WindowsMachine, end_wine
from tests.windows.pytest_run import run_tests
from tests.windows.scenes import FULL_FORM, SCENES, SHORT_FORM

VERSIONS = ("3.11", "3.12", "3.13")
SHORT_S = 480.0
"""Longest that the short form may take as a whole."""
NOT_HERE = 3
"""How `.make/windows.py` ends where Wine is not to be had."""


def main() -> int:
    """Run what was asked for; 1 when something failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.windows", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("versions", nargs="*", metavar="VERSION")
    parser.add_argument("--short", action="store_true", help="for each change: within 8 minutes")
    parser.add_argument("--seconds", type=float, default=SHORT_S, help="the short form's time")
    names = [*SCENES, "tests"]
    parser.add_argument("--only", nargs="+", choices=names, help="these scenes alone")
    options = parser.parse_args()
    versions: Sequence[str] = options.versions or VERSIONS[: 1 if options.short else None]
    until = time.monotonic() + options.seconds if options.short else math.inf
    try:
        made = _set_up(options.folder, versions, until)
        if made == 0:
            return _try_all(options.folder, versions, until, options.only)
    finally:
        end_wine(options.folder)
    return 0 if options.short and made == NOT_HERE else 1


def _set_up(folder: Path, versions: Sequence[str], until: float) -> int:
    """Run `.make/windows.py`; its exit code."""
    command = [sys.executable, ".make/windows.py", str(folder), *versions]
    with subprocess.Popen(command, cwd=HERE, start_new_session=True) as process:
        try:
            return process.wait(None if until == math.inf else until - time.monotonic())
        except subprocess.TimeoutExpired:
            print("NOT TRIED ON WINDOWS: its Python was not set up in the time.", flush=True)
            return NOT_HERE
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def _try_all(folder: Path, versions: Sequence[str], until: float, only: list[str] | None) -> int:
    rows, failed, unknown = [], False, []
    short = until != math.inf
    for version in versions:
        with WindowsMachine(folder, version, until).switched_on() as machine:
            for name, trial in _trials(machine, short, only):
                began = time.monotonic()
                said = _tried(machine, trial)
                failed |= said.startswith("FAILED")
                if said.startswith("NOT FINISHED"):
                    unknown.append(name)
                rows.append(f"{version:6} {name:28} {time.monotonic() - began:6.1f} s  {said}")
                print(rows[-1], flush=True)
    print("\n".join(["", *rows]))
    if unknown:
        print(f"NOT FINISHED ON WINDOWS in the time: {', '.join(unknown)}.")
    return 1 if failed else 0


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
    except OutOfTimeError as error:
        return f"NOT FINISHED in the time: {error}"
    except Exception:  # the other scenes are tried all the same
        traceback.print_exc()
        return "FAILED"
    finally:
        machine.switch_off()


if __name__ == "__main__":
    sys.exit(main())
