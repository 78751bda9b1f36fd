"""One text for every database: its marks stand for values, and nothing else in it is touched."""

from __future__ import annotations

from pathlib import Path

from pos_tui.cloud.gateway.database.dialect import Values
from pos_tui.cloud.gateway.database.opening import open_database


async def test_what_a_literal_says_is_never_taken_for_a_mark(tmp_path: Path, database: str) -> None:
    db = await open_database(database, tmp_path, lambda _: ())
    try:
        values = Values()
        ours = f"CAST({values.add('?')} AS TEXT), CAST({values.add(b'$1')} AS {db.dialect.blob})"
        literals = "'?', '$1', '$2', 'NOW_S()', 'it''s $2', 'INTEGER SKIP_LOCKED'"
        rows = await db.read(f"SELECT {ours}, {literals}", values)
        assert rows == [("?", b"$1", "?", "$1", "$2", "NOW_S()", "it's $2", "INTEGER SKIP_LOCKED")]
    finally:
        await db.close()


async def test_marks_may_stand_in_another_order_than_they_were_numbered_and_more_than_once(
    tmp_path: Path, database: str
) -> None:
    db = await open_database(database, tmp_path, lambda _: ())
    try:
        values = Values()
        first, second = (f"CAST({values.add(text)} AS TEXT)" for text in ("one", "two"))
        assert await db.read(f"SELECT {second}, {first}, {second}", values) == [
            ("two", "one", "two")
        ]
        assert values.add_all([3, 4]) == "$3, $4"
    finally:
        await db.close()


async def test_each_database_tells_its_own_time_in_seconds(tmp_path: Path, database: str) -> None:
    import time

    db = await open_database(database, tmp_path, lambda _: ())
    try:
        [(now,)] = await db.read(f"SELECT {db.dialect.now_s}")
        assert isinstance(now, float)
        assert abs(now - time.time()) < 5
    finally:
        await db.close()
