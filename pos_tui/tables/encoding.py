"""The encoding of a text file: by its mark, by UTF-8's own rules, or as somebody named it."""

from __future__ import annotations

from pos_tui.tables.errors import TableError


def decode(
    content: bytes, path: str, encoding: str = "", language: str = "", currency: str = ""
) -> tuple[str, str]:
    """The text of a file and the encoding it was read in. Raises TableError."""
    for name in (encoding,) if encoding else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(name), name.removesuffix("-sig")
        except (UnicodeDecodeError, LookupError):
            continue
    raise TableError("tables.no_encoding", path=path)
