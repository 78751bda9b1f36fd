"""The numbers of the shop's own vouchers: a fixed beginning, a random part, two check digits."""

from __future__ import annotations

import re

from pos_tui.codes.reading import RefusedCode, VoucherCode
from pos_tui.reasons import because

PREFIX = "VCH"
RANDOM_DIGITS = 12
_DIGITS = RANDOM_DIGITS + 2
_OURS = re.compile(rf"{PREFIX}(\d+)", re.ASCII)
_MODULUS = 97  # ISO 7064, MOD 97-10: finds each wrong digit, and each pair that changed places


def voucher_number(randomness: int) -> str:
    """The number of a new voucher, from whole numbers that nobody can guess."""
    digits = f"{randomness % 10**RANDOM_DIGITS:0{RANDOM_DIGITS}d}"
    return f"{PREFIX}{digits}{98 - int(digits) * 100 % _MODULUS:02d}"


def read_voucher(text: str) -> VoucherCode | RefusedCode | None:
    """A voucher's number, in whatever letters and groups; None where text is nothing of the kind.

    One that was read or typed wrong is refused: it is nothing else either.
    """
    plain = text.replace(" ", "").replace("-", "").upper()
    match = _OURS.fullmatch(plain)
    if match is None or len(match[1]) < RANDOM_DIGITS:
        return None
    if len(match[1]) != _DIGITS or int(match[1]) % _MODULUS != 1:
        return RefusedCode(shown_voucher(plain), because("codes.voucher_misread"))
    return VoucherCode(plain, because("codes.voucher"))


def shown_voucher(number: str) -> str:
    """A voucher's number as it may be shown: whoever has the whole of it can spend it."""
    return f"{PREFIX}····{number[-4:]}"


def grouped_voucher(number: str) -> str:
    """A voucher's number in groups that can be read out and typed."""
    digits = number.removeprefix(PREFIX)
    return " ".join((PREFIX, *(digits[at : at + 4] for at in range(0, len(digits), 4))))
