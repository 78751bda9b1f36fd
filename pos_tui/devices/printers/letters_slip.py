"""A slip with the same rows in several encodings and as an image: whoever reads it sees which one
this printer has.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from pos_tui.devices.printers.escpos_jobs import JobStyle, compose, lacking_letters
from pos_tui.devices.printers.printer import PrinterError
from pos_tui.devices.printers.printer_fonts import is_pillow_there, is_shaping_there
from pos_tui.devices.printers.printer_letters import CHANGES_PAGES, is_chinese, printer_letters
from pos_tui.settings import PrinterSettings

USUAL_ENCODINGS = ("gb18030", CHANGES_PAGES, "utf-8", "big5", "cp437", "cp1252")

_SAMPLES = (
    "红烧牛肉面 ￥12.80 −3.00", "臺灣烏龍茶 NT$ 45", "こんにちは 한국어", "Crème Łódź ½ € −3.00",
    "Хлеб Ψωμί Şeker", "ขนมปังน้ำผึ้ง", "हिन्दी चाय", "قهوة عربية", "קפה הפוך", "👍 ✓ ☎",
)  # fmt: skip
_CHINESE = "gb18030"


class SlipPart(Struct, frozen=True):
    """One of the ways on the slip, by its number: bytes of an encoding, or (no encoding) images."""

    number: int
    encoding: str

    @property
    def is_image(self) -> bool:
        """Whether its rows are pictures."""
        return not self.encoding


def letters_slip_parts(encodings: Iterable[str]) -> tuple[SlipPart, ...]:
    """The ways that are tried, numbered from 1: each encoding once, then images."""
    each = list(dict.fromkeys(encodings))
    return tuple(SlipPart(number, encoding) for number, encoding in enumerate([*each, ""], 1))


def letters_slip_job(parts: Sequence[SlipPart], printer: PrinterSettings) -> bytes:
    """The slip as one job; each part says its number and its encoding in plain letters."""
    job = b""
    for part in parts:
        way = replace(
            printer,
            encoding=part.encoding or printer.encoding,
            letters="image" if part.is_image else "bytes",
        )
        if part.is_image and not is_pillow_there():
            continue
        job += compose(_rows_of(part, printer.columns), way, cut=False)
    return job + compose([], "ascii")


def letters_slip_png(parts: Sequence[SlipPart], printer: PrinterSettings) -> bytes:
    """The slip as a picture (PNG): what a printer with all those encodings would print.

    Raises PrinterError without Pillow.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise PrinterError("printer.no_pillow") from error
    from pos_tui.devices.printers.row_pictures import row_picture

    rows = [
        row_picture(_as_printed(text, part, printer), style == "bold", False, printer)
        for part in parts
        for text, style in _rows_of(part, printer.columns)
    ]
    slip = Image.new("1", (rows[0].width, sum(row.height for row in rows)), 1)
    y = 0
    for row in rows:
        slip.paste(row, (0, y))
        y += row.height
    file = io.BytesIO()
    slip.save(file, "PNG", dpi=(203, 203))
    return file.getvalue()


def letters_without_font(printer: PrinterSettings) -> str:
    """The letters of the slip that no font of this machine has."""
    if not is_pillow_there():
        return ""
    from pos_tui.devices.printers.row_pictures import undrawable

    letters = [letter for text in _SAMPLES for letter in lacking_letters(text, _AS_IMAGES)]
    return "".join(dict.fromkeys(undrawable(letters, printer)))


def joins_letters() -> bool:
    """Whether Arabic and Hindi letters are joined in images."""
    return is_shaping_there()


_AS_IMAGES = PrinterSettings(letters="image")


def _rows_of(part: SlipPart, columns: int) -> list[tuple[str, JobStyle]]:
    """A part's rows; without those of which its encoding has no letter."""
    name = part.encoding or "image"
    rows: list[tuple[str, JobStyle]] = [
        (f"--- {part.number} --- {name} ".ljust(columns, "-"), "bold")
    ]
    for text in _SAMPLES:
        wanted = lacking_letters(text, _AS_IMAGES)
        way = PrinterSettings(encoding=part.encoding or "ascii")
        if part.is_image or len(lacking_letters(text, way)) < len(wanted):
            rows.append((text, "plain"))
    return rows


def _as_printed(text: str, part: SlipPart, printer: PrinterSettings) -> str:
    """A row in the letters that its encoding has."""
    if part.is_image:
        return text
    is_in_chinese = part.encoding == CHANGES_PAGES and is_chinese(text)
    encoding = _CHINESE if is_in_chinese else part.encoding
    return printer_letters(text, encoding, printer.replacement, printer.columns)
