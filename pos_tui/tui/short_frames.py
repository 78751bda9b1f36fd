"""Frames as short as they can be: what a terminal need not be sent to show the same.

Textual paints again what may have changed, each piece in a style that is set and set back. A slow
line (ssh over a telephone, a serial console) carries each of those bytes. So the cells that the
terminal shows are remembered, and what differs from them is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from pos_tui.text_width import width_of
from pos_tui.tui.pen import PLAIN, Pen, change_of_pen, pen_after, pen_of_blanks
from pos_tui.tui.straight_rows import has_no_doubt
from pos_tui.tui.terminal_abilities import Abilities

# What follows "ESC [" in a frame. A line feed that a move follows at once goes nowhere.
_PART = re.compile(r"(?:([\d;]*)m|(\d+);(\d+)H)([^\x00-\x1f\x7f-\x9f]*)(\r?\n)?")
_STYLES = re.compile(r"\x1b\[([\d;]*)m")
_UNFINISHED = re.compile(r"\x1b[^A-Za-z]*\Z")
_LEAVES_THE_CELLS = re.compile(r"(?:\x07|\x1b\[\?(?:25|2026)[hl])*")
_BRIDGED = 4  # bytes that are written again rather than stepped over
_ORDERED = 16  # more runs than these go out as they come: looking for the best order takes its time

_Cells = list[str | None]
"""What each cell of a row shows; "" is the right half of the sign before it, None is not known."""
_Pens = list[Pen]


class _Piece(NamedTuple):
    """What is written from a cell on, in one row."""

    row: int
    column: int
    spans: list[tuple[str, Pen]]


class _Run(NamedTuple):
    """Neighbouring cells that are to be written."""

    row: int
    first: int
    end: int


class ShortFrames:
    """Shortens what is written to one terminal. All that is written to it has to come by here."""

    def __init__(self, abilities: Abilities) -> None:
        self._abilities = abilities
        self._cells: dict[int, _Cells] = {}
        self._pens: dict[int, _Pens] = {}
        self._pen: Pen | None = None  # which the terminal has; None: not known
        self._meant: Pen | None = PLAIN  # which the writer thinks that it has
        self._cursor: tuple[int, int] | None = None  # row and column, where known

    def forget(self) -> None:
        """The terminal may show anything: whatever is written from now on is sent."""
        self._cells.clear()
        self._pens.clear()
        self._cursor = None

    def shorten(self, data: str) -> str:
        """What to send for the same on the screen.

        A cursor that is left in the corner, where Textual hides it, may stand anywhere.
        """
        if not data or _LEAVES_THE_CELLS.fullmatch(data):
            return data
        pieces = self._read(data)
        if pieces is None:
            return self._unread(data)
        written: list[str] = []
        apart = _rows_apart(pieces)
        for piece in pieces:
            if not apart.get(piece.row, True):
                self._write_whole(piece, written)
        runs = [run for piece in pieces if apart.get(piece.row) for run in self._show(piece)]
        self._write_runs(runs, written)
        if pieces and not pieces[-1].spans and pieces[-1][:2] != (0, 0):
            self._move(pieces[-1].row, pieces[-1].column, written)
        return "".join(written)

    def _unread(self, data: str) -> str:
        """What is no frame goes out as it is, in the pen that it was written for."""
        before = ""
        if self._meant is not None and self._pen != self._meant:
            before = change_of_pen(self._pen, self._meant, one_by_one=False)
        for codes in _STYLES.findall(data):
            self._meant = pen_after(self._meant, codes)
        if _UNFINISHED.search(data):
            self._meant = None
        self._pen = self._meant
        self.forget()
        return before + data

    def _read(self, data: str) -> list[_Piece] | None:
        """The pieces of a frame; None when it is something else."""
        before, *parts = data.split("\x1b[")
        if before:
            return None
        pieces: list[_Piece] = []
        pen, is_fed = self._meant, False
        for part in parts:
            found = _PART.fullmatch(part)
            if found is None or (is_fed and found[2] is None):
                return None
            codes, row, column, text, feed = found.groups()
            if codes is None:
                pieces.append(_Piece(int(row) - 1, int(column) - 1, []))
            else:
                pen = pen_after(pen, codes)
            if text:
                if not pieces or pen is None:
                    return None
                pieces[-1].spans.append((text, pen))
            is_fed = feed is not None
        if is_fed:
            return None
        self._meant = pen
        return pieces

    # ---- comparing -----------------------------------------------------------------------------

    def _show(self, piece: _Piece) -> Iterable[_Run]:
        """What of a piece is not shown yet. It is from now on."""
        cells, pens = _laid_out(piece.spans)
        row, start, end = piece.row, piece.column, piece.column + len(cells)
        shown, shown_pens = self._cells.get(row, [])[start:end], self._pens.get(row, [])[start:end]
        if shown == cells and shown_pens == pens:
            return ()
        self._put(row, start, cells, pens)
        if not any(shown):
            return (_Run(row, start, end),)
        shown += [None] * (len(cells) - len(shown))
        shown_pens += [PLAIN] * (len(cells) - len(shown_pens))
        return [
            _Run(row, start + first, start + last)
            for first, last in _differing(shown, shown_pens, cells, pens)
        ]

    def _put(self, row: int, start: int, cells: _Cells, pens: _Pens) -> None:
        shown, shown_pens = self._cells.setdefault(row, []), self._pens.setdefault(row, [])
        end = start + len(cells)
        missing = end - len(shown)
        shown += [None] * missing
        shown_pens += [PLAIN] * missing
        if shown[start] == "" and start:
            shown[start - 1] = None  # half a sign is none
        if end < len(shown) and shown[end] == "":
            shown[end] = None
        shown[start:end] = cells
        shown_pens[start:end] = pens

    # ---- writing -------------------------------------------------------------------------------

    def _write_whole(self, piece: _Piece, written: list[str]) -> None:
        """Write a piece of a row that cannot be compared cell by cell."""
        if not piece.spans:
            return
        self._move(piece.row, piece.column, written)
        for text, pen in piece.spans:
            self._take(pen, written)
            written.append(text)
        cells = sum(width_of(text) for text, _ in piece.spans)
        self._put(piece.row, piece.column, [None] * cells, [PLAIN] * cells)
        self._cursor = None

    def _write_runs(self, runs: list[_Run], written: list[str]) -> None:
        """Write them in an order in which pen and cursor have short ways to go."""
        if len(runs) > _ORDERED:
            for run in runs:
                self._write(run, written)
            return
        left = [(run, self._first_pen(run)) for run in runs]
        while left:
            nearest = min(left, key=lambda each: self._way_to(*each))
            left.remove(nearest)
            self._write(nearest[0], written)

    def _first_pen(self, run: _Run) -> Pen | None:
        cells, pens = self._cells[run.row], self._pens[run.row]
        return next((pens[at] for at in range(run.first, run.end) if cells[at] != " "), None)

    def _way_to(self, run: _Run, pen: Pen | None) -> int:
        """The bytes until a run can be written."""
        way = len(_way(self._cursor, run.row, run.first))
        return way if pen is None or pen == self._pen else way + len(self._change_to(pen))

    def _write(self, run: _Run, written: list[str]) -> None:
        cells, pens = self._cells[run.row], self._pens[run.row]
        self._move(run.row, run.first, written)
        at = cursor = run.first
        while at < run.end:
            cell, pen = cells[at], pens[at]
            end = at + 1
            if cell == " ":
                while end < run.end and cells[end] == " " and pens[end] == pen:
                    end += 1
                cursor += self._write_blanks(end - at, pen, written, is_last=end == run.end)
            else:
                self._take(pen, written)
                written.append(" " if cell is None else cell)
                cursor += 1
            at = end
        self._cursor = run.row, cursor

    def _write_blanks(self, count: int, seen: Pen, written: list[str], *, is_last: bool) -> int:
        """Write so many blanks that look as those of a pen; how far the cursor goes for it."""
        if self._pen is None or pen_of_blanks(self._pen) != seen:
            kept = None if self._pen is None else self._pen._replace(back=seen.back)
            self._take(seen if kept is None or pen_of_blanks(kept) != seen else kept, written)
        if self._abilities.erases_in_color and not seen.marks:
            erased = f"\x1b[{count}X"
            if is_last and len(erased) < count:
                written.append(erased)
                return 0
            erased += f"\x1b[{count}C"
            if len(erased) < count:
                written.append(erased)
                return count
        written.append(" " * count)
        return count

    def _take(self, pen: Pen, written: list[str]) -> None:
        if pen != self._pen:
            written.append(self._change_to(pen))
            self._pen = pen

    def _change_to(self, pen: Pen) -> str:
        return change_of_pen(self._pen, pen, one_by_one=self._abilities.changes_pens)

    def _move(self, row: int, column: int, written: list[str]) -> None:
        written.append(_way(self._cursor, row, column))
        self._cursor = row, column


def _way(cursor: tuple[int, int] | None, row: int, column: int) -> str:
    """What moves the cursor."""
    if cursor is not None and cursor[0] == row and cursor[1] <= column:
        cells = column - cursor[1]
        return f"\x1b[{cells if cells > 1 else ''}C" if cells else ""
    return f"\x1b[{row + 1}H" if column == 0 else f"\x1b[{row + 1};{column + 1}H"


def _rows_apart(pieces: Iterable[_Piece]) -> dict[int, bool]:
    """The rows of a frame; whether each cell of it is written once, and terminals agree on it."""
    apart: dict[int, bool] = {}
    ends: dict[int, int] = {}
    for row, column, spans in pieces:
        if not spans:
            continue
        text = "".join([text for text, _ in spans])
        is_apart = has_no_doubt(text) and column >= ends.get(row, 0)
        apart[row] = is_apart and apart.get(row, True)
        ends[row] = column + width_of(text)
    return apart


def _laid_out(spans: Iterable[tuple[str, Pen]]) -> tuple[_Cells, _Pens]:
    """The cells of a text, and the pen of each: of a blank only what is seen of it."""
    cells: _Cells = []
    pens: _Pens = []
    for text, pen in spans:
        begin = len(cells)
        if text.isascii() or width_of(text) == len(text):
            cells += text
        else:
            for sign in text:
                cells.append(sign)
                if _is_wide(sign):
                    cells.append("")
        if " " in text:
            blank = pen_of_blanks(pen)
            pens += [blank if cell == " " else pen for cell in cells[begin:]]
        else:
            pens += [pen] * (len(cells) - begin)
    return cells, pens


def _differing(
    shown: _Cells, shown_pens: _Pens, cells: _Cells, pens: _Pens
) -> list[tuple[int, int]]:
    """From which cell to which; few that are the same may lie between."""
    found: list[tuple[int, int]] = []
    first, end = -1, -1
    for at, same in enumerate(zip(shown, cells, shown_pens, pens, strict=True)):
        if same[0] == same[1] and same[2] == same[3]:
            continue
        if first >= 0 and not (at == end or _is_bridged(cells, pens, end, at)):
            found.append((first, end))
            first = at
        elif first < 0:
            first = at
        end = at + 1
        if cells[end : end + 1] == [""]:  # the cursor stands behind the whole of a wide sign
            end += 1
    if first >= 0:
        found.append((first, end))
    return found


def _is_bridged(cells: _Cells, pens: _Pens, start: int, end: int) -> bool:
    """Whether to write what is the same costs no more than to step over it."""
    if end - start > _BRIDGED or len("".join(map(str, cells[start:end])).encode()) > _BRIDGED:
        return False
    pen, back = pens[start - 1], pens[start - 1].back
    return all(
        pens[at] == pen or (cells[at] == " " and pens[at] == Pen(back=back))
        for at in range(start, end)
    )


@lru_cache(maxsize=2048)
def _is_wide(sign: str) -> bool:
    return width_of(sign) == 2
