"""Whether a till's printers are there, can print, and what keeps them from it."""

from __future__ import annotations

from pathlib import Path

from pos_tui.devices.printers import PrinterError, make_printer
from pos_tui.devices.printers.device_printer import is_device
from pos_tui.devices.printers.printer_status import status_reasons
from pos_tui.diagnostics.checks import Check
from pos_tui.reasons import because
from pos_tui.settings import PrinterSettings, TillSettings


def check_printers(settings: TillSettings, folder: Path) -> list[Check]:
    """Each printer of the settings, asked for its status; nothing is printed."""
    printers = [("", settings.printer)]
    printers += [(printer.role, printer) for printer in settings.printer_for]
    return [_check(where, printer, folder) for where, printer in printers if printer.kind != "none"]


def _check(where: str, settings: PrinterSettings, folder: Path) -> Check:
    try:
        status = make_printer(settings, folder if folder.is_dir() else None).status()
    except PrinterError as error:
        says = because("printer_check.no_way")
        return Check("printer", where, "broken", "", says, error.reason)
    if settings.kind == "file" and not is_device(settings.path):
        says = because("printer_check.file", path=settings.path)
        return Check("printer", where, "ok", "", says)
    if not status.answers:
        return Check("printer", where, "ok", "", because("printer_check.mute"))
    reasons = status_reasons(status)
    if not reasons:
        return Check("printer", where, "ok", "", because("printer_check.ready"))
    kind = "printer_check.not_ready" if status.troubles else "printer_check.ready"
    return Check("printer", where, "warning", "", because(kind), reasons[0])
