"""A table that is read as often as somebody asks, some thousand rows at a time, and never kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from pos_tui.tables.rejects import RejectedRow
from pos_tui.tables.table import Table, TableRow


class StreamedTable(Protocol):
    """A table's header, and its rows in blocks.

    `rejects` and `lost` are those of the last time that all blocks were read, as in a `Table`.
    """

    header: tuple[str, ...]
    delimiter: str
    encoding: str
    sheet: str
    rejects: list[RejectedRow]
    lost: int

    def blocks(self) -> Iterator[Sequence[TableRow]]:
        """All rows once more, from the first one on."""


class KeptTable:
    """A table that is in memory already, in the same form."""

    def __init__(self, table: Table) -> None:
        self.header = table.header
        self.delimiter = table.delimiter
        self.encoding = table.encoding
        self.sheet = table.sheet
        self.rejects = table.rejects
        self.lost = table.lost
        self._rows = table.rows

    def blocks(self) -> Iterator[Sequence[TableRow]]:
        """All rows, as one block."""
        yield self._rows


def kept(table: StreamedTable) -> Table:
    """A streamed table with all its rows in memory."""
    rows = [row for block in table.blocks() for row in block]
    return Table(
        table.header, rows, table.rejects, table.delimiter, table.encoding, table.sheet, table.lost
    )
