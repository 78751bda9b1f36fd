"""Days in a table's cells: in which order their parts stand, and which day a cell holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from pos_tui.tables.errors import CellError

DateOrder = Literal["ymd", "dmy", "mdy"]


def date_order_of(cells: Iterable[str]) -> DateOrder | None:
    """The order of a column's days by all its cells; None where they leave it open."""
    return None


def read_date(text: str, order: DateOrder | None) -> date:
    """The day in a cell. Raises CellError."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise CellError("tables.no_date", text=text) from error
