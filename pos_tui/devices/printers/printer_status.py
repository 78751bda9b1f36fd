"""What the four bytes of an ESC/POS printer's status mean, and what a person is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pos_tui.devices.printers.printer import PaperState, PrinterStatus, PrinterTrouble
from pos_tui.reasons import Reason, because

DrawerLevel = Literal["unknown", "high", "low"]
"""At which level of its pin 3 a drawer is open: that depends on the drawer."""

ABOUT_PRINTER, ABOUT_OFF_LINE, ABOUT_ERROR, ABOUT_PAPER = 1, 2, 3, 4
_PIN_HIGH, _OFF_LINE = 0x04, 0x08
_COVER, _STOPPED_BY_PAPER, _ERROR = 0x04, 0x20, 0x40
_CUTTER, _OTHER_ERRORS = 0x08, 0x64
_PAPER_OUT, _NEAR_END = 0x60, 0x0C


def status_of(answers: Mapping[int, int], drawer_open_at: DrawerLevel = "unknown") -> PrinterStatus:
    """The status by the answers that came (question → byte); a question may have none.

    The cover comes first: an open one also lets the paper seem to be out.
    """
    if not answers:
        return PrinterStatus()
    printer, why = answers.get(ABOUT_PRINTER, 0), answers.get(ABOUT_OFF_LINE, 0)
    error, paper = answers.get(ABOUT_ERROR, 0), answers.get(ABOUT_PAPER, 0)
    is_out = bool(paper & _PAPER_OUT or why & _STOPPED_BY_PAPER)
    is_cutter = bool(error & _CUTTER)
    found: dict[PrinterTrouble, bool] = {
        "cover_open": bool(why & _COVER),
        "out_of_paper": is_out,
        "cutter": is_cutter,
        "error": bool(error & _OTHER_ERRORS or (why & _ERROR and not is_cutter)),
    }
    troubles = tuple(trouble for trouble, is_there in found.items() if is_there)
    if not troubles and printer & _OFF_LINE:
        troubles = ("off_line",)
    return PrinterStatus(
        True, _paper_of(answers, is_out), troubles, _drawer(answers, drawer_open_at)
    )


def _paper_of(answers: Mapping[int, int], is_out: bool) -> PaperState:
    if is_out:
        return "out"
    if ABOUT_PAPER not in answers:
        return "unknown"
    return "near_end" if answers[ABOUT_PAPER] & _NEAR_END else "there"


def _drawer(answers: Mapping[int, int], open_at: DrawerLevel) -> bool | None:
    if open_at == "unknown" or ABOUT_PRINTER not in answers:
        return None
    return bool(answers[ABOUT_PRINTER] & _PIN_HIGH) is (open_at == "high")


def status_reasons(status: PrinterStatus) -> tuple[Reason, ...]:
    """What is wrong with a printer, each with its remedy; last, that its paper is nearly out."""
    reasons = [because(f"printer.{trouble}") for trouble in status.troubles]
    if status.paper == "near_end":
        reasons.append(because("printer.near_end"))
    return tuple(reasons)


def first_trouble(status: PrinterStatus) -> Reason:
    """The trouble to see to first, of a status that has one."""
    return because(f"printer.{status.troubles[0]}")
