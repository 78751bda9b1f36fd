"""What the gateway asks of a database, whichever it is.

A statement has marks for its values (`$1`, `$2`, …), and the words of the database's own dialect. A
piece of work is a generator: it yields a statement with its values, is sent the rows, and returns
what it found.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, Protocol, TypeVar

from pos_tui.cloud.gateway.database.dialect import Dialect, Statement, Value
from pos_tui.reasons import ReasonError

_T = TypeVar("_T")

Row = tuple[Any, ...]
Work = Generator[Statement, list[Row], _T]


class DatabaseUnavailable(ReasonError):
    """The database cannot be reached now; nothing is known to be written."""


class Database(Protocol):
    """Rows that outlive the process. What is awaited is on the disk when it returns."""

    @property
    def dialect(self) -> Dialect:
        """The words that its statements are put together from."""

    async def read(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """The rows of one question. Raises DatabaseUnavailable."""
        ...

    async def change(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """One statement that changes something, and its rows. Raises DatabaseUnavailable."""
        ...

    async def write(self, work: Work[_T]) -> _T:
        """A piece of work, wholly or not at all.

        Raises DatabaseUnavailable and what the work raises.
        """
        ...

    async def close(self) -> None:
        """Finish what was asked for, then let go."""
        ...
