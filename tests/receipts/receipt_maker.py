"""Receipts for the tests: small ones, long ones, with everything that may stand on one."""

from datetime import timedelta
from decimal import Decimal

from pos_tui.checkout.tenders import Tender
from pos_tui.money import Currency
from pos_tui.pricing import BasketDiscount
from pos_tui.pricing.tax import TaxAmount
from pos_tui.receipts.data import ReceiptData, ReceiptLine, ReceiptReturn
from tests.conftest import NOON

YUAN = Currency.of("CNY")


def line(name="Cola 330 ml", price=350, **more):
    return ReceiptLine(name, "0" + "5449000000996", "1", "can", price, "", price, price, **more)


def made(*lines, total=None, tenders=None, language="en", **more):
    """A receipt of these lines, paid in cash where nothing else is said."""
    total = sum(each.actual for each in lines) if total is None else total
    return ReceiptData(
        shop="Corner Market",
        address="12 Harbour Street",
        merchant="M001",
        till="01",
        cashier="Ada",
        sale_no=148,
        at=NOON + timedelta(seconds=5),
        currency="CNY",
        exponent=2,
        lines=lines,
        saved=0,
        total=total,
        footer="Thank you",
        tenders=(Tender("cash", total, total),) if tenders is None else tenders,
        language=language,
        **more,
    )


def full(name, amount, language="en"):
    """A receipt with everything that may stand on one, each named like this and of this amount."""
    sold = ReceiptLine(name, name, "0.842", name, amount, name, 3 * amount, amount)
    back = ReceiptReturn(name, "2", name, amount, 1, 77)
    wallet = Tender(
        "wallet", amount, amount, platform="wechat", platform_ref="4" * 64,
        order_no="26112212000001ABCDEFGH", masked_code="····7890",
    )  # fmt: skip
    return made(
        sold,
        total=amount,
        tenders=(
            wallet,
            Tender("card", amount, amount, reference="4242", authorisation="A" * 40),
            Tender("voucher", amount, amount, reference=name, left=amount),
            Tender("cash", amount, 2 * amount, amount, number=4),
            Tender("wallet", -amount, -amount, platform="alipay", order_no="B" * 30,
                   refund_no="B" * 31),
        ),
        language=language,
        discounts=(BasketDiscount(1, name, amount),),
        taxes=(TaxAmount("standard", Decimal("12.5"), amount, 1),),
        customer=name,
        returns=(back,),
        journal="1204-5b1f9c2e77",
    )  # fmt: skip
