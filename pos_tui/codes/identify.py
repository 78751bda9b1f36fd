"""The one door: what a string from a scanner or a keyboard is, and why."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from pos_tui.codes.item import ItemCode, identify_item
from pos_tui.codes.payment import (
    PLATFORM_NAMES,
    PaymentCode,
    identify_payment,
    is_merchant_presented,
    mask_code,
    platform_name,
)

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


class Refused(Struct, frozen=True):
    """A code that is understood and must not be used; `why` is a sentence for the cashier."""

    text: str
    why: str


class Unknown(Struct, frozen=True):
    """A string that is no code at all; `why` is a sentence for the cashier."""

    text: str
    why: str


Identified = ItemCode | PaymentCode | Refused | Unknown


def clean(text: str) -> str:
    """What was meant: full-width characters as ASCII, ends trimmed, control characters gone."""
    plain = text.strip()
    if not plain.isascii():
        plain = plain.translate(_FULL_WIDTH).strip()
    if not plain.isprintable():
        plain = "".join(character for character in plain if character.isprintable())
    return plain


def identify(scan: str, platforms: Collection[str]) -> Identified:
    """What a scan is. Payment formats are tried first: a wallet's code must never sell an item."""
    text = clean(scan)
    if is_merchant_presented(text):
        return Refused(
            text,
            "This is a shop's collection code. Ask the customer to open the payment code instead.",
        )
    payment = identify_payment(text, PLATFORM_NAMES)
    if payment is not None and payment.platform in platforms:
        return payment
    if payment is not None:
        name = platform_name(payment.platform)
        return Refused(mask_code(text), f"This shop does not take {name}. Ask for another wallet.")
    item = identify_item(text)
    if item is not None:
        return item
    if not text:
        return Unknown(text, "Nothing was read. Scan it again.")
    return Unknown(text[:24], "This is too long for a code of this shop. Scan it again.")
