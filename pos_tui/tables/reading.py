"""A file is read as a table, whatever it is: by its content, not by its name."""

from __future__ import annotations

from pathlib import Path

from pos_tui.reasons import plain
from pos_tui.tables.encoding import decode_file
from pos_tui.tables.errors import TableError
from pos_tui.tables.separated import IsHeader, read_separated
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
    return table_in(
        file_content(path),
        str(path),
        is_header,
        encoding=encoding,
        sheet=sheet,
        language=language,
        currency=currency,
    )


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
    if not content.strip():
        raise TableError("tables.empty", path=path)
    if is_workbook(content):
        return read_workbook(content, path, is_header, sheet)
    if sheet:
        raise TableError("tables.no_sheets", path=path)
    start = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for beginning, kind in _BEGINNINGS.items():
        if start.startswith(beginning.lower()):
            raise TableError(kind, path=path)
    decoded = decode_file(content, path, encoding, language, currency)
    return read_separated(decoded.text, decoded.encoding, path, is_header, damaged=decoded.damaged)


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
