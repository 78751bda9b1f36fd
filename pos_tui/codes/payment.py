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
from pos_tui.reasons import Reason, ReasonError, because, plain

Confidence = Literal["published", "seen", "observed", "weak"]
EMV_CPM = "emv_cpm"


class FormatsError(ReasonError):
    """A table of payment formats that cannot be used; its reason says which row and why."""


class PaymentFormat(Struct, frozen=True):
    """One format of consumer-presented codes: whose, where, how sure, and who says so.

    `says` describes a format of a shop's own table; the others have their words by their id.
    """

    id: str
    platform: str
    regions: tuple[str, ...]
    priority: int
    pattern: re.Pattern[str]
    confidence: Confidence
    source: str
    says: str = ""
    scene: str = ""

    @property
    def description(self) -> Reason:
        """What its codes look like."""
        return plain(self.says) if self.says else because(f"payment_format.{self.id}")

    @property
    def why(self) -> Reason:
        """The format, with its source."""
        return because("codes.payment_format", format=self.description, source=self.source)


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


PLATFORMS = frozenset((
    EMV_CPM, "wechat", "alipay", "alipayplus", "unionpay", "ccb", "jd", "bestpay", "ecny", "baidu",
    "webank", "lakala", "qq", "paypay", "linepay", "dpay", "origami", "rakuten", "merpay", "yucho",
    "aupay", "pring", "jcb_smart", "duitnow", "qris",
))  # fmt: skip
"""The platforms that have a name of their own in words; a shop's table may have others."""

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
        raise FormatsError("codes.formats_not_toml", why=plain(str(error))) from error
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        raise FormatsError(
            "codes.formats_wrong", where=where.rstrip("`"), why=plain(what)
        ) from error
    if not table.format:
        raise FormatsError("codes.formats_empty")
    formats = sorted(map(_compiled, table.format), key=lambda entry: entry.priority)
    return PaymentFormats(table.version, tuple(formats), table.application)


class _Row(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    platform: str
    regions: tuple[str, ...]
    priority: int
    pattern: str
    confidence: Confidence
    source: str
    says: str = ""
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
            "codes.formats_expression", id=row.id, pattern=row.pattern, why=plain(str(error))
        ) from error
    return PaymentFormat(
        row.id, row.platform, row.regions, row.priority, pattern, row.confidence, row.source,
        row.says, row.scene,
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
            why = because(
                "codes.payment_application",
                format=entry.description, application=application.source, source=entry.source,
            )  # fmt: skip
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


def platform_reason(platform: str) -> Reason:
    """A platform's name as people know it; the id itself where there is none."""
    return because(f"platform.{platform}") if platform in PLATFORMS else plain(platform)


def mask_code(auth_code: str) -> str:
    """A payment code as it may be shown or logged: its last four characters only."""
    return "····" + auth_code[-4:] if len(auth_code) >= 12 else "····"
