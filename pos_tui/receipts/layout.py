"""A receipt laid out for paper of so many columns: its blocks as lines, in the layout's order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from pos_tui.receipts import receipt_layout as layouts
from pos_tui.receipts.built_in_layouts import layout_for
from pos_tui.receipts.data import ReceiptData
from pos_tui.receipts.goods_rows import discount_rows, returned_lines, sold_rows
from pos_tui.receipts.paper_rows import centred_rows, spread_rows
from pos_tui.receipts.print_lines import (
    NO_MARKS,
    PaperMarks,
    PrintLine,
    Style,
    lines_as_text,
    marked_lines,
)
from pos_tui.receipts.receipt_design import USUAL_DESIGN, ReceiptDesign, own_text, qr_text
from pos_tui.receipts.tender_rows import tender_rows
from pos_tui.receipts.total_rows import tax_rows, tax_table, total_lines
from pos_tui.receipts.words import words_in
from pos_tui.text_width import pad_left, wrap

__all__ = ["NO_MARKS", "PaperMarks", "PrintLine", "Style", "lay_out", "lines_as_text"]


def lay_out(
    receipt: ReceiptData,
    columns: int,
    marks: PaperMarks = NO_MARKS,
    design: ReceiptDesign = USUAL_DESIGN,
) -> list[PrintLine]:
    """The receipt as lines of at most so many columns (20 or more), in its language.

    One of training has no QR code: it proves nothing, and nobody is to make an invoice of it.
    """
    if marks.is_training:
        design = replace(design, qr="")
    layout = design.layout or layout_for(columns)
    lines: list[PrintLine] = []
    for block in layout.block:
        for line in _block_lines(block, receipt, columns, design):
            if line.style == "rule" and (not lines or lines[-1].style == "rule"):
                continue
            lines.append(line)
    while lines and lines[-1].style == "rule":
        lines.pop()
    return marked_lines(lines, columns, marks, receipt.language)


def _block_lines(
    block: layouts.Block, receipt: ReceiptData, columns: int, design: ReceiptDesign
) -> Iterator[PrintLine]:
    match block:
        case layouts.TextBlock():
            yield from _text(_text_of(block, receipt), block, columns)
        case layouts.RuleBlock():
            yield PrintLine(block.sign * columns, "rule")
        case layouts.SpaceBlock():
            yield from [PrintLine("")] * block.rows
        case layouts.LogoBlock():
            yield PrintLine(block.file, "logo")
        case layouts.BarcodeBlock():
            yield PrintLine(receipt.code, "barcode")
        case layouts.QrBlock():
            yield from _qr(block, receipt, columns, design)
        case layouts.TotalsBlock():
            yield from total_lines(receipt, columns, saved=block.saved)
        case layouts.ReturnsBlock():
            yield from returned_lines(receipt, columns)
        case _:
            yield from (PrintLine(row) for row in _rows(block, receipt, columns))


def _rows(block: layouts.Block, receipt: ReceiptData, columns: int) -> Sequence[str]:
    """The rows of a block that has nothing but plain ones."""
    match block:
        case layouts.SaleBlock():
            return _sale(receipt, columns)
        case layouts.CustomerBlock():
            return wrap(receipt.customer, columns)
        case layouts.LinesBlock():
            return [
                row
                for line in receipt.lines
                for row in sold_rows(
                    line,
                    receipt.money,
                    columns,
                    beside=block.quantity == "beside",
                    code=block.codes,
                )
            ]
        case layouts.DiscountsBlock():
            return discount_rows(receipt, columns)
        case layouts.TendersBlock():
            return [row for each in receipt.tenders for row in tender_rows(each, receipt, columns)]
        case layouts.TaxesBlock() if not receipt.tax_added:
            return (tax_table if block.table else tax_rows)(receipt, columns)
    return ()


def _text_of(block: layouts.TextBlock, receipt: ReceiptData) -> str:
    match block:
        case layouts.ShopBlock():
            return receipt.shop
        case layouts.AddressBlock():
            return receipt.address
        case layouts.FooterBlock():
            return receipt.footer
        case layouts.CodeBlock():
            return receipt.code
        case layouts.OwnTextBlock():
            return own_text(block.text, receipt)
    row, _, mark = receipt.journal.partition("-")
    return words_in(receipt.language)("receipt.journal", row=row, mark=mark[:8]) if row else ""


def _text(text: str, block: layouts.TextBlock, columns: int) -> Iterator[PrintLine]:
    rows = centred_rows(text, columns) if block.align == "centre" else wrap(text, columns)
    for row in rows:
        yield PrintLine(pad_left(row, columns) if block.align == "right" else row, block.style)


def _sale(receipt: ReceiptData, columns: int) -> list[str]:
    words = words_in(receipt.language)
    number = words("receipt.sale", number=receipt.sale_no)
    return [
        *spread_rows(number, words("receipt.till", till=receipt.till), columns),
        *spread_rows(f"{receipt.at:%Y-%m-%d %H:%M:%S}", receipt.cashier, columns),
    ]


def _qr(
    block: layouts.QrBlock, receipt: ReceiptData, columns: int, design: ReceiptDesign
) -> Iterator[PrintLine]:
    text = qr_text(receipt, design)
    if not text:
        return
    yield PrintLine(text, "qr")
    caption = block.caption
    if not caption and design.qr == "self":
        caption = words_in(receipt.language)("receipt.qr_self")
    yield from (PrintLine(row) for row in centred_rows(own_text(caption, receipt), columns))
