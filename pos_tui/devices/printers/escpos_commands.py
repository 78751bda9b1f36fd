"""The commands of ESC/POS as bytes, as Epson's command reference gives them."""

from __future__ import annotations

from typing import Literal

Alignment = Literal["left", "centre", "right"]
DrawerPin = Literal[2, 5]

INITIALISE = b"\x1b@"
CHINESE_ON = b"\x1c&"  # without it a printer reads GB 18030 as single bytes
CHINESE_OFF = b"\x1c."
FULL_CUT = b"\x1dV\x00"
ASK_ONLINE = b"\x10\x04\x01"
ASK_PAPER = b"\x10\x04\x04"

_ALIGNED: dict[Alignment, bytes] = {"left": b"\x00", "centre": b"\x01", "right": b"\x02"}
_DRAWER_UNIT_MS = 2
_QR_MOST_BYTES = 2331  # at version 40 and correction level M
_QR_MODEL_2 = b"\x1d(k\x04\x00\x31\x41\x32\x00"
_QR_CORRECTION_M = b"\x1d(k\x03\x00\x31\x45\x31"
_QR_PRINT = b"\x1d(k\x03\x00\x31\x51\x30"


def bold(on: bool) -> bytes:
    """Letters emphasised from here on, or no more."""
    return b"\x1bE" + bytes([on])


def double_height(on: bool) -> bytes:
    """Letters twice as high from here on, or no more; either way no longer bold."""
    return b"\x1b!" + bytes([0x10 if on else 0])


def align(side: Alignment) -> bytes:
    """Where the rows from here on stand; at the beginning of a row only."""
    return b"\x1ba" + _ALIGNED[side]


def choose_page(number: int) -> bytes:
    """The code page of the letters from here on, by its number in Epson's list (0-255)."""
    return b"\x1bt" + bytes([number])


def feed(rows: int) -> bytes:
    """The paper moved on by so many rows (0-255)."""
    return b"\x1bd" + bytes([rows])


def drawer_pulse(pin: DrawerPin, on_ms: int = 100, off_ms: int = 100) -> bytes:
    """A pulse that opens the cash drawer on this pin of its plug; 0-510 ms each."""
    times = bytes([on_ms // _DRAWER_UNIT_MS, off_ms // _DRAWER_UNIT_MS])
    return b"\x1bp" + bytes([pin == 5]) + times


def qr_code(content: bytes, module_dots: int = 4) -> bytes:
    """A QR code that the printer draws itself, each of its modules so many dots (1-16).

    Raises ValueError for a content that is empty or more than a QR code holds.
    """
    if not 0 < len(content) <= _QR_MOST_BYTES:
        raise ValueError(len(content))
    size = b"\x1d(k\x03\x00\x31\x43" + bytes([module_dots])
    length = (len(content) + 3).to_bytes(2, "little")
    store = b"\x1d(k" + length + b"\x31\x50\x30" + content
    return _QR_MODEL_2 + size + _QR_CORRECTION_M + store + _QR_PRINT
