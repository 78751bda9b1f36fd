"""What Redis answers when it is asked for a stream's entries, in the types that it has here."""

from __future__ import annotations


def stream_entries(reply: object) -> list[tuple[bytes, dict[bytes, bytes]]]:
    """XRANGE's or XREVRANGE's answer to a client that decodes nothing: ids and their fields."""
    assert isinstance(reply, list)
    entries = []
    for entry_id, fields in reply:
        assert isinstance(entry_id, bytes)
        assert isinstance(fields, dict)
        entries.append((entry_id, fields))
    return entries
