"""Payment codes: the table of formats, and which platforms a customer's code can belong to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from typing import Literal

import msgspec
from msgspec import Struct

from pos_tui.codes.emv_cpm import application_ids
from pos_tui.codes.gtin import gtin_of
from pos_tui.codes.reading import PaymentCode

Confidence = Literal["published", "seen", "observed", "weak"]
EMV_CPM = "emv_cpm"


class FormatsError(ValueError):
    """A table of payment formats that cannot be used; its text says which row and why."""


class PaymentFormat(Struct, frozen=True):
    """One format of consumer-presented codes: whose, where, how sure, and who says so."""

    id: str
    platform: str
    regions: tuple[str, ...]
    priority: int
    pattern: re.Pattern[str]
    confidence: Confidence
    says: str
    source: str
    scene: str = ""

    @property
    def why(self) -> str:
        """The format in words, with its source."""
        return f"{self.says} ({self.source})"


class Application(Struct, frozen=True, forbid_unknown_fields=True):
    """Which platform an EMVCo application identifier (its first bytes, in hex) belongs to."""

    aid: str
    platform: str
    source: str


class PaymentFormats(Struct, frozen=True):
    """The table of formats, in the order in which they are tried."""

    version: str = ""
    format: tuple[PaymentFormat, ...] = ()
    application: tuple[Application, ...] = ()


PLATFORM_NAMES = {
    EMV_CPM: "EMVCo QR",
    "wechat": "WeChat Pay",
    "alipay": "Alipay",
    "alipayplus": "Alipay+",
    "unionpay": "UnionPay",
    "ccb": "CCB Long Pay",
    "jd": "JD Pay",
    "bestpay": "BestPay",
    "ecny": "e-CNY",
    "baidu": "Baidu Wallet",
    "webank": "WeBank",
    "lakala": "Lakala",
    "qq": "QQ Wallet",
    "paypay": "PayPay",
    "linepay": "LINE Pay",
    "dpay": "d-barai",
    "origami": "Origami Pay",
    "rakuten": "Rakuten Pay",
    "merpay": "Merpay",
    "yucho": "Yucho Pay",
    "aupay": "au PAY",
    "jcb_smart": "Smart Code",
    "duitnow": "DuitNow",
    "qris": "QRIS",
}

_EMV_MPM = "000201"  # EMVCo, QR Code Specification: Merchant-Presented Mode, tag 00
_MERCHANT_PRESENTED = (
    "wxp://",
    "weixin://",
    "alipays://",
    "alipayqr://",
    "upi://",
    "http://qr.alipay.com/",
    "https://qr.alipay.com/",
    "https://qr.95516.com/",
    "https://payapp.weixin.qq.com/",
)


def parse_formats(text: str) -> PaymentFormats:
    """The table of formats in TOML text, put in order. Raises FormatsError."""
    try:
        table = msgspec.convert(tomllib.loads(text), _Table)
    except tomllib.TOMLDecodeError as error:
        raise FormatsError(f"The payment formats are not valid TOML: {error}.") from error
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        raise FormatsError(f"The payment formats: {where.rstrip('`')}: {what}.") from error
    if not table.format:
        raise FormatsError("The table of payment formats is empty.")
    formats = sorted(map(_compiled, table.format), key=lambda entry: entry.priority)
    return PaymentFormats(table.version, tuple(formats), table.application)


class _Row(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    platform: str
    regions: tuple[str, ...]
    priority: int
    pattern: str
    confidence: Confidence
    says: str
    source: str
    scene: str = ""


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    version: str = ""
    format: tuple[_Row, ...] = ()
    application: tuple[Application, ...] = ()


def _compiled(row: _Row) -> PaymentFormat:
    try:
        pattern = re.compile(row.pattern, re.ASCII)
    except re.error as error:
        raise FormatsError(
            f"The payment formats: “{row.id}”: “{row.pattern}” is no regular expression ({error})."
        ) from error
    return PaymentFormat(
        row.id, row.platform, row.regions, row.priority, pattern, row.confidence, row.says,
        row.source, row.scene,
    )  # fmt: skip


def read_payment(
    text: str, formats: Iterable[PaymentFormat], applications: Iterable[Application]
) -> Iterator[PaymentCode]:
    """Every payment code that text can be, by these formats, in their order."""
    for entry in formats:
        if entry.pattern.fullmatch(text) is None:
            continue
        if entry.platform == EMV_CPM:
            yield from _by_application(text, entry, applications)
        else:
            yield PaymentCode(text, entry.platform, entry.why, entry.id, entry.scene)


def _by_application(
    text: str, entry: PaymentFormat, applications: Iterable[Application]
) -> Iterator[PaymentCode]:
    presented = application_ids(text)
    for application in applications:
        if any(aid.startswith(application.aid) for aid in presented):
            why = f"{entry.says} of {application.source} ({entry.source})"
            yield PaymentCode(text, application.platform, why, entry.id)


def identify_payment(
    text: str, platforms: Collection[str], table: PaymentFormats
) -> PaymentCode | None:
    """The payment code that text is for one of these platforms, wherever the shop is."""
    found = read_payment(text, table.format, table.application)
    return next((code for code in found if code.platform in platforms), None)


def is_merchant_presented(text: str) -> bool:
    """Whether text is a collection code: one that a shop shows and a customer scans."""
    if text.startswith(_EMV_MPM):
        return gtin_of(text) is None
    return text.lower().startswith(_MERCHANT_PRESENTED)


def platform_name(platform: str) -> str:
    """A platform's name as people know it."""
    return PLATFORM_NAMES.get(platform, platform)


def mask_code(auth_code: str) -> str:
    """A payment code as it may be shown or logged: its last four characters only."""
    return "····" + auth_code[-4:] if len(auth_code) >= 12 else "····"
