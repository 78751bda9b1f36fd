"""Rows of a file that were refused, and the file that lists them for the shop."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct

from pos_tui.files.owner import make_private_file, make_private_folder
from pos_tui.reasons import Reason, plain
from pos_tui.tables.errors import TableError

# A cell that begins with one of these is a formula to a spreadsheet, and so is what stands behind
# a sign at which one that was made for another country divides the line.
_BEGINS_A_FORMULA = re.compile(r"(^|[;；|\t\r\n·])(\s*)(?=[=+\-@＝＋－＠])")
# Control characters, signs that turn the reading direction, halves of characters.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


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
        make_private_folder(folder)
        make_private_file(path)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("line", "reason", "row"))
            for reject in rejects:
                cells = (in_words(reject.why), *reject.row)
                writer.writerow((reject.line, *map(spreadsheet_text, cells)))
    except OSError as error:
        raise TableError(
            "tables.rejects_unwritable", path=str(path), why=plain(str(error.strerror))
        ) from error
    return path


def spreadsheet_text(cell: str) -> str:
    """A cell that a spreadsheet shows as it stands: with ' before what would be a formula."""
    return _BEGINS_A_FORMULA.sub(r"\1\2'", _UNSAFE.sub("·", cell))
