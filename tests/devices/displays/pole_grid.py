"""A display of two rows of twenty signs, as a grid: what its bytes make of it, by its manual."""

from __future__ import annotations

from collections.abc import Callable

COLUMNS = 20


class PoleGrid:
    """Understands CD5220 and ESC/POS as DM-D; `faults` has what such a display would not know."""

    def __init__(self, encoding: str = "ascii"):
        self.encoding = encoding
        self.faults: list[bytes] = []
        self.begun = 0
        self.brightness = 0
        self._bytes = bytearray()
        self._by_string = False  # after ESC Q: nothing but ESC Q, until it is cleared
        self._clear()

    @property
    def rows(self) -> list[str]:
        return [bytes(row).decode(self.encoding, "replace") for row in self._cells]

    def feed(self, data: bytes) -> None:
        self._bytes += data
        while self._bytes and self._take():
            pass

    def _take(self) -> bool:
        """Understand what comes next; False where the rest of it has not come yet."""
        data = self._bytes
        first = data[0]
        if first == 0x0C:
            return self._done(1, self._clear)
        if first == 0x1B:
            return self._escape()
        if first == 0x1F:
            return self._unit_separator()
        if self._by_string or first < 0x20:
            return self._fault(1)
        self._put(first)
        return self._done(1)

    def _escape(self) -> bool:
        data = self._bytes
        if len(data) < 2:
            return False
        if data[1:2] == b"@":
            return self._fault(2) if self._by_string else self._done(2, self._begin)
        if data[1:2] == b"Q":
            end = data.find(b"\r")
            if end < 0:
                return False
            row, text = data[2:3], data[3:end]
            if bytes(row) not in {b"A", b"B"} or len(text) != COLUMNS:
                return self._fault(end + 1)
            self._by_string = True
            self._cells[row == b"B"] = bytearray(text)
            return self._done(end + 1)
        if len(data) < 3:
            return False
        if data[1:2] == b"*" and data[2] in range(1, 5) and not self._by_string:
            self.brightness = data[2]
            return self._done(3)
        return self._fault(2)

    def _unit_separator(self) -> bool:
        data = self._bytes
        if len(data) < 2:
            return False
        if data[1] == 0x01:
            return self._done(2)
        if len(data) < 3:
            return False
        if data[1:2] == b"C":
            return self._done(3)
        if data[1:2] == b"X" and data[2] in range(1, 5):
            self.brightness = data[2]
            return self._done(3)
        if data[1:2] == b"$":
            if len(data) < 4:
                return False
            if data[2] not in range(1, COLUMNS + 1) or data[3] not in (1, 2):
                return self._fault(4)
            self._at = (data[3] - 1) * COLUMNS + data[2] - 1
            return self._done(4)
        return self._fault(2)

    def _put(self, byte: int) -> None:
        self._cells[self._at // COLUMNS][self._at % COLUMNS] = byte
        self._at = (self._at + 1) % (2 * COLUMNS)

    def _begin(self) -> None:
        self.begun += 1
        self._clear()

    def _clear(self) -> None:
        self._cells = [bytearray(b" " * COLUMNS) for _ in range(2)]
        self._at = 0
        self._by_string = False

    def _done(self, count: int, act: Callable[[], None] = lambda: None) -> bool:
        del self._bytes[:count]
        act()
        return True

    def _fault(self, count: int) -> bool:
        self.faults.append(bytes(self._bytes[:count]))
        return self._done(count)
