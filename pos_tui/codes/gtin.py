"""Item codes: GTINs with their check digits, UPC-E, and a shop's own house codes."""

from __future__ import annotations

from msgspec import Struct

GTIN_LENGTHS = frozenset((8, 12, 13, 14))
LONGEST_HOUSE_CODE = 48


class ItemCode(Struct, frozen=True):
    """A code that may name a product; `key` is what the books know products by.

    A GTIN's key is its 14-digit form, a house code's the code in capitals. `doubt` is a sentence
    for a code that looks damaged, but that a shop may yet have on its shelves as it stands.
    """

    key: str
    why: str
    gtin: str | None = None
    house_code: str | None = None
    doubt: str | None = None


def check_digit(digits: str) -> str:
    """The GS1 check digit of the digits before it (GS1 General Specifications, section 7.9)."""
    total = sum(ord(d) - 48 for d in digits[-2::-2]) + 3 * sum(ord(d) - 48 for d in digits[::-2])
    return str(-total % 10)


def has_check_digit(digits: str) -> bool:
    """Whether the last digit is the GS1 check digit of the others."""
    return check_digit(digits[:-1]) == digits[-1]


def expand_upc_e(digits: str) -> str | None:
    """The UPC-A number of an 8-digit UPC-E one, check digit kept (GS1 General Specifications 5.2).

    None when it cannot be UPC-E: it starts with 0 or 1.
    """
    if digits[0] not in "01":
        return None
    system, body, check = digits[0], digits[1:7], digits[7]
    last = body[5]
    if last in "012":
        middle = body[:2] + last + "0000" + body[2:5]
    elif last == "3":
        middle = body[:3] + "00000" + body[3:5]
    elif last == "4":
        middle = body[:4] + "00000" + body[4]
    else:
        middle = body[:5] + "0000" + last
    return system + middle + check


def gtin_of(digits: str) -> str | None:
    """The 14-digit GTIN of 8, 12, 13 or 14 digits with a right check digit, or of UPC-E."""
    if len(digits) not in GTIN_LENGTHS or not (digits.isascii() and digits.isdigit()):
        return None
    if has_check_digit(digits):
        return digits.zfill(14)
    if len(digits) == 8:
        upc_a = expand_upc_e(digits)
        if upc_a is not None and has_check_digit(upc_a):
            return upc_a.zfill(14)
    return None


def identify_item(text: str) -> ItemCode | None:
    """The item code that cleaned text is; None when it could be none."""
    gtin = gtin_of(text)
    if gtin is not None:
        return ItemCode(gtin, f"a GTIN-{len(text)} with a right check digit", gtin=gtin)
    if not text or len(text) > LONGEST_HOUSE_CODE or not text.isprintable():
        return None
    key = text.upper()
    if len(text) in GTIN_LENGTHS and text.isascii() and text.isdigit():
        doubt = f"its check digit should be {check_digit(text[:-1])}, not {text[-1]}"
        return ItemCode(key, "a house code, or a misread GTIN", house_code=text, doubt=doubt)
    return ItemCode(key, "a house code", house_code=text)
