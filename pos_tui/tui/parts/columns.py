"""Columns that share a width, and the rows of text that stand in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from pos_tui.text_width import pad, width_of

Item = TypeVar("Item")


class Column(Struct, frozen=True):
    """A column: as wide as its widest cell, or so many shares of the room that is left.

    Numbers stand on the right. A column is left out where the list is narrower than `needs` cells.
    """

    title: str
    share: int = 0
    right: bool = False
    needs: int = 0


class Row(Struct, Generic[Item], frozen=True):
    """What a row stands for, its cells, and the style of the theme that it is painted in."""

    item: Item
    cells: tuple[str, ...]
    style: str = "line"


class Columns:
    """Lays rows out in columns."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = tuple(columns)
        self.titles = tuple(column.title for column in columns)
        self._widest = [width_of(title) for title in self.titles]

    def fit(self, rows: Iterable[Sequence[str]]) -> None:
        """Make the columns without shares wide enough for all these rows."""
        self._widest = [width_of(title) for title in self.titles]
        own = [place for place, column in enumerate(self._columns) if not column.share]
        for cells in rows:
            for place in own:
                self._widest[place] = max(self._widest[place], width_of(cells[place]))

    def line(self, cells: Sequence[str], room: int) -> str:
        """One row as text of exactly so many cells."""
        parts = []
        for place, width in self._widths(room):
            text, column = cells[place], self._columns[place]
            gap = " " * max(width - width_of(text), 0) if column.right else ""
            parts.append(pad(gap + text, width))
        return pad(" ".join(parts), room)

    def _widths(self, room: int) -> list[tuple[int, int]]:
        shown = [place for place, each in enumerate(self._columns) if each.needs <= room]
        shares = sum(self._columns[place].share for place in shown)
        own = sum(self._widest[place] for place in shown if not self._columns[place].share)
        left = max(room - own - len(shown) + 1, 0)
        widths = []
        for place in shown:
            width, share = self._widest[place], self._columns[place].share
            if share:
                width = left * share // shares
                left, shares = left - width, shares - share
            widths.append((place, width))
        return widths
