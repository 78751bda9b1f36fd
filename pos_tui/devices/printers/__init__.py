"""Receipt printers: one protocol; each kind is one module behind it."""

from pos_tui.devices.printers.make import make_printer
from pos_tui.devices.printers.printer import NullPrinter, Printer, PrinterError

__all__ = ["NullPrinter", "Printer", "PrinterError", "make_printer"]
