"""An order and its refunds, and fresh payment codes, as the tests of all platforms use them."""

from __future__ import annotations

import random
import re
import secrets
from datetime import UTC, datetime
from functools import cache

from pos_tui.cloud.platforms.protocol import PlatformOrder, PlatformRefund
from pos_tui.codes.payment import parse_formats
from pos_tui.settings import payment_formats_text

FORMATS = parse_formats(payment_formats_text())


def new_order(amount: int = 4770) -> PlatformOrder:
    """An order of this moment under a number never used before."""
    return PlatformOrder(
        merchant="M001",
        till="01",
        order_no="T" + secrets.token_hex(11),
        amount=amount,
        currency="CNY",
        subject="Corner Market",
        made_at=datetime.now(UTC).replace(microsecond=0),
    )


def new_refund(amount: int) -> PlatformRefund:
    """A refund of this moment under a number never used before."""
    return PlatformRefund(
        refund_no="R" + secrets.token_hex(11),
        amount=amount,
        reason="returned",
        made_at=datetime.now(UTC).replace(microsecond=0),
    )


def payment_code(wallet: str, script: str = "1234") -> str:
    """A fresh code of a wallet's, in a format of the table; a simulator plays its last digits."""
    chance = random.Random(secrets.token_bytes(8))
    start, length = _form(wallet, len(script))
    while True:
        found = _drawn(chance, start, length, script)
        if _fits(wallet, found):
            return found


@cache
def _form(wallet: str, scripted: int) -> tuple[int, int]:
    """The first two digits, and the length, that a code with so many digits to play can have."""
    chance, script = random.Random(1), "1234567890"[:scripted]
    while True:
        for length in range(16, 25):
            for start in range(100):
                if _fits(wallet, _drawn(chance, start, length, script)):
                    return start, length


def _drawn(chance: random.Random, start: int, length: int, script: str) -> str:
    free = length - 2 - len(script)
    return f"{start:02}{chance.randrange(10**free):0{free}}{script}"


def _fits(wallet: str, code: str) -> bool:
    return any(pattern.fullmatch(code) for pattern in _patterns(wallet))


@cache
def _patterns(wallet: str) -> list[re.Pattern[str]]:
    return [each.pattern for each in FORMATS.format if each.platform == wallet]
