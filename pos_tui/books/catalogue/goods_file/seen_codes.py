"""Which codes a file had already, and in which lines: some thirty bytes a code."""

from __future__ import annotations

from array import array

_SMALLEST = 1 << 12


class SeenCodes:
    """The lines of codes, by the codes' hashes of 64 bits in an open table.

    Two codes among a million have the same hash once in thirty million files.
    """

    def __init__(self) -> None:
        self._mask = _SMALLEST - 1
        self._hashes = array("q", bytes(8 * _SMALLEST))
        self._lines = array("I", bytes(4 * _SMALLEST))
        self._count = 0

    def line_of(self, code: str) -> int:
        """The line in which a code stood; 0 where it was in none."""
        wanted = hash(code) or 1
        at = wanted & self._mask
        hashes = self._hashes
        while found := hashes[at]:
            if found == wanted:
                return self._lines[at]
            at = (at + 1) & self._mask
        return 0

    def note(self, code: str, line: int) -> int:
        """Note that a code stands in a line; returns the line where it stood before, or 0."""
        wanted = hash(code) or 1
        hashes, mask = self._hashes, self._mask
        at = wanted & mask
        while found := hashes[at]:
            if found == wanted:
                return self._lines[at]
            at = (at + 1) & mask
        hashes[at] = wanted
        self._lines[at] = line
        self._count += 1
        if self._count * 2 > mask:
            self._grow()
        return 0

    def _grow(self) -> None:
        hashes, lines = self._hashes, self._lines
        size = (self._mask + 1) * 2
        self._mask = mask = size - 1
        self._hashes = new = array("q", bytes(8 * size))
        self._lines = new_lines = array("I", bytes(4 * size))
        for wanted, line in zip(hashes, lines, strict=True):
            if wanted:
                at = wanted & mask
                while new[at]:
                    at = (at + 1) & mask
                new[at] = wanted
                new_lines[at] = line
