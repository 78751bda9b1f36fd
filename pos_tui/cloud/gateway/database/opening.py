"""Which database a setting names: a file in the data folder, or PostgreSQL by its URL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pos_tui.cloud.gateway.database.dialect import POSTGRES, SQLITE, Dialect
from pos_tui.cloud.gateway.database.interface import Database

POSTGRESQL = ("postgresql://", "postgres://")


async def open_database(
    url: str, data: Path, migrations: Callable[[Dialect], Sequence[str]]
) -> Database:
    """The database of a URL, or of a file in the data folder, brought to the newest schema.

    `migrations` gives the steps to it in a database's own words. Raises DatabaseUnavailable.
    """
    if url.startswith(POSTGRESQL):
        from pos_tui.cloud.gateway.database.postgres import PostgresDatabase

        return await PostgresDatabase.open(url, migrations(POSTGRES))
    from pos_tui.cloud.gateway.database.sqlite import SqliteDatabase

    return SqliteDatabase(data / url, migrations(SQLITE))
