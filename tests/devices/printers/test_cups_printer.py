"""A queue of CUPS, behind programs that stand for lp and lpstat."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from pos_tui.devices.printers import PrinterError, make_printer
from pos_tui.devices.printers.cups_printer import CupsPrinter
from pos_tui.devices.printers.printer import PrinterStatus
from pos_tui.settings import PrinterSettings
from tests.spoken import raises, spoken

pytestmark = pytest.mark.posix_only("CUPS is not on Windows")

IDLE = 'echo "printer till is idle.  enabled since Sun 22 Nov 2026"'
STOPPED = 'echo "printer till disabled since Sun 22 Nov 2026 -"; echo "	Unplugged"'
JOB = b"\x1b@Corner Market\n\x1dV\x00"


class Cups:
    """A folder with the two programs of CUPS, and nothing else on the path."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        patch.setenv("PATH", f"{folder}:/usr/bin:/bin")
        self.program("lpstat", IDLE)
        self.program("lp", 'echo "$@" >> "$0.words"; cat >> "$0.job"')

    def program(self, name: str, does: str) -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    @property
    def words(self) -> str:
        return (self.folder / "lp.words").read_text(encoding="utf-8")

    @property
    def job(self) -> bytes:
        found = self.folder / "lp.job"
        return found.read_bytes() if found.exists() else b""


@pytest.fixture
def cups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cups:
    return Cups(tmp_path, monkeypatch)


def test_a_job_goes_to_the_queue_as_it_is_and_counts_as_sent(cups: Cups) -> None:
    printer = make_printer(PrinterSettings(kind="cups", queue="till"))
    assert printer.print(JOB, 42) == "sent"
    assert cups.job == JOB
    assert cups.words == "-d till -o raw -t pos-tui 0042\n"
    printer.pulse(b"\x1bp\x00\x19\xfa")
    assert cups.job.endswith(b"\x1bp\x00\x19\xfa")


def test_a_queue_that_is_stopped_gets_nothing_that_would_come_out_later(cups: Cups) -> None:
    cups.program("lpstat", STOPPED)
    printer = CupsPrinter("till", 5)
    for act in (lambda: printer.print(JOB, 1), lambda: printer.pulse(b"\x1bp\x00\x19\xfa")):
        with pytest.raises(PrinterError) as refused:
            act()
        assert "cupsenable till" in spoken(refused.value)
        assert not refused.value.is_unsure
    assert cups.job == b""
    assert printer.status() == PrinterStatus(True, "unknown", ("off_line",))


def test_what_cups_refuses_is_said_in_its_words(cups: Cups) -> None:
    cups.program("lp", 'echo "lp: The printer or class does not exist." >&2; exit 1')
    with raises(PrinterError, "does not take the job: lp: The printer or class does not exist"):
        CupsPrinter("till", 5).print(JOB, 1)


def test_a_queue_that_hangs_is_unsure(cups: Cups) -> None:
    cups.program("lp", "exec sleep 60")
    with pytest.raises(PrinterError) as refused:
        CupsPrinter("till", 0.3).print(JOB, 1)
    assert refused.value.is_unsure
    assert "in time" in spoken(refused.value)


def test_a_machine_without_cups_is_told_what_to_install(
    cups: Cups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(cups.folder / "empty"))
    with raises(PrinterError, "cups-client"):
        CupsPrinter("till", 5).print(JOB, 1)
