"""ESC/POS: print jobs composed with python-escpos, and the state that a printer reports."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pos_tui.devices.printers.capabilities_cache import capabilities_cache
from pos_tui.devices.printers.printer_letters import printer_bytes, printer_text

if TYPE_CHECKING:
    from escpos.escpos import Escpos

JobStyle = Literal["plain", "bold", "large", "rule"]
PrinterState = Literal["ready", "out_of_paper", "off_line", "silent"]

_CHINESE_MODE = b"\x1c&"  # FS &: without it a printer reads GB18030 as single bytes
_STATUS_WAIT_S = 1.5


def load_escpos(cache: Path | None = None) -> None:
    """Import python-escpos without its side effects, from its own worker thread.

    It reads a large YAML file unless a folder for its cache is named, and sets the root logger
    up to write over the screen; the first is given, the second undone.
    """
    if "escpos.printer" in sys.modules:
        return
    root = logging.getLogger()
    before = list(root.handlers)
    with nullcontext() if cache is None else capabilities_cache(cache):
        import escpos.printer  # noqa: F401

    for handler in root.handlers[:]:
        if handler not in before:
            root.removeHandler(handler)


def compose(lines: Sequence[tuple[str, JobStyle]], encoding: str) -> bytes:
    """The bytes of one job: the lines, fed out and cut.

    `encoding` is what the printer is set to ("gb18030", "cp437", …); "auto" lets python-escpos
    switch code pages, for printers that follow its default profile. Of the text nothing steers the
    printer.
    """
    load_escpos()
    from escpos.printer import Dummy

    job = Dummy(profile="default")
    job.hw("INIT")
    if encoding.lower().startswith("gb"):
        job._raw(_CHINESE_MODE)
    for text, style in lines:
        large = style == "large"
        job.set(bold=style in {"bold", "large"}, double_height=large, normal_textsize=not large)
        if encoding == "auto":
            job.textln(printer_text(text))
        else:
            job._raw(printer_bytes(text, encoding) + b"\n")
    job.set(bold=False, normal_textsize=True)
    job.cut()
    output: bytes = job.output
    return output


def state_of(printer: Escpos) -> PrinterState:
    """How a connected printer is; `silent` when it does not answer.

    Many emulated and cheap printers never do.
    """
    from escpos.constants import RT_STATUS_ONLINE, RT_STATUS_PAPER

    device = printer.device
    usual = device.gettimeout()
    device.settimeout(_STATUS_WAIT_S)
    try:
        online, paper = (
            printer.query_status(RT_STATUS_ONLINE),
            printer.query_status(RT_STATUS_PAPER),
        )
    except TimeoutError:
        return "silent"
    finally:
        device.settimeout(usual)
    if not online or not paper:
        return "silent"
    if paper[0] & 0x60:
        return "out_of_paper"
    if online[0] & 0x08:
        return "off_line"
    return "ready"
