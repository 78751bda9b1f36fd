"""What a display of two rows of twenty signs is sent: CD5220, or ESC/POS as Epson's DM-D.

Both rows are always sent whole, so that nothing of what stood there before can be left.
"""

from __future__ import annotations

import codecs
from typing import Literal

from pos_tui.devices.printers.printer_letters import printer_bytes
from pos_tui.text_width import clip, pad

PoleKind = Literal["cd5220", "escpos"]
POLE_COLUMNS = 20
_INIT, _CLEAR = b"\x1b@", b"\x0c"
_WIDE_PAGES = {"gb18030": "gbk"}  # its four-byte forms would take four of the twenty columns


def pole_begin(kind: PoleKind, brightness: int = 0) -> bytes:
    """What a display gets first; brightness 1 … 4, 0 leaves it as it is."""
    if kind == "cd5220":
        # A display that shows rows by ESC Q hears nothing else until it is cleared.
        level = bytes((0x1B, 0x2A, brightness)) if brightness else b""
        return _CLEAR + _INIT + _CLEAR + level
    level = bytes((0x1F, 0x58, brightness)) if brightness else b""
    overwrite, no_cursor = b"\x1f\x01", b"\x1fC\x00"
    return _INIT + _CLEAR + overwrite + no_cursor + level


def pole_show(kind: PoleKind, upper: bytes, lower: bytes) -> bytes:
    """Both rows, each of twenty bytes, as `pole_row` makes them."""
    if kind == "cd5220":
        return b"\x1bQA" + upper + b"\r" + b"\x1bQB" + lower + b"\r"
    return b"\x1f$\x01\x01" + upper + b"\x1f$\x01\x02" + lower


def pole_row(text: str, encoding: str) -> bytes:
    """A text as the twenty bytes of a row, in the letters that the display has. Raises LookupError
    for an encoding that there is not.
    """
    page = _page(encoding)
    data = printer_bytes(pad(text, POLE_COLUMNS), page)
    shorter = clip(text, POLE_COLUMNS)
    while len(data) > POLE_COLUMNS:
        shorter = shorter[:-1]
        data = printer_bytes(shorter, page)
    return data.ljust(POLE_COLUMNS)


def pole_can_show(text: str, encoding: str) -> bool:
    """Whether each letter of a text is there, or one like it. Raises LookupError."""
    return printer_bytes(text, _page(encoding)).count(b"?") == text.count("?")


def _page(encoding: str) -> str:
    name = codecs.lookup(encoding).name
    return _WIDE_PAGES.get(name, name)
