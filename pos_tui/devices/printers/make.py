"""The printer that the settings ask for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.devices.printers.printer import NullPrinter, Printer
from pos_tui.settings import PrinterSettings

if TYPE_CHECKING:
    from pos_tui.devices.printers.escpos_printer import PrinterManner


def make_printer(settings: PrinterSettings, folder: Path | None = None) -> Printer:
    """The printer that the settings name; `folder` keeps what is known of it over restarts."""
    timeout_s = settings.timeout_s
    if settings.kind == "network":
        from pos_tui.devices.printers.network_printer import NetworkPrinter

        manner = _manner(settings, f"{settings.host}:{settings.port}", folder)
        return NetworkPrinter(settings.host, settings.port, timeout_s, manner)
    if settings.kind == "serial":
        from pos_tui.devices.printers.serial_printer import SerialLine, SerialPrinter

        line = SerialLine(settings.baud, settings.bits, settings.parity, settings.flow)
        manner = _manner(settings, settings.path, folder)
        return SerialPrinter(settings.path, line, timeout_s, manner)
    if settings.kind == "file":
        from pos_tui.devices.printers.device_printer import DevicePrinter, is_device
        from pos_tui.devices.printers.file_printer import FilePrinter

        if not is_device(settings.path):
            return FilePrinter(Path(settings.path))
        manner = _manner(settings, settings.path, folder)
        return DevicePrinter(settings.path, timeout_s, manner)
    if settings.kind == "cups":
        from pos_tui.devices.printers.cups_printer import CupsPrinter

        return CupsPrinter(settings.queue, timeout_s)
    if settings.kind == "windows":
        from pos_tui.devices.printers.spooler_printer import SpoolerPrinter
        from pos_tui.devices.printers.windows_spooler import open_windows_spooler

        return SpoolerPrinter(settings.queue, open_windows_spooler)
    return NullPrinter()


def _manner(settings: PrinterSettings, address: str, folder: Path | None) -> PrinterManner:
    from pos_tui.devices.printers.escpos_printer import PrinterManner
    from pos_tui.devices.printers.printer_habits import HabitsFile

    return PrinterManner(
        model=settings.of_model,
        drawer_open_at=settings.drawer_open_at,
        asks_when_printed=settings.ask_when_printed,
        address=f"{settings.kind} {address} {settings.model}",
        habits=HabitsFile(folder),
    )
