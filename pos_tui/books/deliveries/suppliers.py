"""Who delivers: names, remembered when they are used."""

from __future__ import annotations

from datetime import datetime

import apsw


def remember_supplier(connection: apsw.Connection, name: str, at: datetime) -> str:
    """Note that a supplier was used; returns the name as it was written the first time."""
    if not name:
        return ""
    connection.execute(
        "INSERT INTO suppliers (name, used, last_at) VALUES (?, 1, ?) ON CONFLICT (name)"
        " DO UPDATE SET used = used + 1, last_at = excluded.last_at",
        (name, at.isoformat()),
    )
    row = connection.execute("SELECT name FROM suppliers WHERE name = ?", (name,)).fetchone()
    return name if row is None else str(row[0])


def suppliers(reader: apsw.Connection, words: str = "", most: int = 9) -> list[str]:
    """The suppliers whose name holds these words, those used last first."""
    like = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = reader.execute(
        "SELECT name FROM suppliers WHERE name LIKE ? ESCAPE '\\' ORDER BY last_at DESC LIMIT ?",
        (like, most),
    )
    return [str(name) for (name,) in rows]
