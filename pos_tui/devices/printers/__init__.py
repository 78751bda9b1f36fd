"""Receipt printers: one protocol, real and null."""

from pos_tui.devices.printers.printer import (
    FilePrinter,
    NetworkPrinter,
    NullPrinter,
    Printer,
    PrinterError,
    make_printer,
)

__all__ = [
    "FilePrinter",
    "NetworkPrinter",
    "NullPrinter",
    "Printer",
    "PrinterError",
    "make_printer",
]
