"""A list that is on disk but for its last items: a file of a million goods needs no memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

import msgspec

_Item = TypeVar("_Item")
_IN_MEMORY = 4_000  # items


class Spool(Sequence[_Item], Generic[_Item]):
    """A sequence that grows at its end; it is read from the beginning, as often as one likes.

    Its file has no name and goes with the process. Raises OSError where the disk is full.
    """

    def __init__(self, kind: type[_Item]) -> None:
        self._decoder: msgspec.msgpack.Decoder[list[_Item]] = msgspec.msgpack.Decoder(list[kind])  # type: ignore[valid-type]
        self._items: list[_Item] = []
        self._file: Any = None
        self._blocks: list[tuple[int, int]] = []  # where each begins, and its length in bytes
        self._written = 0  # items

    def append(self, item: _Item) -> None:
        """Add an item at the end."""
        self._items.append(item)
        if len(self._items) >= _IN_MEMORY:
            self._write()

    def __len__(self) -> int:
        return self._written + len(self._items)

    def __iter__(self) -> Iterator[_Item]:
        for block in range(len(self._blocks)):
            yield from self._read(block)
        yield from self._items

    @overload
    def __getitem__(self, index: int) -> _Item: ...

    @overload
    def __getitem__(self, index: slice) -> list[_Item]: ...

    def __getitem__(self, index: int | slice) -> _Item | list[_Item]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        if index >= self._written:
            return self._items[index - self._written]
        return self._read(index // _IN_MEMORY)[index % _IN_MEMORY]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def _write(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="pos-tui-")  # noqa: SIM115 - closed with it
        begin = sum(self._blocks[-1]) if self._blocks else 0
        content = msgspec.msgpack.encode(self._items)
        self._file.seek(begin)
        self._file.write(content)
        self._blocks.append((begin, len(content)))
        self._written += len(self._items)
        self._items = []

    def _read(self, block: int) -> list[_Item]:
        begin, length = self._blocks[block]
        self._file.seek(begin)
        return self._decoder.decode(self._file.read(length))
