"""What stands on the paper after a job: an interpreter of ESC/POS that knows nothing of our own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class PrintedRow:
    """A row on the paper, with how its letters look."""

    text: str
    is_bold: bool = False
    is_tall: bool = False


@dataclass
class Paper:
    """A roll of paper, and the printer that it is in.

    `page` gives the letter of a byte on a code page, by the page's number in ESC t. What is no
    command of a receipt is an AssertionError.
    """

    page: Callable[[int, int], str]
    encoding: str = ""
    rows: list[PrintedRow] = field(default_factory=list)
    cuts: int = 0
    pages: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._initialise()

    def print(self, job: bytes) -> None:
        """Print a whole job."""
        while job:
            job = job[self._step(job) :]
        assert not self._row, "the last row was never printed"

    def _initialise(self) -> None:
        self._row: list[str] = []
        self._is_bold = self._is_tall = self._is_chinese = False
        self._page = 0

    def _step(self, job: bytes) -> int:
        """Do what the job begins with; how many bytes that was."""
        match job[0]:
            case 0x0A:
                row = PrintedRow("".join(self._row), self._is_bold, self._is_tall)
                self.rows.append(row)
                self._row = []
                return 1
            case 0x1B:
                return self._escape(job)
            case 0x1C:
                self._is_chinese = {ord("&"): True, ord("."): False}[job[1]]
                return 2
            case 0x1D:
                return self._group(job)
            case byte if byte < 0x20 or byte == 0x7F:
                raise AssertionError(f"{job[:8]!r} is no command of a receipt")
            case byte if byte < 0x80:
                self._row.append(chr(byte))
                return 1
        if self._is_chinese:
            return self._decoded(job, "gb18030", 4)
        if self.encoding:
            return self._decoded(job, self.encoding, 4)
        self._row.append(self.page(self._page, job[0]))
        return 1

    def _decoded(self, job: bytes, encoding: str, longest: int) -> int:
        for length in range(1, longest + 1):
            try:
                self._row.append(job[:length].decode(encoding))
            except UnicodeDecodeError:
                continue
            return length
        raise AssertionError(f"{job[:longest]!r} is no letter in {encoding}")

    def _escape(self, job: bytes) -> int:
        match chr(job[1]):
            case "@":
                self._initialise()
                return 2
            case "!":
                assert not job[2] & ~0x18, "neither bold nor double height"
                self._is_bold, self._is_tall = bool(job[2] & 0x08), bool(job[2] & 0x10)
            case "E":
                self._is_bold = bool(job[2] & 1)
            case "a":
                assert not self._row
            case "t":
                self._page = job[2]
                self.pages.append(job[2])
            case "d":
                assert not self._row
            case _:
                raise AssertionError(f"{job[:8]!r} is no command of a receipt")
        return 3

    def _group(self, job: bytes) -> int:
        match chr(job[1]):
            case "h" | "w" | "H":
                return 3
            case "k":  # bars
                return 4 + job[3]
            case "(":  # a QR code
                assert job[2:3] == b"k", f"{job[:8]!r} is no command of a receipt"
                return 5 + int.from_bytes(job[3:5], "little")
            case "v":  # a picture
                width, height = (int.from_bytes(job[at : at + 2], "little") for at in (4, 6))
                return 8 + width * height
        assert job[1:3] == b"V\x00", f"{job[:8]!r} is no command of a receipt"
        self.cuts += 1
        return 3
