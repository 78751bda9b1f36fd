"""A printer behind a device of the system."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pos_tui.devices.printers import PrinterError, make_printer
from pos_tui.devices.printers.device_printer import DevicePrinter, is_device, usb_device
from pos_tui.devices.printers.escpos_jobs import compose
from pos_tui.devices.printers.escpos_printer import PrinterManner, PrinterWaits
from pos_tui.devices.printers.file_printer import FilePrinter
from pos_tui.devices.printers.printer import PrinterStatus
from pos_tui.settings import PrinterSettings
from tests.printer_stand_in import PrinterStandIn, PtyCable
from tests.spoken import raises, spoken

JOB = compose([("Corner Market", "bold"), ("Cola 3.50", "plain")], "cp437")
LONG = compose([(f"row {number}", "plain") for number in range(2000)], "cp437")
needs_ptys = pytest.mark.posix_only("Windows has no ptys")


@pytest.fixture
def wire(stand_in: PrinterStandIn) -> Iterator[PtyCable]:
    with closing(PtyCable(stand_in)) as wire:
        yield wire


def settings(path: str) -> PrinterSettings:
    return PrinterSettings(kind="file", path=path)


@pytest.mark.parametrize(
    ("path", "device"),
    [
        ("/dev/usb/lp0", True),
        ("/dev/lp0", True),
        ("usb:04b8:0e15", True),
        ("LPT1", True),
        (r"\\.\lpt2", True),
        ("paper.bin", False),
        ("LPT1.txt", False),
        ("/srv/dev/paper", False),
        ("/dev" + "/shm/paper", False),
        ("a\0b", False),
    ],
)
def test_a_device_is_told_from_a_file_also_while_it_is_unplugged(path: str, device: bool) -> None:
    assert is_device(path) is device
    assert isinstance(make_printer(settings(path)), DevicePrinter if device else FilePrinter)


@needs_ptys
def test_a_device_that_can_be_read_confirms_and_tells_its_troubles(
    stand_in: PrinterStandIn, wire: PtyCable
) -> None:
    printer = make_printer(settings(wire.path))
    assert printer.print(JOB, 12) == "confirmed"
    assert stand_in.pieces == [JOB]
    with stand_in.change():
        stand_in.rows_left = 1
    with pytest.raises(PrinterError) as refused:
        printer.print(JOB, 13)
    assert "out of paper" in spoken(refused.value)
    assert refused.value.is_unsure
    assert printer.status() == PrinterStatus(True, "out", ("out_of_paper",))


@needs_ptys
def test_a_long_job_comes_whole(stand_in: PrinterStandIn, wire: PtyCable) -> None:
    assert make_printer(settings(wire.path)).print(LONG, 1) == "confirmed"
    assert stand_in.pieces == [LONG]


@needs_ptys
def test_a_device_that_only_takes_is_not_believed() -> None:
    hasty = PrinterManner(waits=PrinterWaits(status=0.1, printed=0.1))
    printer = DevicePrinter("/dev/null", 5, hasty)
    assert printer.print(JOB, 1) == "sent"


@needs_ptys
def test_a_device_that_is_unplugged_is_said(tmp_path: Path) -> None:
    with raises(PrinterError, "Switch the printer on"):
        make_printer(settings("/dev/usb/lp987")).print(JOB, 1)


def usb_printer(classes: Path, name: str, vendor: str, product: str) -> None:
    """A USB printer as the system's folder of classes has it."""
    usb = classes.parent / "devices" / f"of-{name}"
    (usb / "interface").mkdir(parents=True)
    (usb / "idVendor").write_text(f"{vendor}\n", encoding="ascii")
    (usb / "idProduct").write_text(f"{product}\n", encoding="ascii")
    (classes / name).mkdir(parents=True)
    (classes / name / "device").symlink_to(usb / "interface")


@needs_ptys
def test_a_usb_printer_is_found_by_its_ids_on_whichever_port_it_is(tmp_path: Path) -> None:
    classes = tmp_path / "usbmisc"
    usb_printer(classes, "lp0", "04b8", "0e15")
    usb_printer(classes, "lp1", "0fe6", "811e")
    assert usb_device("usb:0FE6:811E", classes) == "/dev/usb/lp1"
    for absent in ("usb:0fe6:811f", "usb:", "usb:/:/"):
        with raises(PrinterError, "There is no usb:"):
            usb_device(absent, classes)
