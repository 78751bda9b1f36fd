"""A printer of Windows by its driver's queue: what its spooler is told, and what its bits mean."""

from __future__ import annotations

import ctypes
import struct
from dataclasses import dataclass, field

import pytest

from pos_tui.devices.printers import PrinterError, make_printer
from pos_tui.devices.printers.printer import PrinterStatus
from pos_tui.devices.printers.spooler_printer import SpoolerPrinter, spooler_troubles
from pos_tui.devices.printers.windows_spooler import DocInfo, status_in
from pos_tui.settings import PrinterSettings
from tests.spoken import raises, spoken

JOB = bytes(range(256)) * 4


@dataclass
class Spooler:
    """What Windows' spooler does, as far as it is used."""

    bits: tuple[int, int] = (0, 0)
    takes: int = 100
    breaks_after: int = 10_000
    calls: list[str] = field(default_factory=list)
    got: bytes = b""

    def __call__(self, queue: str) -> Spooler:
        if queue != "Receipts":
            raise OSError(1801, "The printer name is invalid.")
        self.calls.append("open")
        return self

    def begin(self, title: str) -> None:
        self.calls.append(f"begin {title}")

    def write(self, data: bytes) -> int:
        if len(self.got) >= self.breaks_after:
            raise OSError(1722, "The RPC server is unavailable.")
        self.got += data[: self.takes]
        return len(data[: self.takes])

    def end(self) -> None:
        self.calls.append("end")

    def abort(self) -> None:
        self.calls.append("abort")

    def status(self) -> tuple[int, int]:
        return self.bits

    def close(self) -> None:
        self.calls.append("close")


def test_a_job_goes_whole_in_as_many_writes_as_it_takes() -> None:
    spooler = Spooler()
    assert SpoolerPrinter("Receipts", spooler).print(JOB, 42) == "sent"
    assert spooler.got == JOB
    assert spooler.calls == ["open", "close", "open", "begin pos-tui 0042", "end", "close"]


@pytest.mark.parametrize(
    ("status", "attributes", "troubles"),
    [
        (0, 0, ()),
        (0x400, 0, ()),  # it prints
        (0x10, 0, ("out_of_paper",)),
        (0x40, 0, ("out_of_paper",)),
        (0x400000, 0, ("cover_open",)),
        (0x8, 0, ("cutter",)),
        (0x2, 0, ("error",)),
        (0x100000, 0, ("error",)),
        (0x80, 0, ("off_line",)),
        (0x1, 0, ("off_line",)),
        (0, 0x400, ("off_line",)),
        (0x400090, 0, ("cover_open", "out_of_paper", "off_line")),
    ],
)
def test_the_bits_of_windows_name_the_trouble(status, attributes, troubles):
    assert spooler_troubles(status, attributes) == troubles
    printer = SpoolerPrinter("Receipts", Spooler((status, attributes)))
    assert printer.status() == PrinterStatus(True, "unknown", troubles)


def test_a_printer_in_trouble_gets_nothing_that_would_come_out_later() -> None:
    spooler = Spooler((0x10, 0))
    printer = SpoolerPrinter("Receipts", spooler)
    for act in (lambda: printer.print(JOB, 1), lambda: printer.pulse(b"\x1bp\x00\x19\xfa")):
        with raises(PrinterError, "out of paper"):
            act()
    assert spooler.got == b""


@pytest.mark.parametrize(("breaks_after", "is_unsure"), [(0, False), (300, True)])
def test_a_job_that_breaks_off_is_thrown_away(breaks_after: int, is_unsure: bool) -> None:
    spooler = Spooler(breaks_after=breaks_after)
    with pytest.raises(PrinterError) as refused:
        SpoolerPrinter("Receipts", spooler).print(JOB, 1)
    assert refused.value.is_unsure is is_unsure
    assert "The RPC server is unavailable" in spoken(refused.value)
    assert spooler.calls[-2:] == ["abort", "close"]


def test_a_spooler_that_takes_nothing_is_not_asked_for_ever() -> None:
    with raises(PrinterError, "does not take the job"):
        SpoolerPrinter("Receipts", Spooler(takes=0)).print(JOB, 1)


def test_a_queue_that_there_is_not_is_one_sentence() -> None:
    with raises(PrinterError, "Kitchen does not take the job: The printer name is invalid"):
        SpoolerPrinter("Kitchen", Spooler()).print(JOB, 1)


def test_a_windows_queue_on_another_system_or_of_no_printer_is_one_sentence() -> None:
    printer = make_printer(PrinterSettings(kind="windows", queue="No such printer"))
    with raises(PrinterError, "The queue No such printer does not take the job: ."):
        printer.print(JOB, 1)


@pytest.mark.parametrize("pointer_size", [4, 8])
def test_where_windows_keeps_the_status_of_a_printer(pointer_size: int) -> None:
    pointers = bytes(range(1, 14 * pointer_size))[: 13 * pointer_size]
    attributes, priority, default_priority, start, until, status, jobs, ppm = (
        0x440, 1, 0, 0, 0, 0x90, 3, 0,
    )  # fmt: skip
    numbers = struct.pack(
        "<8I", attributes, priority, default_priority, start, until, status, jobs, ppm
    )
    assert status_in(pointers + numbers + b"what the pointers point at", pointer_size) == (
        status,
        attributes,
    )


def test_a_document_is_three_pointers() -> None:
    assert ctypes.sizeof(DocInfo) == 3 * ctypes.sizeof(ctypes.c_void_p)
    assert DocInfo("pos-tui", None, "RAW").data_type == "RAW"
