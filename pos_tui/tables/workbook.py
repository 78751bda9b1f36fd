"""Workbooks (.xlsx, .xls, .ods): a sheet of one as a table.

What a workbook holds is read by another process, so that nothing in it can end this one.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from types import TracebackType

import msgspec

from pos_tui.reasons import Reason
from pos_tui.tables import workbook_program
from pos_tui.tables.errors import NoHeaderError, TableError
from pos_tui.tables.fitting import MOST_COLUMNS, fit_row, nearest_header
from pos_tui.tables.rejects import RejectedRow
from pos_tui.tables.separated import HEADER_WITHIN, IsHeader
from pos_tui.tables.table import Table, TableRow
from pos_tui.tables.workbook_program import SheetHead

LARGEST_UNPACKED = 1024**3  # bytes

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LARGEST = 64 * 1024**2  # bytes as it stands on disk
_PATIENCE_S = 300
_ENDED_S = 5
_ZIP_TROUBLES = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError)
_STORED, _DEFLATED = 0, 8
# Not -m, nor a path: then a module of the folder that a person is in could take another's place.
_START = (
    "import runpy, sys; sys.path.append(sys.argv[1]);"
    f" runpy.run_module({workbook_program.__name__!r}, run_name='__main__')"
)
if sys.platform == "win32":
    _NO_WINDOW = subprocess.CREATE_NO_WINDOW
else:
    _NO_WINDOW = 0


def is_workbook(content: bytes) -> bool:
    """Whether a file's content is a workbook, or some other packed file."""
    return content.startswith((_ZIP, _OLE))


def workbook_kind(content: bytes) -> str:
    """What a workbook is by its parts: "xlsx", "ods" or "xls"; "" for what is no workbook."""
    if content.startswith(_OLE):
        return "xls"
    if content.startswith(_ZIP):
        try:
            with zipfile.ZipFile(BytesIO(content)) as bundle:
                return _kind_of(set(bundle.namelist()))
        except _ZIP_TROUBLES:
            return ""
    return ""


def read_workbook(content: bytes, path: str, is_header: IsHeader, sheet: str = "") -> Table:
    """The table in a workbook: on the sheet of this name or number, else the first that has one.

    Raises TableError.
    """
    if len(content) > _LARGEST:
        raise TableError("tables.too_large", path=path, megabytes=_LARGEST // 1024**2)
    if content.startswith(_ZIP):
        _check_zip(content, path)
    elif _ENCRYPTED in content:
        raise TableError("tables.workbook_password", path=path)
    with _Reader(content, path) as reader:
        return _table(reader, path, is_header, sheet.strip())


class _Reader:
    """The process that reads a workbook, and what it sends."""

    def __init__(self, content: bytes, path: str) -> None:
        self._path = path
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _START, str(Path(__file__).parents[2])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=_NO_WINDOW,
            )
        except OSError as error:
            raise TableError("tables.workbook_unread", path=path) from error
        self._patience = threading.Timer(_PATIENCE_S, self._process.kill)
        self._patience.daemon = True
        self._patience.start()
        self._write(len(content).to_bytes(8, "big"))
        self._write(content)

    def __enter__(self) -> _Reader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._patience.cancel()
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                assert pipe is not None
                pipe.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_ENDED_S)

    def heads(self) -> Iterator[SheetHead]:
        """The first rows of each sheet; whoever wants one whole calls `rows` before the next."""
        while message := self._read():
            head = msgspec.msgpack.decode(message, type=SheetHead)
            if head.trouble:
                raise TableError(f"tables.workbook_{head.trouble}", path=self._path)
            yield head
            self._write(b"-")
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_ENDED_S)
        if self._process.poll() != 0:
            raise TableError("tables.workbook_unread", path=self._path)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """All rows of the sheet whose head came last, with their numbers."""
        self._write(b"+")
        while message := self._read():
            part = msgspec.msgpack.decode(message, type=list[tuple[int, list[str]]])
            if not part:
                return
            yield from part
        raise TableError("tables.workbook_unread", path=self._path)

    def _write(self, content: bytes) -> None:
        with suppress(OSError):  # a process that has ended sends nothing: that is seen then
            assert self._process.stdin is not None
            self._process.stdin.write(content)
            self._process.stdin.flush()

    def _read(self) -> bytes:
        assert self._process.stdout is not None
        size = int.from_bytes(self._process.stdout.read(4), "big")
        message = self._process.stdout.read(size)
        return message if len(message) == size else b""


def _table(reader: _Reader, path: str, is_header: IsHeader, sheet: str) -> Table:
    names: list[str] = []
    nearest: tuple[str, ...] = ()
    heads = reader.heads()
    for head in heads:
        names.append(head.name)
        is_wanted = sheet.casefold() == head.name.casefold() or sheet == str(len(names))
        if sheet and not is_wanted:
            continue
        filled = [(number, cells) for number, cells in head.rows if any(map(str.strip, cells))]
        for number, cells in filled[:HEADER_WITHIN]:
            if is_header(cells):
                return _filled(reader, path, head.name, number, tuple(cells))
        nearest = max(nearest, nearest_header([cells for _, cells in filled]), key=len)
    if (
        sheet
        and sheet.casefold() not in map(str.casefold, names)
        and not (sheet.isdecimal() and 1 <= int(sheet) <= len(names))
    ):
        raise TableError("tables.no_sheet", path=path, sheet=sheet, sheets=tuple(names))
    if not nearest:
        raise TableError("tables.empty", path=path)
    raise NoHeaderError(path, nearest)


def _filled(
    reader: _Reader, path: str, sheet: str, header_at: int, header: tuple[str, ...]
) -> Table:
    if len(header) > MOST_COLUMNS:
        raise TableError("tables.too_wide", path=path, most=MOST_COLUMNS)
    table = Table(header, [], [], sheet=sheet)
    for number, cells in reader.rows():
        if number <= header_at or not any(map(str.strip, cells)) or tuple(cells) == header:
            continue
        row = fit_row(cells[: len(header)], len(header))  # what stands beside it is a remark
        if isinstance(row, Reason):
            table.rejects.append(RejectedRow(number, row, tuple(cells)))
        else:
            table.rows.append(TableRow(number, row))
    return table


def _kind_of(names: set[str]) -> str:
    if names & {"xl/workbook.xml", "xl/workbook.bin"}:
        return "xlsx"
    return "ods" if "content.xml" in names else ""


def _check_zip(content: bytes, path: str) -> None:
    """Whether a packed file is a workbook and can be unpacked. Raises TableError."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as bundle:
            members = bundle.infolist()
    except _ZIP_TROUBLES as error:
        raise TableError("tables.workbook_damaged", path=path) from error
    if not _kind_of({each.filename for each in members}):
        raise TableError("tables.no_workbook", path=path)
    left = LARGEST_UNPACKED
    for each in members:
        if each.flag_bits & 1:
            raise TableError("tables.workbook_password", path=path)
        try:
            left -= _unpacked_size(content, each, left)
        except zlib.error as error:
            raise TableError("tables.workbook_damaged", path=path) from error
        if left < 0:
            raise TableError("tables.too_large_unpacked", path=path)


def _unpacked_size(content: bytes, member: zipfile.ZipInfo, most: int) -> int:
    """How many bytes a member really has, not what its entry says; more than `most`: just more."""
    at = member.header_offset
    begin = at + 30 + sum(int.from_bytes(content[at + i : at + i + 2], "little") for i in (26, 28))
    packed = memoryview(content)[begin : begin + member.compress_size]
    if member.compress_type == _STORED:
        return len(packed)
    if member.compress_type != _DEFLATED:
        raise zlib.error
    size, unpack = 0, zlib.decompressobj(-zlib.MAX_WBITS)
    while packed and not unpack.eof and size <= most:
        piece, packed = packed[: 1 << 16], packed[1 << 16 :]
        rest: bytes | memoryview = piece
        while rest and size <= most:
            size += len(unpack.decompress(rest, 1 << 20))
            rest = unpack.unconsumed_tail
    return size
