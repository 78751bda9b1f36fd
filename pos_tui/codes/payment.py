"""Payment codes: which platform a customer's code belongs to, told by its published format."""

from __future__ import annotations

import re
from collections.abc import Collection

from msgspec import Struct


class PaymentFormat(Struct, frozen=True):
    """One platform's published format of consumer-presented codes, and where it is published."""

    platform: str
    pattern: re.Pattern[str]
    source: str


class PaymentCode(Struct, frozen=True):
    """A customer's payment code; the code is a bearer secret and is never shown whole."""

    code: str
    platform: str
    why: str


FORMATS = (
    PaymentFormat(
        "wechat",
        re.compile(r"1[0-5]\d{16}", re.ASCII),
        "18 digits that start with 10-15 (WeChat Pay, micropay: auth_code)",
    ),
    PaymentFormat(
        "alipay",
        re.compile(r"(?:2[5-9]|30)\d{14,22}", re.ASCII),
        "16-24 digits that start with 25-30 (Alipay, alipay.trade.pay: auth_code)",
    ),
    PaymentFormat(
        "unionpay",
        re.compile(r"62\d{17}", re.ASCII),
        "19 digits that start with 62 (UnionPay QR and the banks' apps)",
    ),
)

PLATFORM_NAMES = {"wechat": "WeChat Pay", "alipay": "Alipay", "unionpay": "UnionPay"}

_MERCHANT_PRESENTED = ("000201", "wxp://", "weixin://", "https://qr.alipay.com/")


def identify_payment(text: str, platforms: Collection[str]) -> PaymentCode | None:
    """The payment code that text is, for one of the enabled platforms; None when it is not one."""
    for entry in FORMATS:
        if entry.platform in platforms and entry.pattern.fullmatch(text):
            return PaymentCode(text, entry.platform, entry.source)
    return None


def is_merchant_presented(text: str) -> bool:
    """Whether text is a collection code: one that a shop shows and a customer scans."""
    return text.lower().startswith(_MERCHANT_PRESENTED)


def platform_name(platform: str) -> str:
    """A platform's name as people know it."""
    return PLATFORM_NAMES.get(platform, platform)


def mask_code(auth_code: str) -> str:
    """A payment code as it may be shown or logged: its last four characters only."""
    return "····" + auth_code[-4:] if len(auth_code) >= 12 else "····"
