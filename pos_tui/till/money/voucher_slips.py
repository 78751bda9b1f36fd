"""Slips of vouchers: on the receipt printer with a barcode, as text, or as a picture."""

from __future__ import annotations

from collections.abc import Callable

from pos_tui.books.vouchers.vouchers import Voucher
from pos_tui.receipts.print_lines import NO_MARKS, PaperMarks
from pos_tui.receipts.voucher_slip import VoucherSlip, lay_out_voucher, voucher_as_text
from pos_tui.settings import TillSettings


def slip_of(voucher: Voucher, settings: TillSettings, language: str) -> VoucherSlip:
    """The slip of a voucher as it stands now."""
    return VoucherSlip(
        settings.shop.name,
        settings.shop.address,
        voucher.number,
        voucher.left,
        settings.currency,
        voucher.issued_at.date(),
        voucher.expires_on,
        language,
    )


def slip_text(voucher: Voucher, settings: TillSettings, language: str) -> str:
    """The slip in plain text."""
    return voucher_as_text(slip_of(voucher, settings, language), settings.printer.columns)


def slip_picture(voucher: Voucher, settings: TillSettings, language: str) -> bytes:
    """The slip as a PNG with its barcode. Raises PrinterError."""
    from pos_tui.devices.printers.label_jobs import label_picture
    from pos_tui.devices.printers.label_symbols import draw_symbol

    slip = slip_of(voucher, settings, language)
    lines = [
        (line.text, line.style)
        for line in lay_out_voucher(slip, settings.printer.columns)
        if line.is_text
    ]
    return label_picture(lines, draw_symbol("code128", voucher.number), "")


def slip_job(
    voucher: Voucher, settings: TillSettings, language: str, marks: PaperMarks = NO_MARKS
) -> bytes:
    """The slip as a job of the receipt printer, which draws the barcode itself."""
    from pos_tui.devices.printers.escpos_jobs import compose

    slip = slip_of(voucher, settings, language)
    lines = lay_out_voucher(slip, settings.printer.columns, marks)
    return compose([(line.text, line.style) for line in lines], settings.printer)


def slip_maker(voucher: Voucher, settings: TillSettings, language: str) -> Callable[[int], bytes]:
    """What makes the printer's bytes of a slip as it stands now: the first print, or a copy."""
    first = slip_job(voucher, settings, language)

    def make(copy: int) -> bytes:
        return slip_job(voucher, settings, language, PaperMarks(copy)) if copy else first

    return make
