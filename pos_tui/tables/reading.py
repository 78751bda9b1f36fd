"""A file is read as a table, whatever it is: by its content, not by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pos_tui.reasons import plain
from pos_tui.tables.encoding import decode
from pos_tui.tables.errors import TableError
from pos_tui.tables.separated import read_separated
from pos_tui.tables.table import Table


def read_table(
    path: Path,
    is_header: Callable[[Sequence[str]], bool],
    *,
    encoding: str = "",
    sheet: str = "",
    language: str = "",
    currency: str = "",
) -> Table:
    """The table in a file: CSV or a workbook (.xlsx .xls .ods). Raises TableError.

    `is_header` says whether a line names the wanted columns; the first that does is the header.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TableError(
            "tables.unreadable", path=str(path), why=plain(str(error.strerror))
        ) from error
    text, found = decode(content, str(path), encoding, language, currency)
    return read_separated(text, found, str(path), is_header)
