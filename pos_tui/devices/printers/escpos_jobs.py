"""ESC/POS: the bytes of a print job, from rows of text. Pure; who sends them is another's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from pos_tui.devices.printers import escpos_commands
from pos_tui.devices.printers.code_pages import PageSwitcher
from pos_tui.devices.printers.printer_letters import is_chinese, letters_of_pages, printer_bytes

JobStyle = Literal["plain", "bold", "large", "rule", "barcode", "qr"]
"""Of barcode and qr the text is what the symbol says."""

_CHANGES_PAGES = "auto"
_CHINESE = "gb18030"
_ROWS_TO_THE_KNIFE = 6
_SYMBOLS = frozenset(("barcode", "qr"))


def compose(
    lines: Sequence[tuple[str, JobStyle]],
    encoding: str,
    pictures: Sequence[bytes] = (),
    *,
    cut: bool = True,
) -> bytes:
    """The bytes of one job: the lines, then the pictures (as commands), fed out and cut, where
    nothing else follows on the same paper.

    `encoding` is what the printer is set to ("gb18030", "cp437", …); with "auto" the job changes
    code pages by Epson's numbers, and rows with ideographs are printed as Chinese. Of the text
    nothing steers the printer.
    """
    texts = ["" if style in _SYMBOLS else text for text, style in lines]
    if encoding == _CHANGES_PAGES:
        rows = _rows_on_many_pages(texts)
    else:
        rows = (printer_bytes(text, encoding) for text in texts)
    job = bytearray(escpos_commands.INITIALISE)
    if encoding.lower().startswith("gb"):
        job += escpos_commands.CHINESE_ON
    is_bold = is_large = False
    for row, (text, style) in zip(rows, lines, strict=True):
        bold, large = style in {"bold", "large"}, style == "large"
        if large != is_large:
            job += escpos_commands.double_height(large)
        if (bold, large) != (is_bold, is_large):
            job += escpos_commands.bold(bold)
        is_bold, is_large = bold, large
        job += _symbol(text, style) if style in _SYMBOLS else row + b"\n"
    if is_large:
        job += escpos_commands.double_height(False)
    if is_bold:
        job += escpos_commands.bold(False)
    job += b"".join(pictures)
    if cut:
        job += escpos_commands.feed(_ROWS_TO_THE_KNIFE) + escpos_commands.FULL_CUT
    return bytes(job)


def _symbol(text: str, style: JobStyle) -> bytes:
    if style == "barcode":
        return escpos_commands.barcode(text)
    code = escpos_commands.qr_code(text)
    return escpos_commands.centred(True) + code + b"\n" + escpos_commands.centred(False)


def _rows_on_many_pages(texts: Sequence[str]) -> Iterator[bytes]:
    """Rows as bytes, with the changes of page that they need.

    In Chinese mode no page counts, so a job with Chinese rows says for each row which it is; a job
    without them says nothing of it, to printers that may not know the mode.
    """
    switcher = PageSwitcher()
    chinese = [is_chinese(text) for text in texts]
    mode = b""
    for text, is_in_chinese in zip(texts, chinese, strict=True):
        if is_in_chinese:
            row = printer_bytes(text, _CHINESE)
            wanted = escpos_commands.CHINESE_ON
        else:
            row = b"".join(
                (b"" if page is None else escpos_commands.choose_page(page)) + run
                for page, run in switcher.runs_of(letters_of_pages(text))
            )
            wanted = escpos_commands.CHINESE_OFF if any(chinese) else b""
        yield row if wanted == mode else wanted + row
        mode = wanted
