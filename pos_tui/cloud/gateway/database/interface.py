"""The gateway's database: one way to speak with SQLite in a file and with PostgreSQL by its URL.

Statements are written once, with `?` for values, `NOW_S()` for the database's own time (seconds
since 1970) and `SKIP_LOCKED` behind a SELECT that chooses rows to be changed. A piece of work is a
generator: it yields a statement with its values, is sent the rows, and returns what it found.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, Protocol, TypeVar

_T = TypeVar("_T")

Value = str | int | float | bytes | None
Row = tuple[Any, ...]
Statement = tuple[str, tuple[Value, ...]]
Work = Generator[Statement, list[Row], _T]


class DatabaseUnavailable(Exception):
    """The database cannot be reached now; nothing is known to be written."""


class Database(Protocol):
    """Rows that outlive the process. What is awaited is on the disk when it returns."""

    async def read(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """The rows of one question. Raises DatabaseAway."""
        ...

    async def change(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """One statement that changes something, and the rows it returns. Raises DatabaseAway."""
        ...

    async def write(self, work: Work[_T]) -> _T:
        """A piece of work, wholly or not at all. Raises DatabaseAway and what the work raises."""
        ...

    async def close(self) -> None:
        """Finish what was asked for, then let go."""
        ...
