"""A table as it was read: its header, its rows as text, and what could not be read of it."""

from __future__ import annotations

from msgspec import Struct

from pos_tui.tables.rejects import RejectedRow


class TableRow(Struct, frozen=True):
    """A row as it stands in the file, with as many cells as the header; `line` counts from 1."""

    line: int
    cells: tuple[str, ...]


class Table(Struct, frozen=True):
    """A table; of a workbook `sheet` is set, of a text `delimiter` and `encoding` are.

    `rejects` are rows that do not fit the header; `lost` counts the lines of the file that are
    part of no row.
    """

    header: tuple[str, ...]
    rows: list[TableRow]
    rejects: list[RejectedRow]
    delimiter: str = ""
    encoding: str = ""
    sheet: str = ""
    lost: int = 0
