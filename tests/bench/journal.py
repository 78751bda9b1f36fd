"""What a till has written down, read once the till has ended."""

from __future__ import annotations

import json
from pathlib import Path

import apsw


def lines_in_journal(data: Path) -> list[str]:
    """The 14-digit codes of all lines in the journal, in the order in which they were scanned."""
    connection = apsw.Connection(str(data / "books.db"))
    try:
        bodies = connection.execute("SELECT body FROM journal ORDER BY seq").fetchall()
    finally:
        connection.close()
    acts = [json.loads(body) for (body,) in bodies if isinstance(body, bytes)]
    return [act["line"]["item"]["code"] for act in acts if act["type"] == "line"]
