"""A PIN or a badge's code for a command: unseen at the terminal, or a file's first line."""

from __future__ import annotations

import codecs
import sys
from typing import TYPE_CHECKING

from pos_tui.reasons import ReasonError, because, plain
from pos_tui.standard_streams import decode_marked

if TYPE_CHECKING:
    from typing import BinaryIO

_LONGEST_LINE = 64


class NoPinError(ReasonError):
    """No PIN or badge was given; its reason says how to give one."""


def read_pin(prompt: str, pin_file: str | None) -> str:
    """The PIN from a file or, unseen, from the terminal. Raises NoPinError."""
    if pin_file is not None and not (pin_file == "-" and sys.stdin.isatty()):
        return line_in_file(pin_file, "--pin-file")
    if not sys.stdin.isatty():
        raise NoPinError("cmd_staff.no_terminal")
    return ask_pin(prompt)


def ask_pin(prompt: str) -> str:
    """A PIN that is typed at the terminal, unseen. Raises NoPinError."""
    import getpass
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(prompt).strip()
    except (EOFError, OSError) as error:
        raise NoPinError("cmd_staff.no_pin") from error
    except getpass.GetPassWarning as error:
        raise NoPinError("cmd_staff.would_show") from error


def line_in_file(pin_file: str, option: str) -> str:
    """The next line of the file, which is not named in errors: a PIN may stand in its place.

    `option` is the command's that named it. Raises NoPinError.
    """
    from pathlib import Path

    try:
        if pin_file == "-":
            line = _first_line(sys.stdin.buffer)
        else:
            with Path(pin_file).open("rb") as file:
                line = _first_line(file)
    except (OSError, ValueError) as error:
        system = error.strerror if isinstance(error, OSError) else None
        why = plain(system) if system else because("cmd_staff.no_file_name")
        raise NoPinError("cmd_staff.file_unreadable", option=option, why=why) from None
    return decode_marked(line).strip()


def _first_line(file: BinaryIO) -> bytes:
    line = file.readline(_LONGEST_LINE)
    return line + file.read(1) if line.startswith(codecs.BOM_UTF16_LE) else line  # its end is two
