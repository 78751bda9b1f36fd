"""Lines of a text: they end at CR, LF or CRLF and at nothing else.

GS, U+2028, NEL, VT and FF, at which `str.splitlines` cuts too, stand inside codes and names.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from pos_tui.reasons import plain
from pos_tui.tables.errors import CellError

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_AT_ONCE = 2_000


class LineWindow:
    """The lines of a source by their number from 0, of which only those still needed are kept."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self._lines: list[str] = []
        self._first = 0

    def has(self, number: int) -> bool:
        """Whether there is a line with this number."""
        while number >= self._first + len(self._lines):
            more = list(islice(self._source, _AT_ONCE))
            if not more:
                return False
            self._lines += more
        return True

    def __getitem__(self, number: int) -> str:
        return self._lines[number - self._first]

    def between(self, first: int, end: int) -> list[str]:
        """The lines from one number up to before another, as far as there are any."""
        self.has(end - 1)
        return self._lines[first - self._first : end - self._first]

    def block(self, first: int) -> list[str]:
        """The lines from this number on that are in memory: one at least, if there is any."""
        return self._lines[first - self._first :] if self.has(first) else []

    def forget(self, before: int) -> None:
        """Let go of the lines before this number."""
        if before - self._first >= _AT_ONCE:
            del self._lines[: before - self._first]
            self._first = before


def each_line(text: str) -> Iterator[str]:
    """The lines of a text one after the other, each with what ends it."""
    return (found[0] for found in _LINE.finditer(text))


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
