"""The official code lists, and which of our acts, tenders and entries is which of their codes.

https://github.com/Skatteetaten/saf-t: Cash Register Code Lists
"""

from __future__ import annotations

import hashlib
from typing import Final

from msgspec import Struct

LONGEST = 35  # of an identification


class Code(Struct, frozen=True):
    """A code of the shop's own (`id`), the official one that it is, and what it means."""

    basic: str
    id: str
    official: str
    text: str


SALE_LINE: Final = Code("05", "SALE", "", "Sale line")
RETURN_LINE: Final = Code("05", "RETURN", "", "Return line")
LINES: Final = (SALE_LINE, RETURN_LINE)

_TRANSACTIONS = {
    "sale": ("CASHSALE", "11001", "Sale"),
    "return": ("RETURNSALE", "11006", "Return"),
    "void": ("VOIDSALE", "11006", "Void of a paid sale"),
    "float": ("FLOAT", "11007", "Change float"),
    "counted": ("DIFFERENCE", "11008", "Difference of a count"),
    "pay_in": ("PAYIN", "11011", "Pay-in"),
    "pay_out": ("PAYOUT", "11010", "Pay-out"),
    "drop": ("DROP", "11010", "Cash drop to the safe"),
    "voucher": ("VOUCHER", "11999", "Voucher"),
    "account": ("ACCOUNT", "11005", "Payment of a customer's account"),
    "late": ("LATE", "11999", "Late money of a wallet"),
}
TRANSACTIONS: Final = {kind: Code("11", *values) for kind, values in _TRANSACTIONS.items()}
"""By the kind of the ledger's entry; entries of other kinds are no transactions of the drawer."""

_EVENTS = {
    "sign_on": ("SIGNON", "13003", "Employee signed on"),
    "sign_off": ("SIGNOFF", "13004", "Employee signed off"),
    "no_sale": ("DRAWEROPEN", "13005", "Drawer opened without a sale"),
    "x_report": ("XREPORT", "13008", "X report"),
    "z_report": ("ZREPORT", "13009", "Z report"),
    "held": ("SUSPEND", "13010", "Sale put aside"),
    "recalled": ("RESUME", "13011", "Sale recalled"),
    "paid": ("RECEIPT", "13012", "Sales receipt"),
    "returned": ("RETURNRECEIPT", "13013", "Return receipt"),
    "copy": ("COPY", "13014", "Copy of a receipt"),
    "drop": ("WITHDRAWAL", "13019", "Cash taken out of the drawer"),
    "backup": ("BACKUP", "13020", "Journal copied to other storage"),
    "price": ("PRICECHANGE", "13021", "Price changed"),
    "void": ("VOID", "13028", "Sale voided before it was paid"),
    "line_removed": ("LINEREMOVED", "13999", "Line taken off before payment"),
    "approval": ("APPROVAL", "13999", "Act approved by another"),
    "pay_in": ("PAYINEVENT", "13999", "Pay-in"),
    "pay_out": ("PAYOUTEVENT", "13999", "Pay-out"),
    "other": ("OTHER", "13999", "Other"),
}
EVENTS: Final = {name: Code("13", *values) for name, values in _EVENTS.items()}

_PAYMENTS = {
    "cash": ("CASH", "12001", "Cash"),
    "card": ("CARD", "12002", "Card terminal"),
    "voucher": ("GIFTTOKEN", "12005", "Voucher"),
    "account": ("CUSTOMERACCOUNT", "12006", "Customer account"),
}


def payment_code(kind: str, platform: str = "") -> Code:
    """The code of a tender: its kind, and a wallet's platform."""
    if kind in _PAYMENTS:
        return Code("12", *_PAYMENTS[kind])
    return Code("12", identification(f"WALLET-{platform or kind}"), "12011", platform or kind)


def category_code(category: str) -> Code:
    """The article group of a category."""
    return Code("04", identification(f"G-{category}"), "04003", category or "-")


def identification(text: str) -> str:
    """A text that is short enough to identify by: a long one ends in a part of its hash."""
    text = " ".join(text.split())
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - 9]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def standard_vat_code(percent: str) -> str:
    """Norway's own code of a rate; NA where that is none of Norway's."""
    whole = percent.rstrip("0").rstrip(".") if "." in percent else percent
    return {"25": "3", "15": "31", "12": "33", "0": "0"}.get(whole, "NA")
