"""The receipt data file: everything a receipt says, before anyone decides how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import UNSET, Struct, UnsetType

from pos_tui.checkout.line import LineKind, SettlementLine
from pos_tui.checkout.returns import ReturnLine
from pos_tui.checkout.settlement_list import Totals
from pos_tui.checkout.tenders import Tender
from pos_tui.codes.receipt_code import receipt_code
from pos_tui.money import Currency
from pos_tui.pricing import BasketDiscount
from pos_tui.pricing.tax import TaxAmount
from pos_tui.settings import ShopSettings, TillIdentity


class ReceiptLine(Struct, frozen=True):
    """One sold line: quantity as text, amounts in minor units.

    `actual` is what was paid for it, and what is given back for it: after its own offers and after
    its `share` of what came off the whole basket.
    """

    name: str
    code: str
    quantity: str
    unit: str
    unit_price: int
    offer: str
    gross: int
    actual: int
    share: int = 0


class ReceiptReturn(Struct, frozen=True, omit_defaults=True):
    """Goods that came back: quantity as text, what went back for them (minor units), its tax, and
    the sale they were sold in, 0 where that is not known.
    """

    name: str
    quantity: str
    unit: str
    amount: int
    tax: int = 0
    sale_no: int = 0
    line: int = 0
    number: int = 0
    kind: LineKind = "goods"


class ReceiptData(Struct, frozen=True, kw_only=True):
    """A receipt as data; at is aware and local to the shop, amounts in minor units.

    `language` is the one that it is printed in, each time. `journal` is how far the till's journal
    had come with this sale: its rows, a hyphen, the hash of the last one in hex. `tender` stands in
    files of version 2 and before, which had one tender; it is read into `tenders`. `total` is what
    the lines come to less what goes back for `returns`; `voids` is the sale that this one undoes.
    """

    shop: str
    address: str
    merchant: str
    till: str
    cashier: str
    sale_no: int
    at: datetime
    currency: str
    exponent: int
    lines: tuple[ReceiptLine, ...]
    saved: int
    total: int
    footer: str
    tenders: tuple[Tender, ...] = ()
    tender: Tender | UnsetType = UNSET
    discounts: tuple[BasketDiscount, ...] = ()
    taxes: tuple[TaxAmount, ...] = ()
    tax_added: int = 0
    customer: str = ""
    language: str = "en"
    journal: str = ""
    returns: tuple[ReceiptReturn, ...] = ()
    voids: int = 0
    version: int = 3

    @property
    def sold(self) -> int:
        """What its lines come to, before what goes back."""
        return self.total + sum(each.amount for each in self.returns)

    @property
    def code(self) -> str:
        """The code on it, by which its sale is found again."""
        return receipt_code(self.merchant, self.till, self.sale_no)

    @property
    def money(self) -> Currency:
        """The currency that the amounts are in."""
        return Currency(self.currency, self.exponent)


def make_receipt(
    shop: ShopSettings,
    till: TillIdentity,
    currency: Currency,
    sale_no: int,
    lines: Sequence[SettlementLine],
    totals: Totals,
    tenders: tuple[Tender, ...],
    at: datetime,
    taxes: tuple[TaxAmount, ...] = (),
    customer: str = "",
    language: str = "en",
) -> ReceiptData:
    """The receipt of a sale: settlement list, tenders and the platforms' transactions together."""
    return ReceiptData(
        shop=shop.name,
        address=shop.address,
        merchant=till.merchant,
        till=till.number,
        cashier=till.cashier,
        sale_no=sale_no,
        at=at,
        currency=currency.code,
        exponent=currency.exponent,
        lines=tuple(
            ReceiptLine(
                name=line.item.name,
                code=line.item.code,
                quantity=f"{line.quantity.normalize():f}",
                unit=line.item.unit,
                unit_price=line.item.unit_price,
                offer=line.offer,
                gross=line.gross,
                actual=line.actual,
                share=line.share,
            )
            for line in lines
        ),
        saved=totals.saved,
        total=totals.total,
        tenders=tenders,
        footer=shop.receipt_footer,
        discounts=totals.discounts,
        taxes=taxes,
        tax_added=totals.tax,
        customer=customer,
        language=language,
    )


def receipt_with_returns(
    receipt: ReceiptData, returns: Sequence[ReturnLine], voids: int = 0
) -> ReceiptData:
    """The receipt of a sale in which these goods came back; `voids` is the sale that it undoes."""
    return msgspec.structs.replace(
        receipt,
        total=receipt.total - sum(each.amount for each in returns),
        returns=tuple(
            ReceiptReturn(
                each.name,
                f"{each.pieces:f}",
                each.unit,
                each.amount,
                each.tax,
                each.sale_no,
                each.line,
                each.number,
                each.kind,
            )
            for each in returns
        ),
        voids=voids,
    )


def encode_receipt(receipt: ReceiptData) -> bytes:
    """The receipt data file's bytes: JSON, one key a line."""
    return msgspec.json.format(msgspec.json.encode(receipt), indent=1) + b"\n"


def decode_receipt(data: bytes) -> ReceiptData:
    """A receipt from its data file. Raises msgspec.MsgspecError for anything else."""
    receipt = msgspec.json.decode(data, type=ReceiptData)
    if receipt.tender is UNSET:
        return receipt
    return msgspec.structs.replace(receipt, tenders=(receipt.tender,), tender=UNSET)
