"""The code on a receipt, by which its sale is found again: RC, the till, the sale, a mark, a check.

RC01-000148K7X is sale 148 of till 01. The mark is of the merchant and the till, so that another
shop's receipt is told apart; the check character is ISO/IEC 7064, MOD 37,36. It is made for Code
128: with a till's number of two characters it fits paper of 58 mm.
"""

from __future__ import annotations

import re
from zlib import crc32

_PREFIX = "RC"
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FORM = re.compile(r"RC([0-9A-Z]{0,8})-(\d{6,12})([0-9A-Z]{2})([0-9A-Z])", re.ASCII)


def receipt_code(merchant: str, till: str, sale_no: int) -> str:
    """The code of a sale's receipt."""
    body = f"{_PREFIX}{_plain(till)}-{sale_no:06d}{receipt_mark(merchant, till)}"
    return body + _check(body)


def receipt_mark(merchant: str, till: str) -> str:
    """The two characters that tell the receipts of tills of several shops apart."""
    number = crc32(f"{merchant}/{till}".encode())
    return _LETTERS[number % 36] + _LETTERS[number // 36 % 36]


def read_receipt_code(text: str) -> tuple[int, str, str] | None:
    """The sale's number, the till and the mark of a receipt's code; None for any other text.

    Behind a colon may stand what the receipt says, as its QR code has it: it is passed over.
    """
    found = _FORM.fullmatch(text.partition(":")[0].strip().upper())
    if found is None or _check(found[0][:-1]) != found[4]:
        return None
    return int(found[2]), found[1], found[3]


def _plain(till: str) -> str:
    return "".join(c for c in till.upper() if c.isascii() and c.isalnum())[:8]


def _check(body: str) -> str:
    product = 36
    for character in body.replace("-", ""):
        total = (product + _LETTERS.index(character)) % 36 or 36
        product = total * 2 % 37
    return _LETTERS[(37 - product) % 36]
