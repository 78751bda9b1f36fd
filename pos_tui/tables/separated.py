"""Separated text (CSV): its delimiter, its header and its rows."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence

from pos_tui.reasons import because
from pos_tui.tables.errors import NoHeaderError
from pos_tui.tables.rejects import RejectedRow
from pos_tui.tables.table import Table, TableRow


def read_separated(
    text: str, encoding: str, path: str, is_header: Callable[[Sequence[str]], bool]
) -> Table:
    """The table in a text. Raises TableError."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    delimiter = max(",;\t|", key=lines[0].count)
    header, rows, rejects = tuple[str, ...](), list[TableRow](), list[RejectedRow]()
    reader = csv.reader([line + "\n" for line in lines], delimiter=delimiter)
    for cells in reader:
        line = reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if not header:
            if is_header(cells):
                header = tuple(cells)
        elif any(cells[len(header) :]):
            why = because("tables.row_width", count=len(cells), wanted=len(header))
            rejects.append(RejectedRow(line, why, tuple(cells)))
        else:
            padded = (*cells, *[""] * len(header))[: len(header)]
            rows.append(TableRow(line, padded))
    if not header:
        raise NoHeaderError(path, tuple(next(csv.reader(lines, delimiter=delimiter), [])))
    return Table(header, rows, rejects, delimiter, encoding)
