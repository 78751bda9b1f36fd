"""What of a code may be shown or written down: never a payment code, nor what may be one."""

from __future__ import annotations

import re

from pos_tui.codes.payment import mask_code
from pos_tui.codes.reading import ItemCode, PaymentCode, Reading, VoucherCode
from pos_tui.codes.voucher import shown_voucher

LONGEST_SHOWN = 24
_LONG_NUMBER = re.compile(r"\d(?:[ \-]?\d){14,}", re.ASCII)
_LETTERED = re.compile(r"fp[0-9a-z]{20,}|hqvdufywm", re.IGNORECASE | re.ASCII)


def visible(text: str) -> str:
    """Text as it may be written on a screen: the separator GS as its picture ␝."""
    return text.replace("\x1d", "␝")


def may_be_secret(text: str) -> bool:
    """Whether text holds what could be a wallet's code: 15 digits in a row, or its letters."""
    return _LONG_NUMBER.search(text) is not None or _LETTERED.search(text) is not None


def beginning(text: str) -> str:
    """The beginning of a text that is no code, masked where it could be a wallet's."""
    return mask_code(text) if may_be_secret(text) else visible(text[:LONGEST_SHOWN])


def shown(text: str, reading: Reading) -> str:
    """A scan with this reading as it may be shown."""
    if isinstance(reading, ItemCode):
        return mask_code(text) if reading.like_payment else visible(text)
    if isinstance(reading, VoucherCode):
        return shown_voucher(reading.number)
    return mask_code(text) if isinstance(reading, PaymentCode) else reading.text
