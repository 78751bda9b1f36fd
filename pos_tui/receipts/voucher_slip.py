"""The slip of a voucher: what is on it, how long it is good, and its number in letters."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from pos_tui.codes.voucher import grouped_voucher
from pos_tui.money import Currency, format_amount
from pos_tui.receipts.paper_rows import centred_rows
from pos_tui.receipts.print_lines import (
    NO_MARKS,
    PaperMarks,
    PrintLine,
    Style,
    lines_as_text,
    marked_lines,
)
from pos_tui.receipts.words import words_in


class VoucherSlip(Struct, frozen=True):
    """What stands on a voucher's slip; `amount` is what is on it, in minor units. Whoever has its
    `number` can spend it.
    """

    shop: str
    address: str
    number: str
    amount: int
    money: Currency
    issued_on: date
    expires_on: date | None
    language: str = "en"


def lay_out_voucher(
    slip: VoucherSlip, columns: int, marks: PaperMarks = NO_MARKS
) -> list[PrintLine]:
    """The slip in lines of at most so many columns, in its language."""
    words = words_in(slip.language)
    amount = f"{format_amount(slip.amount, slip.money)} {slip.money.code}"
    good = words("receipt.voucher_unlimited")
    if slip.expires_on is not None:
        good = words("receipt.voucher_good_until", day=slip.expires_on)
    lines = [
        *_middle(slip.shop, columns, "bold"),
        *_middle(slip.address, columns),
        PrintLine("-" * columns, "rule"),
        *_middle(words("receipt.voucher_sold"), columns, "bold"),
        *_middle(amount, columns, "large"),
        *_middle(good, columns),
        *_middle(words("receipt.voucher_issued_on", day=slip.issued_on), columns),
        PrintLine("-" * columns, "rule"),
        *_middle(grouped_voucher(slip.number), columns, "bold"),
        *_middle(words("receipt.voucher_keep"), columns),
        PrintLine(slip.number, "barcode"),
    ]
    return marked_lines(lines, columns, marks, slip.language)


def voucher_as_text(slip: VoucherSlip, columns: int = 42) -> str:
    """The slip as lines of at most so many columns, each ended by a line feed."""
    return lines_as_text(lay_out_voucher(slip, columns))


def _middle(text: str, columns: int, style: Style = "plain") -> list[PrintLine]:
    return [PrintLine(row, style) for row in centred_rows(text, columns)]
