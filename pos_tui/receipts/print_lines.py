"""Lines on paper: text or a symbol, and how it is printed; the marks that any paper may have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from pos_tui.receipts.paper_rows import centred_rows
from pos_tui.receipts.words import words_in

Style = Literal["plain", "bold", "large", "rule", "barcode", "qr", "logo"]
"""How a line is printed; of barcode and qr the text is what the symbol says, of logo a path."""


class PrintLine(Struct, frozen=True):
    """A line on paper: its text, no wider than the paper, and how it is printed; or a symbol."""

    text: str
    style: Style = "plain"

    @property
    def is_text(self) -> bool:
        """Whether letters are printed, and no symbol."""
        return self.style not in {"barcode", "qr", "logo"}


def lines_as_text(lines: Iterable[PrintLine]) -> str:
    """What is printed as letters, each line ended by a line feed."""
    return "".join(line.text.rstrip() + "\n" for line in lines if line.is_text)


class PaperMarks(Struct, frozen=True):
    """What stands on a paper besides what it is: which copy it is (0: the first print), that the
    till stopped before it was known to be printed, that it is of training only.
    """

    copy: int = 0
    is_late: bool = False
    is_training: bool = False


NO_MARKS = PaperMarks()


def marked_lines(
    lines: Sequence[PrintLine], columns: int, marks: PaperMarks, language: str
) -> list[PrintLine]:
    """The lines of a paper with its marks: training and copy at its top and its bottom, and above
    the symbols that end it whether it is printed late.
    """
    words = words_in(language)
    around = []
    if marks.is_training:
        around += _mark(words("paper.training"), columns)
    if marks.copy:
        around += _mark(words("paper.copy", number=marks.copy), columns)
    late = []
    if marks.is_late:
        late = [PrintLine(part) for part in centred_rows(words("receipt.printed_late"), columns)]
    end = len(lines)
    while end and not lines[end - 1].is_text:
        end -= 1
    return [*around, *lines[:end], *late, *lines[end:], *around]


def _mark(text: str, columns: int) -> list[PrintLine]:
    """A mark that is not overlooked, with stars where there is room for them."""
    return [PrintLine(part, "bold") for part in centred_rows(f"*** {text} ***", columns)]
