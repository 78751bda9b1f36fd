"""Shops to read codes in: what they take, where they are, what their own labels look like."""

from collections.abc import Mapping
from datetime import date
from functools import cache

import msgspec

from pos_tui.codes import ItemCode
from pos_tui.codes.context import CodeContext, context_of
from pos_tui.codes.identify import identify
from pos_tui.codes.payment import parse_formats
from pos_tui.settings import TillSettings, payment_formats_text

TODAY = date(2026, 11, 22)
LAYOUTS = ("21IIIIIPPPPPC", "22IIIIIWWWWWC")
_THREE = ("wechat", "alipay", "unionpay")
_CHINA = (*_THREE, "ccb", "jd", "bestpay", "ecny", "baidu", "webank", "lakala")
_JAPAN = (
    "paypay", "rakuten", "dpay", "merpay", "aupay", "pring", "yucho", "jcb_smart", "alipayplus",
)  # fmt: skip

SHOPS: Mapping[str, Mapping[str, object]] = {
    "": {"codes": {"layouts": LAYOUTS}},
    "all": {"payments": {"platforms": _CHINA}, "codes": {"layouts": LAYOUTS}},
    "japan": {"shop": {"currency": "JPY"}, "payments": {"platforms": _JAPAN}},
    "asia": {"payments": {"platforms": (*_THREE, "alipayplus", "duitnow", "qris")}},
    "weak": {"payments": {"platforms": (*_THREE, "qq"), "weak_formats": True}},
    "usa": {
        "shop": {"currency": "USD"},
        "payments": {"platforms": ()},
        "codes": {"layouts": ("02IIIIIVPPPPC",)},
    },
    "europe": {
        "shop": {"currency": "EUR"},
        "codes": {"layouts": ("20IIIIIVPPPPC", "29IIIIVWWWWWC")},
    },
}
TABLE = parse_formats(payment_formats_text())


def context(**settings: object) -> CodeContext:
    """The context of a shop with these settings."""
    return context_of(msgspec.convert(settings, TillSettings), TABLE, TODAY)


@cache
def shop(name: str = "") -> CodeContext:
    """The context of one of the shops above."""
    return context(**SHOPS[name])


def item(scan: str, where: CodeContext) -> ItemCode:
    """What a scan is read as in a shop where it has to be an item's code."""
    found = identify(scan, where)
    assert isinstance(found, ItemCode), found
    return found
