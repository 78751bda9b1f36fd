"""Paper shown in a terminal: its lines between two edges, its symbols as what they are."""

from __future__ import annotations

from collections.abc import Iterable

from pos_tui.receipts.paper_rows import centred_rows
from pos_tui.receipts.print_lines import PrintLine
from pos_tui.receipts.words import words_in
from pos_tui.text_width import pad


def preview(lines: Iterable[PrintLine], columns: int, language: str) -> str:
    """The lines as on paper of so many columns, each ended by a line feed."""
    edge = f"+{'-' * (columns + 2)}+\n"
    rows = (row for line in lines for row in _shown(line, columns, language))
    return edge + "".join(f"| {pad(row, columns)} |\n" for row in rows) + edge


def _shown(line: PrintLine, columns: int, language: str) -> list[str]:
    words = words_in(language)
    if line.style == "barcode":
        return centred_rows(f"[{words('paper.barcode', text=line.text)}]", columns)
    if line.style == "logo":
        return centred_rows(f"[{words('paper.logo', file=line.text)}]", columns)
    if line.style == "qr":
        return centred_rows(f"[{words('paper.qr', count=len(line.text))}]", columns)
    return [line.text]
