"""PostgreSQL by its URL: any number of gateways over one database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import asyncpg

from pos_tui.cloud.gateway.database.dialect import POSTGRES, Value
from pos_tui.cloud.gateway.database.interface import DatabaseUnavailable, Row, Work
from pos_tui.reasons import plain

_T = TypeVar("_T")

_POOL = 16
_TIMEOUT_S = 10.0
_MIGRATING = 0x706F735F  # a number of our own for PostgreSQL's advisory lock
_AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ReadOnlySQLTransactionError,
)


class PostgresDatabase:
    """A pool of connections to one database."""

    dialect = POSTGRES

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @classmethod
    async def open(cls, url: str, migrations: Sequence[str]) -> PostgresDatabase:
        """Connect, and bring the schema to the newest version. Raises DatabaseUnavailable."""
        try:
            pool = await asyncpg.create_pool(
                url, min_size=1, max_size=_POOL, command_timeout=_TIMEOUT_S, timeout=_TIMEOUT_S
            )
            async with pool.acquire() as connection, connection.transaction():
                await _migrate(connection, migrations)
        except (ValueError, asyncpg.ClientConfigurationError):
            # What it says about the URL may quote the password.
            raise DatabaseUnavailable("database.postgres_url") from None
        except (*_AWAY, asyncpg.PostgresError) as error:
            raise DatabaseUnavailable("database.postgres", why=plain(str(error))) from error
        return cls(pool)

    async def read(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """The rows of one question."""
        try:
            return [tuple(row) for row in await self._pool.fetch(sql, *values)]
        except _AWAY as error:
            raise DatabaseUnavailable(plain(str(error))) from error

    async def change(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """One statement that changes something; alone it is a transaction of its own."""
        return await self.read(sql, values)

    async def write(self, work: Work[_T]) -> _T:
        """A piece of work in one transaction."""
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                try:
                    sql, values = next(work)
                    while True:
                        found = await connection.fetch(sql, *values)
                        sql, values = work.send([tuple(row) for row in found])
                except StopIteration as end:
                    value: _T = end.value
            return value
        except _AWAY as error:
            raise DatabaseUnavailable(plain(str(error))) from error

    async def close(self) -> None:
        """Let all connections go."""
        await self._pool.close()


async def _migrate(connection: asyncpg.pool.PoolConnectionProxy, migrations: Sequence[str]) -> None:
    # Several gateways may start at once; the first one migrates, the others wait here.
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _MIGRATING)
    await connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")
    version = await connection.fetchval("SELECT max(version) FROM schema_version") or 0
    for number, script in enumerate(migrations[version:], version + 1):
        await connection.execute(script)
        await connection.execute("INSERT INTO schema_version VALUES ($1)", number)
