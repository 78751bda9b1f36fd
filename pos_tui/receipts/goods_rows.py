"""The goods of a receipt in rows: what was sold with its offers, what came off, what came back."""

from __future__ import annotations

from pos_tui.money import Currency, format_amount
from pos_tui.receipts.data import ReceiptData, ReceiptLine
from pos_tui.receipts.paper_rows import spread_rows
from pos_tui.receipts.print_lines import PrintLine
from pos_tui.receipts.words import words_in
from pos_tui.text_width import width_of, wrap

_GAP = "  "


def sold_rows(
    line: ReceiptLine, money: Currency, columns: int, *, beside: bool = False, code: bool = False
) -> list[str]:
    """A line that was sold: its name, quantity and price, and the offer below them.

    With `beside` all is one row where it fits, and one piece needs no quantity.
    """
    amount = format_amount(line.gross, money)
    how_many = (
        f"{line.quantity} {line.unit}".rstrip() + f" x {format_amount(line.unit_price, money)}"
    )
    rows = []
    if beside:
        what = " ".join(line.name.split())
        if line.quantity != "1" or line.unit_price != line.gross:
            what += f"{_GAP}{how_many}"
        if width_of(what) + len(_GAP) + width_of(amount) <= columns:
            rows = spread_rows(what, amount, columns)
    if not rows:
        rows = [*wrap(line.name, columns), *spread_rows(_GAP + how_many, amount, columns)]
    if code and line.code:
        rows += [_GAP + part for part in wrap(line.code, columns - len(_GAP))]
    saved = line.gross - line.actual - line.share
    if saved:
        rows += spread_rows(_GAP + line.offer, format_amount(-saved, money), columns)
    return rows


def discount_rows(receipt: ReceiptData, columns: int) -> list[str]:
    """What came off the whole basket, a discount each."""
    return [
        row
        for each in receipt.discounts
        for row in spread_rows(each.name, format_amount(-each.amount, receipt.money), columns)
    ]


def returned_lines(receipt: ReceiptData, columns: int) -> list[PrintLine]:
    """What came back, in a block of its own, each with the sale that it was sold in."""
    if not receipt.returns:
        return []
    words, money = words_in(receipt.language), receipt.money
    head = (
        words("receipt.void", number=receipt.voids) if receipt.voids else words("receipt.returns")
    )
    lines = [PrintLine(part, "bold") for part in wrap(head, columns)]
    rows: list[str] = []
    for each in receipt.returns:
        of_sale = words("receipt.of_sale", number=each.sale_no) if each.sale_no else ""
        how_many = f"{_GAP}{each.quantity} {each.unit}".rstrip()
        what = f"{how_many} {of_sale}".rstrip()
        rows += wrap(each.name, columns)
        rows += spread_rows(what, format_amount(-each.amount, money), columns)
    if tax := sum(each.tax for each in receipt.returns):
        rows += spread_rows(words("receipt.tax_back"), format_amount(-tax, money), columns)
    lines += [PrintLine(row) for row in rows]
    return [*lines, PrintLine("-" * columns, "rule")]
