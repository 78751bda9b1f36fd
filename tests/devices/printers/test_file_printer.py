"""A file that keeps what was printed."""

from __future__ import annotations

from pos_tui.devices.printers import PrinterError
from pos_tui.devices.printers.file_printer import FilePrinter
from tests.spoken import raises


def test_a_file_printer_appends_and_says_when_it_cannot(tmp_path):
    printer = FilePrinter(tmp_path / "paper")
    assert printer.print(b"one") == "confirmed"
    printer.print(b"two")
    assert (tmp_path / "paper").read_bytes() == b"onetwo"
    with raises(PrinterError, "cannot be written"):
        FilePrinter(tmp_path).print(b"x")
