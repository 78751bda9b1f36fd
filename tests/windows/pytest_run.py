"""The project's own tests on a Windows machine, and what they came to."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.windows.machine import OutOfTimeError, WindowsMachine

# The short form has the tests in which a branch for a platform is run (tests/platforms.toml), and
# those of what Windows does its own way though no branch asks for it: paths, folders, locks, keys.
WHOLE = (
    "tests/books/test_books.py",
    "tests/cloud/enrolment/test_users_file.py",
    "tests/cloud/relay/test_file_watcher.py",
    "tests/cloud/test_merchants.py",
    "tests/cloud/wire/test_http_limits.py",
    "tests/cloud/wire/test_serving.py",
    "tests/commands/test_end_requests.py",
    "tests/commands/test_odd_folders.py",
    "tests/commands/test_plain_output.py",
    "tests/devices/printers/test_device_printer.py",
    "tests/devices/printers/test_escpos_jobs.py",
    "tests/devices/printers/test_network_printer.py",
    "tests/devices/printers/test_spooler_printer.py",
    "tests/devices/scanners/test_hid_pos.py",
    "tests/devices/scanners/test_keystrokes.py",
    "tests/devices/scanners/test_raw_input.py",
    "tests/devices/scanners/test_serial.py",
    "tests/devices/voices/test_espeak.py",
    "tests/devices/voices/test_programs.py",
    "tests/devices/voices/test_sapi.py",
    "tests/devices/voices/test_speaker.py",
    "tests/devices/voices/test_tones.py",
    "tests/files/test_owner.py",
    "tests/files/test_replacing.py",
    "tests/settings/test_settings.py",
    "tests/test_terminal_marks.py",
    "tests/test_windows.py",
    "tests/test_windows_console.py",
    "tests/tui/test_terminal_abilities.py",
    "tests/tui/test_terminal_writer.py",
    "tests/tui/test_themes.py",
)
IN_PART: Mapping[str, tuple[str, ...]] = {
    "tests/commands/test_product_command.py": (
        "test_a_name_is_found_by_pinyin_and_no_longer_by_that_of_the_one_before",
    ),
    "tests/customer/test_screen.py": ("test_it_follows_its_terminals_size",),
    "tests/demo/test_demo_cloud.py": (
        "test_windows_alone_has_no_real_redis_to_start",
        "test_nobody_comes_in_to_the_stand_in_without_a_name_or_with_a_wrong_password",
        "test_a_till_reads_at_the_stand_in_and_does_nothing_else",
        "test_the_relay_publishes_at_the_stand_in_and_touches_nothing_else",
        "test_servers_go_with_the_process_that_watches_over_them",
    ),
    "tests/tables/test_workbook.py": ("test_a_workbooks_sheet_is_a_table",),
    "tests/test_standard_streams.py": (
        "test_a_sale_is_written_in_utf_8_whatever_the_machine_writes[encoding0]",
        "test_a_reader_that_left_does_not_make_a_sale_paid",
        "test_bytes_that_are_no_utf_8_are_an_unknown_scan",
    ),
}
"""Every test of these files starts programs of its own, seconds each under Wine; these are run."""
LEFT_OUT: Mapping[str, str] = {
    "tests/cloud/gateway/test_worker_processes.py": "Windows has one worker, and no such signals",
    "tests/devices/scales/test_serial_scale.py": "a scale of the tests' is on a pseudo-terminal",
    "tests/tui/test_terminal.py": "there are no pseudo-terminals on Windows",
    "tests/tui/test_terminals.py": "there are no pseudo-terminals on Windows",
}
"""Files that tests/platforms.toml names and the short form has not, with the reason."""

WORKERS = "2"
LIMIT_S = 3000.0


def short_form() -> tuple[str, ...]:
    """What the short form gives pytest to run."""
    parts = (f"{file}::{test}" for file, tests in IN_PART.items() for test in tests)
    return (*WHOLE, *parts)


def run_tests(machine: WindowsMachine, short: bool) -> str:
    """Run them there; the last line of pytest.

    Raises AssertionError with what failed, OutOfTimeError with what was passed until then.
    """
    chosen = short_form() if short else ("tests",)
    spread = ("-n", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder")
    few = "--hypothesis-profile=few"  # what a property means does not depend on the system
    # One test's limit is for what hangs; where the whole is limited that is enough.
    limit = ("--timeout=0",) if short else ()
    try:
        done = machine.run(
            "-m", "pytest", "-p", "no:cacheprovider", "-v", "-rfE", "--tb=short", few, *limit,
            *spread, *chosen, seconds=LIMIT_S,
            variables={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
    except OutOfTimeError as error:
        raise _cut_off(str(error)) from None
    # pytest writes in the machine's code page what the program writes in UTF-8.
    said = done.written.decode(errors="replace")
    assert done.code == 0, f"{said[-30000:]}\n{done.err[-2000:]}"
    summary = re.findall(r"\d+ passed.*(?= =)", said)
    return str(summary[-1]) if summary else "no summary"


def _cut_off(said: str) -> Exception:
    """What is known of tests that were cut off in the middle."""
    results = re.findall(r"\b(PASSED|FAILED|ERROR) +(tests\S+)", said)
    if failed := sorted({test for result, test in results if result != "PASSED"}):
        return AssertionError("\n".join(["failed, and cut off before it could say why:", *failed]))
    return OutOfTimeError(f"{len(results)} tests had passed")
