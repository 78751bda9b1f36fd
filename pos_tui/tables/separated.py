"""Separated text (CSV): its delimiter, its header and its rows.

A quotation mark that nothing closes must not swallow the rows below it. So a cell of several lines
is believed only where it is well formed and does not look like rows of the table.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from pos_tui.reasons import Reason, because
from pos_tui.tables.errors import NoHeaderError, TableError
from pos_tui.tables.fitting import LONGEST_CELL, MOST_COLUMNS, fit_row, nearest_header
from pos_tui.tables.lines import LineWindow, each_line
from pos_tui.tables.rejects import RejectedRow
from pos_tui.tables.streamed import kept
from pos_tui.tables.table import Table, TableRow

IsHeader = Callable[[Sequence[str]], bool]
Lines = Callable[[], Iterator[str]]

HEADER_WITHIN = 50  # rows; titles and blank lines stand above a header, but not many
_LONGEST_RECORD = 1_000  # lines
_SAMPLE = 2_000  # lines from which the columns are learned
_DELIMITERS = ",;\t|"
_NAMES_THE_DELIMITER = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_NUMBER = re.compile(r"\D{0,4}\d[\d.,'\s]{0,20}\D{0,4}", re.ASCII)


def read_separated(
    text: str,
    encoding: str,
    path: str,
    is_header: IsHeader,
    *,
    damaged: bool = False,
    exact: bool = False,
) -> Table:
    """The table in a text. Raises TableError.

    `damaged`: bytes that are no text stand in it as lone surrogates; their rows are refused.
    `exact`: a row that is shorter than the header is refused too, for it may be cut.
    """
    return kept(
        stream_separated(
            lambda: each_line(text), encoding, path, is_header, damaged=damaged, exact=exact
        )
    )


def stream_separated(
    lines: Lines,
    encoding: str,
    path: str,
    is_header: IsHeader,
    *,
    damaged: bool = False,
    exact: bool = False,
) -> SeparatedRows:
    """The same table, read from its lines each time that its rows are asked for. Raises TableError.

    `lines` gives them from the first one on, each with what ends it.
    """
    try:
        delimiter, header, at = _find_header(LineWindow(lines()), path, is_header)
    except NoHeaderError:
        if not _are_wrapped(LineWindow(lines()).between(0, HEADER_WITHIN)):
            raise
        wrapped, lines = lines, lambda: map(_unwrapped, wrapped())
        delimiter, header, at = _find_header(LineWindow(lines()), path, is_header)
    return SeparatedRows(lines, delimiter, at, header, encoding, damaged, exact)


class _Records:
    """Reads one record after the other, and goes back to any line."""

    def __init__(self, lines: LineWindow, delimiter: str, at: int = 0) -> None:
        self.lines = lines
        self.delimiter = delimiter
        self.at = at
        self._stop = 0
        self._reader = csv.reader(self, delimiter=delimiter)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.at >= self._stop or not self.lines.has(self.at):
            raise StopIteration
        self.at += 1
        return self.lines[self.at - 1]

    def read(self) -> list[str] | None:
        """The cells of the next record, in one line or in several; None at the end."""
        first = self.at
        self._stop = self.at + _LONGEST_RECORD
        try:
            return next(self._reader)
        except StopIteration:
            return None
        except csv.Error:  # a cell of more than csv's 131,072 characters
            self.at = first + 1
            return self.split(first)

    def read_above_the_rows(self) -> list[str] | None:
        """The next record; of one that is not well formed, only the cells of its first line."""
        first = self.at
        cells = self.read()
        if self.at - first > 1 and not self.is_well_formed(first, self.at):
            self.at = first + 1
            return self.split(first)
        return cells

    def is_closed(self, line: int) -> bool:
        """Whether a line that is read by itself leaves no quotation mark open."""
        try:
            return len(list(csv.reader([self.lines[line], "-"], delimiter=self.delimiter))) == 2
        except csv.Error:
            return False

    def is_well_formed(self, first: int, end: int) -> bool:
        """Whether these lines are one whole record, every quotation mark in its place."""
        strict = csv.reader(self.lines.between(first, end), delimiter=self.delimiter, strict=True)
        try:
            return len(list(strict)) == 1
        except csv.Error:
            return False

    def split(self, line: int) -> list[str]:
        """The cells of a line, as if a quotation mark were a letter like others."""
        return self.lines[line].rstrip("\r\n").split(self.delimiter)


class _Found(Struct, frozen=True):
    """A header by one delimiter: how many columns it names, how many rows below fit it."""

    delimiter: str
    header: tuple[str, ...]
    at: int
    named: int
    fitting: int


def _find_header(
    lines: LineWindow, path: str, is_header: IsHeader
) -> tuple[str, tuple[str, ...], int]:
    """The delimiter, the header, and the line that stands below it (from 0)."""
    named = _NAMES_THE_DELIMITER.fullmatch(lines[0]) if lines.has(0) else None
    delimiters, start = (named[1], 1) if named else (_DELIMITERS, 0)
    found: list[_Found] = []
    heads: list[list[list[str]]] = []
    for delimiter in delimiters:
        if delimiter.isalnum() or delimiter in '"\r\n ':
            continue
        records = _Records(lines, delimiter, start)
        head: list[list[str]] = []
        while len(head) < HEADER_WITHIN and (cells := records.read_above_the_rows()) is not None:
            if not any(cell.strip() for cell in cells):
                continue
            head.append(cells)
            if is_header(cells):
                names = sum(1 for cell in cells if cell.strip())
                at = records.at
                below = [records.read() or [] for _ in range(20)]
                fitting = sum(len(row) == len(cells) for row in below)
                found.append(_Found(delimiter, tuple(cells), at, names, fitting))
                break
        heads.append(head)
    if not found:
        if not any(heads):
            raise TableError("tables.empty", path=path)
        raise NoHeaderError(path, max(map(nearest_header, heads), key=len))
    best = max(found, key=lambda each: (each.named, each.fitting))
    if len(best.header) > MOST_COLUMNS:
        raise TableError("tables.too_wide", path=path, most=MOST_COLUMNS)
    return best.delimiter, best.header, best.at


def _are_wrapped(lines: Sequence[str]) -> bool:
    """Whether most lines are quoted as a whole, as a spreadsheet set up for another delimiter saves
    them: "1,""Milk, fresh"",2.50".
    """
    head = [line.strip() for line in lines if line.strip()]
    whole = sum(1 for line in head if len(line) > 2 and line[0] == line[-1] == '"')
    return bool(head) and whole * 2 > len(head)


def _unwrapped(line: str) -> str:
    """The line inside of a line that is quoted as a whole."""
    try:
        rows = list(csv.reader([line]))
    except csv.Error:
        return line
    return rows[0][0] + "\n" if len(rows) == 1 and len(rows[0]) == 1 else line


class SeparatedRows:
    """The rows below a header, as far as they are rows; a `StreamedTable`."""

    sheet = ""

    def __init__(
        self,
        lines: Lines,
        delimiter: str,
        at: int,
        header: tuple[str, ...],
        encoding: str,
        damaged: bool,
        exact: bool,
    ) -> None:
        self.header = header
        self.delimiter = delimiter
        self.encoding = encoding
        self.rejects: list[RejectedRow] = []
        self.lost = 0
        self._lines = lines
        self._first = at
        self._damaged = damaged
        self._exact = exact

    def blocks(self) -> Iterator[Sequence[TableRow]]:
        """All rows once more, some thousand at a time."""
        rows = _Rows(
            LineWindow(self._lines()),
            self.delimiter,
            self._first,
            self.header,
            self._damaged,
            self._exact,
        )
        yield from rows.blocks()
        self.rejects, self.lost = rows.rejects, rows.lost


class _Rows:
    """One reading of the rows below a header."""

    def __init__(
        self,
        lines: LineWindow,
        delimiter: str,
        at: int,
        header: tuple[str, ...],
        damaged: bool,
        exact: bool,
    ) -> None:
        self._records = _Records(lines, delimiter, at)
        self._header = header
        self._damaged = damaged
        self._exact = exact
        self._rows: list[TableRow] = []
        self.rejects: list[RejectedRow] = []
        self.lost = 0
        self._sample = lines.between(at, at + _SAMPLE)
        self._learned: tuple[frozenset[int], frozenset[int]] | None = None
        cell = rf'(?:"(?:[^"]|"")*"|[^"{re.escape(delimiter)}\r\n]*)'
        self._is_whole = re.compile(rf"{cell}(?:{re.escape(delimiter)}{cell})*[\r\n]*").fullmatch

    def blocks(self) -> Iterator[Sequence[TableRow]]:
        """The rows, some thousand at a time."""
        records = self._records
        while block := records.lines.block(records.at):
            if self._are_simple(block):
                self._add_lines(block)
            else:
                end = records.at + len(block)
                while records.at < end and self._add_next():
                    pass
            records.lines.forget(records.at)
            rows, self._rows = self._rows, []
            yield rows

    def _are_simple(self, block: list[str]) -> bool:
        """Whether each of these lines is a row by itself, whatever is in it."""
        if self._damaged or len(max(block, key=len)) > LONGEST_CELL:
            return False
        return all('"' not in line or self._is_whole(line) for line in block)

    def _add_lines(self, block: list[str]) -> None:
        records, header, width = self._records, self._header, len(self._header)
        line = records.at
        for cells in csv.reader(block, delimiter=records.delimiter):
            line += 1
            if len(cells) != width:
                if any(cell.strip() for cell in cells):
                    self._add(line - 1, cells)
                continue
            row = tuple(cells)
            if row != header and (row[0].strip() or any(cell.strip() for cell in row)):
                self._rows.append(TableRow(line, row))
        records.at += len(block)

    def _add_next(self) -> bool:
        """Read one record, in one line or several; False at the end."""
        records = self._records
        first = records.at
        cells = records.read()
        if cells is None:
            return False
        if not self._is_record(first, cells):
            self._give_up(first)
        elif any(cell.strip() for cell in cells) and tuple(cells) != self._header:
            self._add(first, cells)
        return True

    def _add(self, first: int, cells: list[str]) -> None:
        row = fit_row(cells, len(self._header), exact=self._exact)
        if isinstance(row, Reason):
            self._reject(first, row, cells)
        elif self._damaged and any(_has_lost_bytes(cell) for cell in cells):
            self._reject(first, because("tables.row_bytes"), cells)
        else:
            self._rows.append(TableRow(first + 1, row))

    def _reject(self, first: int, why: Reason, cells: Sequence[str]) -> None:
        shown = tuple(cells)
        if self._damaged:
            shown = tuple(cell.encode(errors="replace").decode() for cell in cells)
        self.rejects.append(RejectedRow(first + 1, why, shown))

    def _is_record(self, first: int, cells: list[str]) -> bool:
        """Whether what was read from this line on is a record, and not a stray quotation mark."""
        records, end = self._records, self._records.at
        if '"' not in records.lines[first]:
            return True
        if end - first == 1 and records.is_closed(first):
            # A stray mark may hide in a row that is too short.
            return len(cells) >= len(self._header) or records.is_well_formed(first, end)
        return (
            len(cells) in self._widths()
            and records.is_well_formed(first, end)
            and not (
                self._looks_like_a_row(first)
                and any(self._looks_like_a_row(line) for line in range(first + 1, end))
            )
        )

    def _give_up(self, first: int) -> None:
        """Refuse the row with the stray mark; go on at the next line that fits the header."""
        records = self._records
        cells = records.split(first)
        records.at = first + 1
        lost = 0
        while records.lines.has(records.at):
            here = records.at
            row = records.read() or []
            fits = self._is_record(here, row) and len(row) in self._widths()
            fits = fits or self._looks_like_a_row(here)  # with a stray mark of its own
            records.at = here if fits else here + 1
            if fits:
                break
            lost += bool(records.lines[here].strip())
        self.lost += lost
        why = because("tables.row_quote_lost", count=lost) if lost else because("tables.row_quote")
        self._reject(first, why, cells)

    # ---- what the rows of this table look like ------------------------------------------------

    def _widths(self) -> frozenset[int]:
        """How many cells a row of this table may have."""
        return self._learn()[0]

    def _looks_like_a_row(self, line: int) -> bool:
        """Whether a line by itself is like the rows of this table."""
        cells = self._records.split(line)
        widths, numbers = self._learn()
        return len(cells) in widths and all(
            place < len(cells) and _NUMBER.fullmatch(cells[place].strip('" ')) is not None
            for place in numbers
        )

    def _learn(self) -> tuple[frozenset[int], frozenset[int]]:
        """Which widths rows have, and which columns hold numbers, by rows of one line each."""
        if self._learned is None:
            widths, numbers, filled = Counter[int](), Counter[int](), Counter[int]()
            delimiter = self._records.delimiter
            sample = [line for line in self._sample if '"' not in line]
            for line in sample:
                cells = line.rstrip("\r\n").split(delimiter)
                if not any(cells) or len(cells) > len(self._header):
                    continue
                widths[len(cells)] += 1
                filled.update(place for place, cell in enumerate(cells) if cell.strip())
                numbers.update(
                    place for place, cell in enumerate(cells) if _NUMBER.fullmatch(cell.strip())
                )
            many = max(2, sum(widths.values()) // 20)
            usual = {width for width, count in widths.items() if count >= many and width > 1}
            always = sum(widths.values()) * 0.8
            self._learned = (
                frozenset(usual | {len(self._header)}),
                frozenset(
                    place
                    for place, count in numbers.items()
                    if filled[place] >= always and count >= 0.95 * filled[place]
                ),
            )
        return self._learned


def _has_lost_bytes(text: str) -> bool:
    return any("\ud800" <= each <= "\udfff" for each in text)
