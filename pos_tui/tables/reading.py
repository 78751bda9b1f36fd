"""A file is read as a table, whatever it is: by its content, not by its name."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from pos_tui.reasons import plain
from pos_tui.tables.encoding import FEW_ZEROS, decode_file
from pos_tui.tables.errors import TableError
from pos_tui.tables.lines import each_line
from pos_tui.tables.separated import IsHeader, stream_separated
from pos_tui.tables.streamed import KeptTable, StreamedTable, kept
from pos_tui.tables.table import Table
from pos_tui.tables.workbook import is_workbook, read_workbook

_LARGEST = 256 * 1024**2  # bytes; a million goods have about a third of that
_BEGINNINGS = {
    b"%PDF": "tables.a_pdf",
    b"\x1f\x8b": "tables.packed",
    b"Rar!": "tables.packed",
    b"7z\xbc\xaf": "tables.packed",
    b"<html": "tables.a_web_page",
    b"<!doctype": "tables.a_web_page",
    b"<table": "tables.a_web_page",
    b"<?xml": "tables.a_web_page",
    b"{\\rtf": "tables.no_text",
}


def read_table(
    path: Path,
    is_header: IsHeader,
    *,
    encoding: str = "",
    sheet: str = "",
    language: str = "",
    currency: str = "",
) -> Table:
    """The table in a file: CSV or a workbook (.xlsx .xls .ods). Raises TableError.

    `is_header` says whether a line names the wanted columns; the first that does is the header.
    `encoding` and `sheet` are what somebody named; `language` and `currency` are the shop's, and
    help to find out the encoding.
    """
    return kept(
        open_table(
            path, is_header, encoding=encoding, sheet=sheet, language=language, currency=currency
        )
    )


def open_table(
    path: Path,
    is_header: IsHeader,
    *,
    encoding: str = "",
    sheet: str = "",
    language: str = "",
    currency: str = "",
) -> StreamedTable:
    """The same table, whose rows are read each time that they are asked for. Raises TableError.

    A text in UTF-8 is never in memory as a whole; what has to be looked at to be read is.
    """
    if not encoding and not sheet and _is_utf8(path):
        return stream_separated(lambda: _lines_of(path), "utf-8", str(path), is_header)
    return _streamed(file_content(path), str(path), is_header, encoding, sheet, language, currency)


def table_in(
    content: bytes,
    path: str,
    is_header: IsHeader,
    *,
    encoding: str = "",
    sheet: str = "",
    language: str = "",
    currency: str = "",
) -> Table:
    """The table in a file's content, as `read_table` reads it. Raises TableError."""
    return kept(_streamed(content, path, is_header, encoding, sheet, language, currency))


def _streamed(
    content: bytes,
    path: str,
    is_header: IsHeader,
    encoding: str,
    sheet: str,
    language: str,
    currency: str,
) -> StreamedTable:
    if not content.strip():
        raise TableError("tables.empty", path=path)
    if is_workbook(content):
        return KeptTable(read_workbook(content, path, is_header, sheet))
    if sheet:
        raise TableError("tables.no_sheets", path=path)
    start = content[:64].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    for beginning, kind in _BEGINNINGS.items():
        if start.startswith(beginning.lower()):
            raise TableError(kind, path=path)
    decoded = decode_file(content, path, encoding, language, currency)
    text = decoded.text
    return stream_separated(
        lambda: each_line(text), decoded.encoding, path, is_header, damaged=decoded.damaged
    )


def _is_utf8(path: Path) -> bool:
    """Whether a file is text in UTF-8 from one end to the other, and nothing that looks so."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    size = zeros = 0
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                start = block[:64].removeprefix(codecs.BOM_UTF8).lstrip().lower()
                if size == 0 and (
                    not start
                    or is_workbook(block)
                    or any(start.startswith(each.lower()) for each in _BEGINNINGS)
                ):
                    return False
                size += len(block)
                if size > _LARGEST:
                    return False
                zeros += block.count(0)
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except (OSError, ValueError):
        return False
    return size > 0 and zeros * FEW_ZEROS < size


def _lines_of(path: Path) -> Iterator[str]:
    """The lines of a file in UTF-8. Raises TableError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from file
    except (OSError, ValueError) as error:  # it was there, and whole, a moment ago
        why = plain(str(error))
        raise TableError("tables.unreadable", path=str(path), why=why) from error


def file_content(path: Path) -> bytes:
    """What is in a file, as far as a table can be as large. Raises TableError."""
    try:
        if path.is_dir():
            raise TableError("tables.a_folder", path=str(path))
        if path.exists() and not path.is_file():
            raise TableError("tables.no_file", path=str(path))
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        why = plain(str(error.strerror or error))
        raise TableError("tables.unreadable", path=str(path), why=why) from error
    except ValueError as error:  # a path with a zero byte
        raise TableError(
            "tables.unreadable", path=repr(str(path)), why=plain(str(error))
        ) from error
    if len(content) > _LARGEST:
        raise TableError("tables.too_large", path=str(path), megabytes=_LARGEST // 1024**2)
    return content
