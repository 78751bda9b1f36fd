"""A paper in receiptline, the markup for receipts that other programs print and draw."""

from __future__ import annotations

from collections.abc import Iterable

from pos_tui.receipts.print_lines import PrintLine

_ESCAPED = {ord(sign): f"\\{sign}" for sign in '\\|{}~_"`^'}
_BAR_WIDTH, _BAR_HEIGHT = 2, 64  # dots
_QR_WIDTH = 4


def as_receiptline(lines: Iterable[PrintLine]) -> str:
    """The lines as a document for paper as wide as they were laid out for, a row each; a logo is
    left out.

    Signs that mean something in the markup are escaped, so that a name is never a command.
    """
    return "".join(_row(line) + "\n" for line in lines if line.style != "logo")


def _row(line: PrintLine) -> str:
    match line.style:
        case "rule" if set(line.text) == {"-"}:
            return "-"
        case "barcode":
            option = f"code128,{_BAR_WIDTH},{_BAR_HEIGHT}"
            return f"{{code:{_value(line.text)};option:{option}}}"
        case "qr":
            return f"{{code:{_value(line.text)};option:qrcode,{_QR_WIDTH},m}}"
    text = line.text.rstrip()
    words = text.lstrip(" ")
    indent = r"\x20" * (len(text) - len(words))
    written = words.translate(_ESCAPED)
    if set(words) in ({"-"}, {"="}):  # alone in their row they are a rule, or a cut
        written = f"\\x{ord(words[0]):x}" * len(words)
    written = indent + written
    if not words:
        return "|"
    if line.style == "bold":
        written = f'"{written}"'
    elif line.style == "large":
        written = f'^^"{written}"^^'
    return f"|{written}"


def _value(text: str) -> str:
    """A property's value, in which a semicolon would begin the next one."""
    return text.translate(_ESCAPED).replace(";", r"\x3b")
