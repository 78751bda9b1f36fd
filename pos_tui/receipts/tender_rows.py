"""The tenders of a receipt in rows: what was given, change, platforms and their numbers."""

from __future__ import annotations

from pos_tui.checkout.tenders import Tender
from pos_tui.codes.payment import platform_reason
from pos_tui.money import format_amount
from pos_tui.receipts.data import ReceiptData
from pos_tui.receipts.paper_rows import spread_rows
from pos_tui.receipts.words import words_in
from pos_tui.text_width import width_of, wrap


def tender_rows(tender: Tender, receipt: ReceiptData, columns: int) -> list[str]:
    """What stands on a receipt of one tender, paid or given back."""
    words, money = words_in(receipt.language), receipt.money

    def row(label: str, amount: int) -> list[str]:
        return spread_rows(label, format_amount(amount, money), columns)

    if tender.is_refund:
        return _given_back(tender, receipt, columns)
    if tender.kind == "cash":
        is_rounded = tender.rounding or (len(receipt.tenders) == 1 and tender.due != receipt.total)
        return [
            *(row(words("receipt.to_pay_in_cash"), tender.due) if is_rounded else []),
            *row(words("receipt.cash"), tender.given),
            *([] if tender.is_part else row(words("receipt.change"), tender.change)),
        ]
    if tender.kind == "wallet":
        return [
            *row(words.of(platform_reason(tender.platform)), tender.given),
            *spread_rows(words("receipt.code"), tender.masked_code, columns),
            *_labelled(words("receipt.order"), tender.order_no, columns),
            *_labelled(words("receipt.reference"), tender.platform_ref, columns),
        ]
    return [
        *row(words(f"receipt.{tender.kind}"), tender.given),
        *_labelled(words(f"receipt.{tender.kind}_number"), tender.reference, columns),
        *_labelled(words("receipt.authorisation"), tender.authorisation, columns),
        *([] if tender.left is None else row(words(f"receipt.{tender.kind}_left"), tender.left)),
    ]


def _given_back(tender: Tender, receipt: ReceiptData, columns: int) -> list[str]:
    words, money = words_in(receipt.language), receipt.money
    label = words(f"receipt.back_{tender.kind}")
    if tender.kind == "wallet":
        label = words("receipt.back_to", platform=platform_reason(tender.platform))
    rounding = format_amount(tender.rounding, money)
    return [
        *(spread_rows(words("receipt.rounding"), rounding, columns) if tender.rounding else []),
        *spread_rows(label, format_amount(tender.amount, money), columns),
        *_labelled(words("receipt.order"), tender.order_no, columns),
        *_labelled(words("receipt.refund"), tender.refund_no, columns),
        *(
            _labelled(words(f"receipt.{tender.kind}_number"), tender.reference, columns)
            if tender.kind in {"card", "voucher"}
            else []
        ),
    ]


def _labelled(label: str, value: str, columns: int) -> list[str]:
    """A number behind its label; one that is too long for their row stands below it."""
    if not value:
        return []
    if width_of(label) + 1 + width_of(value) <= columns:
        return spread_rows(label, value, columns)
    return [*wrap(label, columns), *wrap(value, columns)]
