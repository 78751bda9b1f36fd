"""A receipt that shows what a layout does: offers, weights, a long name, tax, several tenders."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from pos_tui.checkout.tenders import Tender
from pos_tui.money import Currency
from pos_tui.pricing import BasketDiscount
from pos_tui.pricing.tax import TaxAmount
from pos_tui.receipts.data import ReceiptData, ReceiptLine
from pos_tui.receipts.words import words_in
from pos_tui.settings import ShopSettings, TillIdentity

_WEIGHED, _SMALL, _LARGE = 2880, 350, 1290  # minor units, as of a currency with two decimals


def sample_receipt(
    shop: ShopSettings, till: TillIdentity, currency: Currency, at: datetime, language: str
) -> ReceiptData:
    """A receipt of no sale, with this shop's name and words; `at` aware."""
    words = words_in(language)
    lines = (
        ReceiptLine(words("sample.drink"), "05449000000996", "2", "", _SMALL, words("sample.offer"),
                    2 * _SMALL, 2 * _SMALL - 100),
        ReceiptLine(words("sample.weighed"), "1002", "0.842", "kg", 3420, "", _WEIGHED, _WEIGHED),
        ReceiptLine(words("sample.long"), "03017620422003", "1", "", _LARGE, "", _LARGE,
                    _LARGE - 200, 200),
    )  # fmt: skip
    total = sum(line.actual for line in lines)
    tax = total * 13 // 113
    return ReceiptData(
        shop=shop.name,
        address=shop.address,
        merchant=till.merchant,
        till=till.number,
        cashier=till.cashier,
        sale_no=148,
        at=at,
        currency=currency.code,
        exponent=currency.exponent,
        lines=lines,
        saved=300,
        total=total,
        footer=shop.receipt_footer,
        tenders=(
            Tender("wallet", 2000, 2000, platform="wechat", platform_ref="4200000000" * 2,
                   order_no="26112212000001ABCDEFGH", masked_code="····7890"),
            Tender("cash", total - 2000, 5000, 5000 - (total - 2000), number=2),
        ),
        discounts=(BasketDiscount(1, words("sample.discount"), 200),),
        taxes=(TaxAmount("standard", Decimal(13), total - tax, tax),),
        customer=words("sample.customer"),
        language=language,
        journal="1204-5b1f9c2e",
    )  # fmt: skip
