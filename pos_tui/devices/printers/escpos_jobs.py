"""ESC/POS: the bytes of a print job, from rows of text. Pure; who sends them is another's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from pos_tui.devices.printers import escpos_commands
from pos_tui.devices.printers.code_pages import PageSwitcher
from pos_tui.devices.printers.printer import PrinterError
from pos_tui.devices.printers.printer_letters import (
    CHANGES_PAGES,
    is_chinese,
    is_double_byte,
    lacking,
    printer_bytes,
    printer_letters,
)
from pos_tui.plain_text import plain_text
from pos_tui.settings import PrinterSettings

JobStyle = Literal["plain", "bold", "large", "rule", "barcode", "qr", "logo"]
"""Of barcode and qr the text is what the symbol says, of logo the path of a picture."""

Rows = Sequence[tuple[str, JobStyle]]

_CHINESE = "gb18030"
_PLAIN_LETTERS = "ascii"
_ROWS_TO_THE_KNIFE = 6
_ANY_COLUMNS = 96  # as many as a printer may have
_SYMBOLS = frozenset(("barcode", "qr", "logo"))


def compose(
    lines: Rows,
    printer: PrinterSettings | str,
    pictures: Sequence[bytes] = (),
    *,
    cut: bool = True,
) -> bytes:
    """The bytes of one job: the lines, then the pictures (as commands), fed out and cut, where
    nothing else follows on the same paper.

    Of `printer` its encoding counts ("gb18030", "cp437", …; with "auto" the job changes code pages
    by Epson's numbers, and rows with ideographs are printed as Chinese), its letters, replacement,
    font, columns and dots. An encoding alone prints bytes only. Of the text nothing steers the
    printer. A logo that cannot be drawn is left out.
    """
    if isinstance(printer, str):
        printer = PrinterSettings(encoding=printer, letters="bytes", columns=_ANY_COLUMNS)
    encoding = printer.encoding
    drawn = [
        None if text.isascii() and style != "logo" else _as_picture(text, style, printer)
        for text, style in lines
    ]
    texts = [
        "" if picture is not None or style in _SYMBOLS else text
        for (text, style), picture in zip(lines, drawn, strict=True)
    ]
    is_auto = encoding == CHANGES_PAGES
    if is_auto:
        rows = list(_rows_on_many_pages(texts, printer))
    else:
        fill, columns = printer.replacement, printer.columns
        rows = [
            plain_text(text).encode()
            if text.isascii()
            else printer_bytes(text, encoding, fill, columns)
            for text in texts
        ]
    sizes_chinese = is_double_byte(encoding) or (
        is_auto and any(style == "large" and is_chinese(text) for text, style in lines)
    )
    job = bytearray(escpos_commands.INITIALISE + _mode(encoding, rows))
    is_bold = is_large = False
    for row, picture, (text, style) in zip(rows, drawn, lines, strict=True):
        if picture is not None:
            job += picture
            continue
        bold, large = style in {"bold", "large"}, style == "large"
        if (bold, large) != (is_bold, is_large):
            job += _change(is_large, bold, large, sizes_chinese)
            is_bold, is_large = bold, large
        job += _symbol(text, style) if style in _SYMBOLS else row + b"\n"
    if is_bold or is_large:
        job += _change(is_large, False, False, sizes_chinese)
    job += b"".join(pictures)
    if cut:
        job += escpos_commands.feed(_ROWS_TO_THE_KNIFE) + escpos_commands.FULL_CUT
    return bytes(job)


def lacking_letters(text: str, printer: PrinterSettings) -> list[str]:
    """The characters of a row that this printer would not print right as bytes."""
    if text.isascii():
        return []
    encoding = _PLAIN_LETTERS if printer.letters == "image" else printer.encoding
    if encoding == CHANGES_PAGES and is_chinese(text):
        encoding = _CHINESE
    return lacking(text, encoding)


def _as_picture(text: str, style: JobStyle, printer: PrinterSettings) -> bytes | None:
    """A row as the picture that it is printed as; None where it is bytes.

    That is where letters are lacking which fonts have. A logo is a picture, or nothing.
    """
    if style == "logo":
        from pos_tui.devices.printers.logos import logo_raster

        try:
            return logo_raster(Path(text), printer)
        except PrinterError:
            return b""
    if text.isascii() or printer.letters == "bytes" or style in _SYMBOLS:
        return None
    missing = lacking_letters(text, printer)
    if not missing:
        return None
    from pos_tui.devices.printers.printer_fonts import is_pillow_there

    if not is_pillow_there():
        return None
    from pos_tui.devices.printers.row_pictures import row_raster, undrawable

    if len(undrawable(missing, printer)) == len(missing):
        return None
    try:
        return row_raster(text, style in {"bold", "large"}, style == "large", printer)
    except PrinterError:
        return None


def _mode(encoding: str, rows: Sequence[bytes]) -> bytes:
    """What a printer must know of the bytes: whether two of them are a letter, or each is one.

    How it begins differs from printer to printer. One for many pages says so with its rows.
    """
    if is_double_byte(encoding):
        is_shift_jis = encoding.lower().replace("-", "_").startswith(("shift", "sjis", "cp932"))
        return (escpos_commands.SHIFT_JIS if is_shift_jis else b"") + escpos_commands.CHINESE_ON
    if encoding == CHANGES_PAGES or encoding.lower().startswith("utf"):
        return b""
    return b"" if all(row.isascii() for row in rows) else escpos_commands.CHINESE_OFF


def _change(was_large: bool, bold: bool, large: bool, sizes_chinese: bool) -> bytes:
    """The commands from one style to another."""
    change = b""
    if large != was_large:
        change = escpos_commands.double_height(large)
        if sizes_chinese:
            change += escpos_commands.double_height_chinese(large)
    return change + escpos_commands.bold(bold)


def _symbol(text: str, style: JobStyle) -> bytes:
    if style == "barcode":
        return escpos_commands.barcode(text)
    code = escpos_commands.qr_code(text)
    return escpos_commands.centred(True) + code + b"\n" + escpos_commands.centred(False)


def _rows_on_many_pages(texts: Sequence[str], printer: PrinterSettings) -> Iterator[bytes]:
    """Rows as bytes, with the changes of page that they need.

    In Chinese mode no page counts, so before a row with bytes of a page or of Chinese the mode is
    said, where it is another; a job in plain ASCII says nothing of it.
    """
    switcher = PageSwitcher()
    mode = b""
    for text in texts:
        if text.isascii():
            yield plain_text(text).encode()
            continue
        if is_chinese(text):
            row = printer_bytes(text, _CHINESE, printer.replacement, printer.columns)
            wanted = escpos_commands.CHINESE_ON
        else:
            written = printer_letters(text, CHANGES_PAGES, printer.replacement, printer.columns)
            row = b"".join(
                (b"" if page is None else escpos_commands.choose_page(page)) + run
                for page, run in switcher.runs_of(written)
            )
            wanted = mode if row.isascii() else escpos_commands.CHINESE_OFF
        yield row if wanted == mode else wanted + row
        mode = wanted
