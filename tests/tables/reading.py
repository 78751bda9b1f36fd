"""What the tests of tables share: a header of goods, and a text or file read as a table."""

from __future__ import annotations

from collections.abc import Sequence

from pos_tui.tables.reading import table_in
from pos_tui.tables.table import Table

FIELD = ("data", "field")


def names_goods(cells: Sequence[str]) -> bool:
    """A header of goods: it has a code and a name."""
    return {"code", "name"} <= {cell.strip().lower() for cell in cells}


def table_of(content: str | bytes, **named: str) -> Table:
    """The table in a file with this content; a text is written in UTF-8."""
    raw = content.encode() if isinstance(content, str) else content
    return table_in(raw, "goods.csv", names_goods, **named)


def names_in(table: Table) -> list[str]:
    """The names of a table's goods."""
    place = [cell.strip().lower() for cell in table.header].index("name")
    return [row.cells[place] for row in table.rows]
