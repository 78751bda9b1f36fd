"""What an ESC/POS printer answers when it is asked how it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pos_tui.devices.printers.escpos_commands import ASK_ONLINE, ASK_PAPER

PrinterState = Literal["ready", "out_of_paper", "off_line", "silent"]

_PAPER_OUT = 0x60
_OFF_LINE = 0x08


def state_of(ask: Callable[[bytes], bytes]) -> PrinterState:
    """How a printer is, by `ask`, which sends a question and returns the answer.

    `silent` when it does not answer: `ask` returned nothing or raised TimeoutError. Many emulated
    and cheap printers never do.
    """
    try:
        online, paper = ask(ASK_ONLINE), ask(ASK_PAPER)
    except TimeoutError:
        return "silent"
    if not online or not paper:
        return "silent"
    if paper[0] & _PAPER_OUT:
        return "out_of_paper"
    if online[0] & _OFF_LINE:
        return "off_line"
    return "ready"
