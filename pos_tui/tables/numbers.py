"""Numbers in a table's cells: which mark is the decimal one, and what a cell holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from pos_tui.tables.errors import CellError

DecimalMark = Literal[".", ","]
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?", re.ASCII)


def decimal_mark_of(cells: Iterable[str], delimiter: str) -> DecimalMark | None:
    """The decimal mark of a column by all its cells; None where they leave it open."""
    return None


def read_decimal(text: str, mark: DecimalMark | None) -> Decimal:
    """The number in a cell. Raises CellError."""
    if _NUMBER.fullmatch(text.strip()) is None:
        raise CellError("tables.no_number", text=text)
    return Decimal(text.strip().replace(",", "."))
