"""A bill in a file as platforms hand it out: plain, gzip or zip, UTF-8 or GBK.

Our own may also be a workbook.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date
from typing import IO

from pos_tui.cloud.platforms import plain_bill
from pos_tui.cloud.platforms.bills import Bill, BillUnreadable
from pos_tui.cloud.platforms.registry import PLATFORMS, row_named
from pos_tui.messages import UNPRINTABLE
from pos_tui.reasons import plain
from pos_tui.tables.encoding import decode_first
from pos_tui.tables.workbook import workbook_kind

PLAIN = "plain"

_STEERING = re.compile(rf"(?![\t\n\r])[{UNPRINTABLE}]")
_LARGEST = 512 * 1024 * 1024  # bytes unpacked; a day of a million payments has half of that


def bill_formats() -> tuple[str, ...]:
    """The layouts that can be read: those of the platforms, and our own (plain)."""
    return (*(row.name for row in PLATFORMS if row.bill), PLAIN)


def format_of(channel: str) -> str:
    """The format in which a channel's platform writes its bills; plain where it has none."""
    row = row_named(channel)
    return row.bill_format if row else PLAIN


def parse_bill(written_as: str, text: str, day: date, currency: str) -> Bill:
    """The bill of a day in a text of one of the `bill_formats`. Raises BillUnreadable.

    What could steer a terminal stands as question marks, as many as it has bytes: columns of a
    fixed width stay where they are.
    """
    row = row_named(written_as)
    parse = row.bill() if row and row.bill else plain_bill.parse
    harmless = _STEERING.sub(lambda found: "?" * len(found[0].encode("gb18030")), text)
    return parse(harmless, day, currency)


def read_bill(written_as: str, content: bytes, day: date, currency: str) -> Bill:
    """The bill in a file's content; of a zip, the one file that is a bill of this format.

    Raises BillUnreadable.
    """
    if workbook_kind(content):
        if written_as != PLAIN:
            raise BillUnreadable("bill.workbook", name=written_as)
        return plain_bill.parse_workbook(content, currency)
    bills: list[Bill] = []
    unreadable = BillUnreadable("bill.no_file_in_zip")
    for text in _texts(content):
        try:
            bills.append(parse_bill(written_as, text, day, currency))
        except BillUnreadable as error:
            unreadable = error
    if not bills:
        raise unreadable
    return max(bills, key=_fullness)  # a file of nothing can pass for any format without a header


def _fullness(bill: Bill) -> int:
    return len(bill.lines) + len(bill.bad_rows)


def _texts(content: bytes) -> Iterator[str]:
    try:
        if content.startswith(b"\x1f\x8b"):
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
                content = _bounded(packed)
        if not content.startswith(b"PK\x03\x04"):
            yield _decoded(content)
            return
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            for member in bundle.infolist():
                if not member.is_dir():
                    with bundle.open(member) as unpacked:
                        yield _decoded(_bounded(unpacked))
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
        raise BillUnreadable("bill.damaged_file", why=plain(str(error))) from error


def _bounded(stream: IO[bytes] | gzip.GzipFile) -> bytes:
    content = stream.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise BillUnreadable("bill.too_large_for_a_day")
    return content


def _decoded(content: bytes) -> str:
    text = decode_first(content, ("utf_8_sig", "gb18030"))
    if text is None:
        raise BillUnreadable("bill.unknown_encoding")
    return text
