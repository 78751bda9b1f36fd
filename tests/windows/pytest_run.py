"""The project's own tests on a Windows machine, and what they came to."""

from __future__ import annotations

import re

from tests.windows.machine import WindowsMachine

# What Windows itself has a part in: files, locks, processes, devices, consoles, code pages.
SHORT = (
    "tests/books",
    "tests/settings",
    "tests/tables",
    "tests/till",
    "tests/payments",
    "tests/devices",
    "tests/commands",
    "tests/files",
    "tests/test_windows.py",
    "tests/test_windows_console.py",
)
WORKERS = "2"
LIMIT_S = 3000.0


def run_tests(machine: WindowsMachine, short: bool) -> str:
    """Run them there; the last line of pytest. Raises AssertionError with what failed."""
    chosen = SHORT if short else ("tests",)
    spread = ("-n", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder")
    few = "--hypothesis-profile=few"  # what a property means does not depend on the system
    done = machine.run(
        "-m", "pytest", "-p", "no:cacheprovider", "-rfE", "--tb=short", few, *spread, *chosen,
        seconds=LIMIT_S,
        variables={"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    # pytest writes in the machine's code page what the program writes in UTF-8.
    said = done.written.decode(errors="replace")
    assert done.code == 0, f"{said[-30000:]}\n{done.err[-2000:]}"
    summary = re.findall(r"\d+ passed.*", said)
    return str(summary[-1]) if summary else "no summary"
