"""The project's own tests on a Windows machine, and what they came to."""

from __future__ import annotations

import re

from tests.windows.machine import WindowsMachine

# What Windows itself has a part in: files, locks, processes, devices, consoles, code pages.
SHORT = (
    "tests/books",
    "tests/commands/test_end_requests.py",
    "tests/commands/test_language.py",
    "tests/commands/test_odd_folders.py",
    "tests/commands/test_offer_commands.py",
    "tests/commands/test_plain_output.py",
    "tests/commands/test_setup.py",
    "tests/demo",
    "tests/devices",
    "tests/files",
    "tests/settings",
    "tests/till",
    "tests/test_standard_streams.py",
    "tests/test_windows.py",
    "tests/test_windows_console.py",
)
WORKERS = "2"
LIMIT_S, SHORT_LIMIT_S = 3000.0, 1200.0


def run_tests(machine: WindowsMachine, short: bool) -> str:
    """Run them there; the last line of pytest. Raises AssertionError with what failed."""
    chosen = SHORT if short else ("tests",)
    spread = ("-n", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder")
    few = "--hypothesis-profile=few"  # what a property means does not depend on the system
    done = machine.run(
        "-m", "pytest", "-p", "no:cacheprovider", "-rfE", "--tb=short", few, *spread, *chosen,
        seconds=SHORT_LIMIT_S if short else LIMIT_S,
        variables={"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    # pytest writes in the machine's code page what the program writes in UTF-8.
    said = done.written.decode(errors="replace")
    assert done.code == 0, f"{said[-30000:]}\n{done.err[-2000:]}"
    summary = re.findall(r"\d+ passed.*", said)
    return str(summary[-1]) if summary else "no summary"
