"""The totals and taxes of a receipt in rows."""

from __future__ import annotations

from collections.abc import Iterator

from pos_tui.money import format_amount
from pos_tui.receipts.data import ReceiptData
from pos_tui.receipts.paper_rows import spread_rows
from pos_tui.receipts.print_lines import PrintLine
from pos_tui.receipts.words import words_in
from pos_tui.text_width import pad_left, width_of

_GAP = "  "


def total_lines(receipt: ReceiptData, columns: int, *, saved: bool = True) -> Iterator[PrintLine]:
    """The total, large; before it the tax that is added to prices, and what was saved."""
    words, money = words_in(receipt.language), receipt.money
    rows: list[str] = []
    if receipt.tax_added:
        before = format_amount(receipt.sold - receipt.tax_added, money)
        rows += spread_rows(words("receipt.subtotal"), before, columns)
        rows += tax_rows(receipt, columns)
    if receipt.saved and saved:
        rows += spread_rows(words("receipt.saved"), format_amount(receipt.saved, money), columns)
    yield from (PrintLine(row) for row in rows)
    total = f"{format_amount(receipt.total, money)} {receipt.currency}"
    for row in spread_rows(words("receipt.total"), total, columns):
        yield PrintLine(row, "large")


def tax_rows(receipt: ReceiptData, columns: int) -> list[str]:
    """Each tax: its percentage, what it is on without tax, and the tax."""
    words, money = words_in(receipt.language), receipt.money
    return [
        row
        for tax in receipt.taxes
        for row in spread_rows(
            words("receipt.tax", percent=tax.percent, net=format_amount(tax.net, money)),
            format_amount(tax.tax, money),
            columns,
        )
    ]


def tax_table(receipt: ReceiptData, columns: int) -> list[str]:
    """The taxes under heads: rate, without tax, tax, with tax; in rows where it is too wide."""
    if not receipt.taxes:
        return []
    words, money = words_in(receipt.language), receipt.money
    table = [tuple(words(f"receipt.tax_{each}") for each in ("rate", "net", "tax", "gross"))]
    for tax in receipt.taxes:
        amounts = (tax.net, tax.tax, tax.net + tax.tax)
        rate = f"{tax.percent} %"
        table.append((rate, *(format_amount(amount, money) for amount in amounts)))
    widths = [max(map(width_of, column)) for column in zip(*table, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > columns:
        return tax_rows(receipt, columns)
    gap = (columns - widths[0] - sum(widths[1:])) // (len(widths) - 1)
    rows = []
    for first, *others in table:
        row = "".join(
            " " * gap + pad_left(cell, width)
            for cell, width in zip(others, widths[1:], strict=True)
        )
        rows.append(first + pad_left(row, columns - width_of(first)))
    return rows
