"""Rows of a file that were refused, and the file that lists them for the shop."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct

from pos_tui.reasons import Reason, plain
from pos_tui.tables.errors import TableError

# A cell that begins with one of these is a formula to a spreadsheet, or becomes one.
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class RejectedRow(Struct, frozen=True):
    """A row that was refused: its line in the file, why, and what stood there."""

    line: int
    why: Reason
    row: tuple[str, ...]


def write_rejects(
    rejects: Iterable[RejectedRow], folder: Path, stem: str, in_words: Callable[[Reason], str]
) -> Path | None:
    """Write the refused rows to a file in this folder, with line and reason; None if none.

    No cell of it is a formula to a spreadsheet. Raises TableError.
    """
    rejects = list(rejects)
    if not rejects:
        return None
    path = folder / f"{stem}.rejects.csv"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("line", "reason", "row"))
            for reject in rejects:
                cells = (in_words(reject.why), *reject.row)
                writer.writerow((reject.line, *map(_as_text, cells)))
    except OSError as error:
        raise TableError(
            "tables.rejects_unwritable", path=str(path), why=plain(str(error.strerror))
        ) from error
    return path


def _as_text(cell: str) -> str:
    """A cell that a spreadsheet shows as it stands: with ' before what would be a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_BEGINS_A_FORMULA) else cell
