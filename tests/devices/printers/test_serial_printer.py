"""A printer on a serial port."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import closing

import pytest

from pos_tui.devices.printers import PrinterError, make_printer
from pos_tui.devices.printers.escpos_jobs import compose
from pos_tui.devices.printers.printer import PrinterStatus
from pos_tui.devices.printers.serial_printer import port_with_ids, why_port_not_opened
from pos_tui.settings import PrinterSettings
from tests.printer_stand_in import PrinterStandIn, PtyCable
from tests.spoken import raises, spoken

pytestmark = pytest.mark.posix_only("Windows has no ptys")

JOB = compose([("Corner Market", "bold"), ("Cola 3.50", "plain")], "cp437")
LONG = compose([(f"row {number}", "plain") for number in range(300)], "cp437")


@pytest.fixture
def wire(stand_in: PrinterStandIn) -> Iterator[PtyCable]:
    with closing(PtyCable(stand_in)) as wire:
        yield wire


def settings(path: str, **changes: object) -> PrinterSettings:
    return PrinterSettings(kind="serial", path=path, baud=115200, **changes)  # type: ignore[arg-type]


def test_a_serial_printer_confirms_and_tells_its_troubles(
    stand_in: PrinterStandIn, wire: PtyCable
) -> None:
    printer = make_printer(settings(wire.path))
    assert printer.print(JOB, 12) == "confirmed"
    assert stand_in.pieces == [JOB]
    assert stand_in.marks == [b"0012"]
    with stand_in.change():
        stand_in.cover_is_open = True
    assert printer.status() == PrinterStatus(True, "there", ("cover_open",))
    with raises(PrinterError, "cover is open"):
        printer.print(JOB, 13)
    assert stand_in.pieces == [JOB]


def test_paper_out_in_the_middle_is_said(stand_in: PrinterStandIn, wire: PtyCable) -> None:
    stand_in.rows_left = 1
    printer = make_printer(settings(wire.path))
    with pytest.raises(PrinterError) as refused:
        printer.print(JOB, 12)
    assert "out of paper" in spoken(refused.value)
    assert refused.value.is_unsure


def test_a_long_job_comes_whole(stand_in: PrinterStandIn, wire: PtyCable) -> None:
    assert make_printer(settings(wire.path)).print(LONG, 1) == "confirmed"
    assert stand_in.pieces == [LONG]


def test_a_printer_that_stops_the_till_is_not_waited_for_for_ever(stand_in: PrinterStandIn) -> None:
    import pty

    ours, theirs = pty.openpty()  # nobody reads
    try:
        printer = make_printer(settings(os.ttyname(theirs), timeout_s=0.3, flow="xon"))
        with pytest.raises(PrinterError) as refused:
            printer.print(LONG * 20, 1)
        assert "takes no more" in spoken(refused.value)
        assert refused.value.is_unsure
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_port_that_is_not_there_is_said(tmp_path):
    with raises(PrinterError, "There is no .*tty"):
        make_printer(settings(str(tmp_path / "tty"))).print(JOB, 1)


def test_a_port_that_another_till_uses_is_said(stand_in: PrinterStandIn, wire: PtyCable) -> None:
    import serial

    with serial.Serial(wire.path, exclusive=True), raises(PrinterError, "Another program uses"):
        make_printer(settings(wire.path)).print(JOB, 1)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.ENOENT, "x"), "There is no COM3"),
        (OSError("could not open port 'COM3': FileNotFoundError(2, …)"), "There is no COM3"),
        (OSError("could not open port 'COM3': PermissionError(13, …)"), "may not use COM3"),
        (OSError(errno.EACCES, "x"), "may not use COM3"),
        (OSError(errno.EBUSY, "x"), "Another program uses COM3"),
        (ValueError("Not a valid baudrate: 3"), "Not a valid baudrate: 3"),
    ],
)
def test_why_a_port_does_not_open_is_said_so_that_it_helps(error: Exception, says: str) -> None:
    assert says in spoken(why_port_not_opened("COM3", error))


def test_a_port_is_found_by_the_ids_of_its_adapter() -> None:
    ports = [(None, None, "/dev/ttyS0"), (0x067B, 0x2303, "/dev/ttyUSB1")]
    assert port_with_ids("usb:067B:2303", ports) == "/dev/ttyUSB1"
    for absent in ("usb:067b:2304", "usb:", "usb:x:y"):
        with raises(PrinterError, f"There is no {absent}"):
            port_with_ids(absent, ports)
