"""What was odd in a file and how it was dealt with: counted by kind, with the first line."""

from __future__ import annotations

from msgspec import Struct

from pos_tui.reasons import Reason


class FileDoubt(Struct, frozen=True):
    """One kind of doubt: the first cause, the line where it stood, and how many lines had one."""

    why: Reason
    line: int
    count: int


class FileDoubts:
    """Counts doubts of the same kind about the same column together."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], FileDoubt] = {}

    def note(self, line: int, why: Reason) -> None:
        """Note a doubt about a line."""
        key = (why.kind, str(why.values.get("column", "")))
        first = self._found.get(key)
        self._found[key] = (
            FileDoubt(why, line, 1)
            if first is None
            else FileDoubt(first.why, first.line, first.count + 1)
        )

    def all(self) -> list[FileDoubt]:
        """The doubts so far, in the order in which they came up."""
        return list(self._found.values())
