"""The printers of a till by what they print, each made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from pos_tui.books.paper.jobs import PrintRole
from pos_tui.devices.printers import Printer
from pos_tui.settings import TillSettings


def printers_of(settings: TillSettings, folder: Path) -> Callable[[PrintRole], Printer]:
    """Gives the printer for a role; without one of its own that is the receipt printer.

    `folder` keeps what is known of printers over restarts.
    """
    from pos_tui.devices.printers import make_printer

    @cache
    def printer_of(role: PrintRole) -> Printer:
        if role == "receipt":
            return make_printer(settings.printer, folder)
        own = settings.printer_of(role)
        return printer_of("receipt") if own is settings.printer else make_printer(own, folder)

    return printer_of
