"""What stands on the paper after a job: an interpreter of ESC/POS that knows nothing of our own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class PrintedPicture:
    """A picture of dots on the paper."""

    wide: int
    high: int
    dots: bytes

    def has_ink(self, x: int, y: int) -> bool:
        """Whether a dot is black."""
        return bool(self.dots[y * self.wide // 8 + x // 8] & (0x80 >> x % 8))

    def ink_in(self, columns: range) -> int:
        """How many dots are black in some columns of dots."""
        return sum(self.has_ink(x, y) for x in columns for y in range(self.high))

    def as_pbm(self) -> bytes:
        """The same as a file that other programs read."""
        return b"P4 %d %d\n" % (self.wide, self.high) + self.dots


@dataclass(frozen=True)
class PrintedRow:
    """A row on the paper, with how its letters look; or a picture, or bars (with their code)."""

    text: str
    is_bold: bool = False
    is_tall: bool = False
    picture: PrintedPicture | None = None
    code: bytes = b""


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
    tall_ideographs: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._initialise()

    @property
    def pictures(self) -> list[PrintedPicture]:
        """The pictures on the paper, from the top."""
        return [row.picture for row in self.rows if row.picture is not None]

    def print(self, job: bytes) -> None:
        """Print a whole job."""
        while job:
            job = job[self._step(job) :]
        assert not self._row, "the last row was never printed"

    def _initialise(self) -> None:
        self._row: list[str] = []
        self._is_bold = self._is_tall = self._is_chinese = self._is_tall_chinese = False
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
                return self._ideographs(job)
            case 0x1D:
                return self._group(job)
            case byte if byte < 0x20 or byte == 0x7F:
                raise AssertionError(f"{job[:8]!r} is no command of a receipt")
            case byte if byte < 0x80:
                self._row.append(chr(byte))
                return 1
        if self._is_chinese:
            is_other = self.encoding in {"big5", "euc_kr", "shift_jis"}
            return self._decoded(job, self.encoding if is_other else "gb18030", 4)
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
            if self._is_chinese and self._is_tall_chinese:
                self.tall_ideographs.add(self._row[-1])
            return length
        raise AssertionError(f"{job[:longest]!r} is no letter in {encoding}")

    def _ideographs(self, job: bytes) -> int:
        match chr(job[1]):
            case "&" | ".":
                self._is_chinese = job[1] == ord("&")
                return 2
            case "!":
                assert not job[2] & ~0x08, "no double height"
                self._is_tall_chinese = bool(job[2])
            case "C":
                assert job[2] == 1, "another code than Shift JIS"
            case _:
                raise AssertionError(f"{job[:8]!r} is no command of a receipt")
        return 3

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
            case "t":
                self._page = job[2]
                self.pages.append(job[2])
            case "d" | "a":
                assert not self._row
            case _:
                raise AssertionError(f"{job[:8]!r} is no command of a receipt")
        return 3

    def _group(self, job: bytes) -> int:
        match chr(job[1]):
            case "V":
                assert job[2] == 0, "no full cut"
                self.cuts += 1
            case "h" | "w" | "H":
                pass
            case "k":
                return 4 + self._code(job[4 : 4 + job[3]])
            case "(":
                assert job[2:3] == b"k", f"{job[:8]!r} is no command of a receipt"
                length = int.from_bytes(job[3:5], "little")
                if job[5:8] == b"1P0":
                    self._code(job[8 : 5 + length])
                return 5 + length
            case "v":
                return 8 + self._picture(job)
            case _:
                raise AssertionError(f"{job[:8]!r} is no command of a receipt")
        return 3

    def _code(self, content: bytes) -> int:
        assert not self._row, "bars in the middle of a row"
        self.rows.append(PrintedRow("", code=content))
        return len(content)

    def _picture(self, job: bytes) -> int:
        assert not self._row, "a picture in the middle of a row"
        assert job[2:4] == b"0\x00"
        wide, high = (int.from_bytes(job[at : at + 2], "little") for at in (4, 6))
        assert wide
        assert high
        dots = job[8 : 8 + wide * high]
        assert len(dots) == wide * high, "the job ends within a picture"
        self.rows.append(PrintedRow("", picture=PrintedPicture(8 * wide, high, dots)))
        return len(dots)
