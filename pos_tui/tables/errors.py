"""What is wrong with a table: the whole file, or one cell of it."""

from __future__ import annotations

from pos_tui.reasons import ReasonError

_SHOWN = 60  # characters of a cell in a reason


class TableError(ReasonError):
    """A file of which nothing can be read; its reason says what to do next."""


class NoHeaderError(TableError):
    """A table without a line that names the wanted columns; `header` is what comes nearest."""

    def __init__(self, path: str, header: tuple[str, ...]) -> None:
        """`path` is the file's; `header` has the cells of the line that looks most like one."""
        self.header = tuple(cell.strip()[:_SHOWN] for cell in header)
        super().__init__("tables.no_header", path=path, columns=self.header)


class CellError(ReasonError):
    """A cell that does not hold what its column holds, and why."""
