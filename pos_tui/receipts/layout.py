"""A receipt laid out for paper of so many columns: lines of text, each with how it is printed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from pos_tui.checkout.tenders import Tender
from pos_tui.codes.payment import platform_reason
from pos_tui.money import format_amount
from pos_tui.receipts.data import ReceiptData, ReceiptLine
from pos_tui.receipts.paper_rows import centred_rows as _centred
from pos_tui.receipts.paper_rows import spread_row as _spread
from pos_tui.receipts.words import words_in
from pos_tui.text_width import width_of, wrap
from pos_tui.wording.language import Wording

Style = Literal["plain", "bold", "large", "rule", "barcode", "qr"]
"""How a line is printed; of barcode and qr the text is what the symbol says."""


class PrintLine(Struct, frozen=True):
    """A line on paper: its text, no wider than the paper, and how it is printed; or a symbol."""

    text: str
    style: Style = "plain"

    @property
    def is_text(self) -> bool:
        """Whether letters are printed, and no symbol."""
        return self.style not in {"barcode", "qr"}


def lines_as_text(lines: Iterable[PrintLine]) -> str:
    """What is printed as letters, each line ended by a line feed."""
    return "".join(line.text.rstrip() + "\n" for line in lines if line.is_text)


class PaperMarks(Struct, frozen=True):
    """What stands on a paper besides what it is: which copy it is (0: the first print), that the
    till stopped before it was known to be printed, that it is of training only.
    """

    copy: int = 0
    is_late: bool = False
    is_training: bool = False


NO_MARKS = PaperMarks()


def lay_out(receipt: ReceiptData, columns: int, marks: PaperMarks = NO_MARKS) -> list[PrintLine]:
    """The receipt as lines of at most so many columns (32 or more read well), in its language."""
    words = words_in(receipt.language)
    money = receipt.money
    lines = [PrintLine(text, "bold") for text in _centred(receipt.shop, columns)]
    lines += [PrintLine(text) for text in _centred(receipt.address, columns)]
    lines += [
        PrintLine("-" * columns, "rule"),
        PrintLine(
            _spread(
                words("receipt.sale", number=receipt.sale_no),
                words("receipt.till", till=receipt.till),
                columns,
            )
        ),
        PrintLine(_spread(f"{receipt.at:%Y-%m-%d %H:%M:%S}", receipt.cashier, columns)),
        *([PrintLine(receipt.customer)] if receipt.customer else []),
        PrintLine("-" * columns, "rule"),
    ]
    for line in receipt.lines:
        lines += _sold(line, receipt, columns)
    if receipt.lines or not receipt.returns:
        lines.append(PrintLine("-" * columns, "rule"))
    for discount in receipt.discounts:
        off = format_amount(-discount.amount, money)
        lines.append(PrintLine(_spread(discount.name, off, columns)))
    if receipt.returns:
        lines += _returned(receipt, columns)
    if receipt.tax_added:
        before = format_amount(receipt.sold - receipt.tax_added, money)
        lines.append(PrintLine(_spread(words("receipt.subtotal"), before, columns)))
        lines += _taxes(receipt, columns)
    if receipt.saved:
        lines.append(
            PrintLine(_spread(words("receipt.saved"), format_amount(receipt.saved, money), columns))
        )
    total = f"{format_amount(receipt.total, money)} {receipt.currency}"
    lines.append(PrintLine(_spread(words("receipt.total"), total, columns), "large"))
    for tender in receipt.tenders:
        lines += _paid(tender, receipt, columns)
    lines.append(PrintLine("-" * columns, "rule"))
    if receipt.taxes and not receipt.tax_added:
        lines += _taxes(receipt, columns)
        lines.append(PrintLine("-" * columns, "rule"))
    lines += [PrintLine(text) for text in _centred(receipt.footer, columns)]
    lines += [PrintLine(text) for text in _centred(receipt.code, columns)]
    if receipt.journal:
        row, _, mark = receipt.journal.partition("-")
        text = words("receipt.journal", row=row, mark=mark[:8])
        lines += [PrintLine(part) for part in _centred(text, columns)]
    if marks.copy:
        copy = [PrintLine(part, "bold") for part in _centred(_copy_mark(words, marks), columns)]
        lines = [*copy, *lines, *copy]
    if marks.is_late:
        lines += [PrintLine(part) for part in _centred(words("receipt.printed_late"), columns)]
    lines.append(PrintLine(receipt.code, "barcode"))
    return lines


def _copy_mark(words: Wording, marks: PaperMarks) -> str:
    return f"*** {words('paper.copy', number=marks.copy)} ***"


def _sold(line: ReceiptLine, receipt: ReceiptData, columns: int) -> list[PrintLine]:
    money = receipt.money
    sold = [PrintLine(text) for text in wrap(line.name, columns)]
    how_many = f"  {line.quantity} {line.unit}".rstrip()
    how_many += f" x {format_amount(line.unit_price, money)}"
    sold.append(PrintLine(_spread(how_many, format_amount(line.gross, money), columns)))
    saved = line.gross - line.actual - line.share
    if saved:
        off = format_amount(-saved, money)
        sold.append(PrintLine(_spread(f"  {line.offer}", off, columns)))
    return sold


def _returned(receipt: ReceiptData, columns: int) -> list[PrintLine]:
    """What came back, in a block of its own, each with the sale that it was sold in."""
    words, money = words_in(receipt.language), receipt.money
    head = (
        words("receipt.void", number=receipt.voids) if receipt.voids else words("receipt.returns")
    )
    lines = [PrintLine(head, "bold")]
    for each in receipt.returns:
        lines += [PrintLine(text) for text in wrap(each.name, columns)]
        of_sale = words("receipt.of_sale", number=each.sale_no) if each.sale_no else ""
        how_many = f"  {each.quantity} {each.unit}".rstrip()
        what = f"{how_many} {of_sale}".rstrip()
        lines.append(PrintLine(_spread(what, format_amount(-each.amount, money), columns)))
    if tax := sum(each.tax for each in receipt.returns):
        back = format_amount(-tax, money)
        lines.append(PrintLine(_spread(words("receipt.tax_back"), back, columns)))
    lines.append(PrintLine("-" * columns, "rule"))
    return lines


def _given_back(tender: Tender, receipt: ReceiptData, columns: int) -> list[PrintLine]:
    words, money = words_in(receipt.language), receipt.money
    label = words(f"receipt.back_{tender.kind}")
    if tender.kind == "wallet":
        label = words("receipt.back_to", platform=platform_reason(tender.platform))
    rounding = format_amount(tender.rounding, money)
    return [
        *(
            [PrintLine(_spread(words("receipt.rounding"), rounding, columns))]
            if tender.rounding
            else []
        ),
        PrintLine(_spread(label, format_amount(tender.amount, money), columns)),
        *_labelled(words("receipt.order"), tender.order_no, columns),
        *_labelled(words("receipt.refund"), tender.refund_no, columns),
        *(
            _labelled(words(f"receipt.{tender.kind}_number"), tender.reference, columns)
            if tender.kind in {"card", "voucher"}
            else []
        ),
    ]


def _paid(tender: Tender, receipt: ReceiptData, columns: int) -> list[PrintLine]:
    words, money = words_in(receipt.language), receipt.money

    def row(label: str, amount: int) -> PrintLine:
        return PrintLine(_spread(label, format_amount(amount, money), columns))

    if tender.is_refund:
        return _given_back(tender, receipt, columns)
    if tender.kind == "cash":
        is_rounded = tender.rounding or (len(receipt.tenders) == 1 and tender.due != receipt.total)
        return [
            *([row(words("receipt.to_pay_in_cash"), tender.due)] if is_rounded else []),
            row(words("receipt.cash"), tender.given),
            *([] if tender.is_part else [row(words("receipt.change"), tender.change)]),
        ]
    if tender.kind == "wallet":
        return [
            row(words.of(platform_reason(tender.platform)), tender.given),
            PrintLine(_spread(words("receipt.code"), tender.masked_code, columns)),
            *_labelled(words("receipt.order"), tender.order_no, columns),
            *_labelled(words("receipt.reference"), tender.platform_ref, columns),
        ]
    return [
        row(words(f"receipt.{tender.kind}"), tender.given),
        *_labelled(words(f"receipt.{tender.kind}_number"), tender.reference, columns),
        *_labelled(words("receipt.authorisation"), tender.authorisation, columns),
        *([] if tender.left is None else [row(words(f"receipt.{tender.kind}_left"), tender.left)]),
    ]


def _taxes(receipt: ReceiptData, columns: int) -> list[PrintLine]:
    """Each tax: its percentage, what it is on without tax, and the tax."""
    return [
        PrintLine(
            _spread(
                words_in(receipt.language)(
                    "receipt.tax",
                    percent=tax.percent,
                    net=format_amount(tax.net, receipt.money),
                ),
                format_amount(tax.tax, receipt.money),
                columns,
            )
        )
        for tax in receipt.taxes
    ]


def _labelled(label: str, value: str, columns: int) -> list[PrintLine]:
    if not value:
        return []
    if width_of(label) + 1 + width_of(value) <= columns:
        return [PrintLine(_spread(label, value, columns))]
    return [PrintLine(label), *(PrintLine(part) for part in wrap(value, columns))]
