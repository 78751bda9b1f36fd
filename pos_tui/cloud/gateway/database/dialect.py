"""SQL that every database takes as it is written: numbered values, and each one's own words."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

Value = str | int | float | bytes | None
Statement = tuple[str, Sequence[Value]]


class Dialect(Struct, frozen=True, kw_only=True):
    """How a database says what SQL leaves open; statements are put together from these words.

    `now_s` is its own clock in seconds since 1970, `skip_locked` stands behind a SELECT that
    chooses rows to be changed, `table_end` behind the columns of a new table.
    """

    now_s: str
    skip_locked: str
    integer: str
    real: str
    blob: str
    table_end: str


class Values(list[Value]):
    """The values of one statement, numbered as they come: nothing in its text is ever replaced."""

    def add(self, value: Value) -> str:
        """Take a value in, and give the mark that stands for it in the text."""
        self.append(value)
        return f"${len(self)}"

    def add_all(self, values: Sequence[Value]) -> str:
        """Take several values in, and give their marks with commas between."""
        return ", ".join([self.add(value) for value in values])


SQLITE = Dialect(
    now_s="unixepoch('subsec')",
    skip_locked="",
    integer="INTEGER",
    real="REAL",
    blob="BLOB",
    table_end="STRICT, WITHOUT ROWID",
)
POSTGRES = Dialect(
    now_s="extract(epoch FROM clock_timestamp())::float8",
    skip_locked="FOR UPDATE SKIP LOCKED",
    integer="BIGINT",
    real="DOUBLE PRECISION",
    blob="BYTEA",
    table_end="",
)
