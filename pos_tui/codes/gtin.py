"""GTINs: their lengths, their check digits, and UPC-E, which is a GTIN-12 made shorter."""

from __future__ import annotations

GTIN_LENGTHS = frozenset((8, 12, 13, 14))


def check_digit(digits: str) -> str:
    """The GS1 check digit of the digits before it (GS1 General Specifications, section 7.9)."""
    total = sum(ord(d) - 48 for d in digits[-2::-2]) + 3 * sum(ord(d) - 48 for d in digits[::-2])
    return str(-total % 10)


def has_check_digit(digits: str) -> bool:
    """Whether the last digit is the GS1 check digit of the others."""
    return check_digit(digits[:-1]) == digits[-1]


def is_digits(text: str) -> bool:
    """Whether text is made of the ten ASCII digits and nothing else."""
    return text.isascii() and text.isdigit()


def expand_upc_e(digits: str) -> str | None:
    """The UPC-A number of an 8-digit UPC-E one, check digit kept (GS1 General Specifications 5.2).

    None when it cannot be UPC-E: those start with 0 or 1.
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


def gtin_of_upc_e(digits: str) -> str | None:
    """The 14-digit GTIN of eight digits read as UPC-E; None when the check digit is wrong."""
    upc_a = expand_upc_e(digits) if len(digits) == 8 else None
    return upc_a.zfill(14) if upc_a is not None and has_check_digit(upc_a) else None


def gtin_of(digits: str) -> str | None:
    """The 14-digit GTIN of 8, 12, 13 or 14 digits with a right check digit, or of UPC-E."""
    if len(digits) not in GTIN_LENGTHS or not is_digits(digits):
        return None
    return digits.zfill(14) if has_check_digit(digits) else gtin_of_upc_e(digits)
