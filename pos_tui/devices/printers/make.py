"""The printer that the settings ask for."""

from __future__ import annotations

from pathlib import Path

from pos_tui.devices.printers.printer import NullPrinter, Printer
from pos_tui.settings import PrinterSettings


def make_printer(settings: PrinterSettings) -> Printer:
    """The printer that the settings name."""
    if settings.kind == "network":
        from pos_tui.devices.printers.network_printer import NetworkPrinter

        return NetworkPrinter(settings.host, settings.port, settings.timeout_s)
    if settings.kind == "file":
        from pos_tui.devices.printers.file_printer import FilePrinter

        return FilePrinter(Path(settings.path))
    return NullPrinter()
