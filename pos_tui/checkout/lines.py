"""The lines of a list: one that changes, and what it was at a moment, which shares with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import SupportsIndex, overload

from pos_tui.checkout.line import SettlementLine

_SIZE = 128

_Chunk = tuple[SettlementLine, ...]


class Lines(Sequence[SettlementLine]):
    """The lines of a list at one moment; they never change.

    They stand in chunks: the lines after a scan share all chunks but one with those before it.
    """

    __slots__ = ("_chunks", "_length")

    def __init__(self, chunks: tuple[_Chunk, ...] = (), length: int = 0) -> None:
        """All chunks but the last are full."""
        self._chunks = chunks
        self._length = length

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> SettlementLine: ...

    @overload
    def __getitem__(self, index: slice) -> list[SettlementLine]: ...

    def __getitem__(self, index: int | slice) -> SettlementLine | list[SettlementLine]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(self._length))]
        place = index if index >= 0 else index + self._length
        if not 0 <= place < self._length:
            raise IndexError(index)
        return self._chunks[place // _SIZE][place % _SIZE]

    def __iter__(self) -> Iterator[SettlementLine]:
        for chunk in self._chunks:
            yield from chunk


class LineList(list[SettlementLine]):
    """The lines of an open list. It knows which chunks have changed since it was looked at."""

    def __init__(self) -> None:
        super().__init__()
        self._chunks: list[_Chunk] = []
        self._stale: set[int] = set()

    def append(self, line: SettlementLine) -> None:
        """Add a line at the end."""
        self._stale.add(len(self) // _SIZE)
        super().append(line)

    def insert(self, index: SupportsIndex, line: SettlementLine) -> None:
        """Add a line before the one at index; those from there on move down."""
        place = range(len(self) + 1)[index]
        self._stale.update(range(place // _SIZE, len(self) // _SIZE + 1))
        super().insert(place, line)

    def put(self, index: int, line: SettlementLine) -> None:
        """Put a line in the place of the one at index."""
        self._stale.add(index // _SIZE)
        self[index] = line

    def pop(self, index: SupportsIndex = -1) -> SettlementLine:
        """Take the line at index away; those behind it move up."""
        first = range(len(self))[index] // _SIZE
        self._stale.update(range(first, len(self._chunks) + 1))
        return super().pop(index)

    def now(self) -> Lines:
        """The lines as they stand now. What has not changed since the last look is shared."""
        needed = -(-len(self) // _SIZE)
        del self._chunks[needed:]
        self._chunks.extend(() for _ in range(needed - len(self._chunks)))
        for number in self._stale:
            if number < needed:
                start = number * _SIZE
                self._chunks[number] = tuple(self[start : start + _SIZE])
        self._stale.clear()
        return Lines(tuple(self._chunks), len(self))


def lines_of(lines: Iterable[SettlementLine]) -> Lines:
    """Some lines as they stand."""
    listed = LineList()
    for line in lines:
        listed.append(line)
    return listed.now()
