"""Lines of a text: they end at CR, LF or CRLF and at nothing else.

GS, U+2028, NEL, VT and FF, at which `str.splitlines` cuts too, stand inside codes and names.
"""

from __future__ import annotations

import csv
import io

from pos_tui.reasons import plain
from pos_tui.tables.errors import CellError


def lines_with_ends(text: str) -> list[str]:
    """The lines of a text, each with what ends it."""
    return list(io.StringIO(text, newline=""))


def physical_lines(text: str) -> list[str]:
    """The lines of a text without their ends and without a mark of the encoding."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def cells_of(line: str, delimiter: str = ",") -> list[str]:
    """The cells of a line that is a whole row, without padding. Raises CellError."""
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error as error:
        raise CellError("tables.row_no_csv", why=plain(str(error))) from error
