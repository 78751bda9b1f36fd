"""The commands of ESC/POS as bytes, as Epson's command reference gives them."""

from __future__ import annotations

from collections.abc import Sequence

INITIALISE = b"\x1b@"
CHINESE_ON = b"\x1c&"  # without it a printer reads GB 18030 as single bytes
CHINESE_OFF = b"\x1c."
FULL_CUT = b"\x1dV\x00"
RECOVER = b"\x10\x05\x02"  # in real time: after an error, forget what was not printed
CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # likewise, after any trouble
_FEWEST_IN_PAIRS = 4  # digits; for fewer the change to pairs costs more than they save


def bold(on: bool) -> bytes:
    """Letters emphasised from here on, or no more."""
    return b"\x1bE" + bytes([on])


def double_height(on: bool) -> bytes:
    """Letters twice as high from here on, or no more; either way no longer bold."""
    return b"\x1b!" + bytes([0x10 if on else 0])


def choose_page(number: int) -> bytes:
    """The code page of the letters from here on, by its number in Epson's list (0-255)."""
    return b"\x1bt" + bytes([number])


def feed(rows: int) -> bytes:
    """The paper moved on by so many rows (0-255)."""
    return b"\x1bd" + bytes([rows])


def centred(on: bool) -> bytes:
    """What follows stands in the middle of the paper, or at its left again."""
    return b"\x1ba" + bytes([1 if on else 0])


def barcode(text: str) -> bytes:
    """ASCII text as the bars of Code 128, in the middle of the paper.

    Two dots a module, 64 high, without the text below: the job has it as a row. An even number of
    digits at the end stands in pairs, so that some twenty characters fit paper of 58 mm.
    """
    letters = text.rstrip("0123456789")
    digits = text[len(letters) :]
    if len(digits) % 2 or len(digits) < _FEWEST_IN_PAIRS:
        letters, digits = text, ""
    data = b"{B" + letters.encode("ascii").replace(b"{", b"{{")
    if digits:
        data += b"{C" + bytes(int(digits[at : at + 2]) for at in range(0, len(digits), 2))
    bars = b"\x1dh\x40" + b"\x1dw\x02" + b"\x1dH\x00" + b"\x1dk\x49" + bytes([len(data)]) + data
    return centred(True) + bars + b"\n" + centred(False)


def open_drawer(pin: int = 2, pulse_ms: int = 50) -> bytes:
    """A pulse of 2-510 ms on a pin (2 or 5) of the cash drawer's connector."""
    return b"\x1bp" + bytes([pin == 5, pulse_ms // 2, 250])


def open_drawer_at_once(command: bytes) -> bytes:
    """The same pulse in real time: a printer that is off line, out of paper say, obeys this one."""
    on_time_ms = 2 * command[3]
    return b"\x10\x14\x01" + bytes([command[2], min(max(-(-on_time_ms // 100), 1), 8)])


def ask_status(about: int) -> bytes:
    """The question for one of the four bytes of a printer's status (1-4), in real time."""
    return b"\x10\x04" + bytes([about])


def say_when_printed(mark: str) -> bytes:
    """Four ASCII characters that the printer sends back when all before them is on paper."""
    return b"\x1d(H\x06\x0000" + mark.encode("ascii")


def qr_code(text: str, dots: int = 6) -> bytes:
    """A QR code that the printer draws, each module so many dots wide, level M."""
    content = b"1P0" + text.encode("ascii")
    return (
        b"\x1d(k\x04\x001A2\x00"
        + b"\x1d(k\x03\x001C" + bytes([dots])
        + b"\x1d(k\x03\x001E1"
        + b"\x1d(k" + len(content).to_bytes(2, "little") + content
        + b"\x1d(k\x03\x001Q0"
    )  # fmt: skip


def raster(rows: Sequence[Sequence[bool]]) -> bytes:
    """A picture of dots, true where there is ink; at most 65,535 rows of as many bytes."""
    width = -(-len(rows[0]) // 8)
    head = b"\x1dv0\x00" + width.to_bytes(2, "little") + len(rows).to_bytes(2, "little")
    return head + b"".join(_packed(row, width) for row in rows)


def _packed(row: Sequence[bool], width: int) -> bytes:
    bits = "".join("1" if dot else "0" for dot in row).ljust(8 * width, "0")
    return int(bits, 2).to_bytes(width, "big")
