"""What WeChat Pay's documents allow in a request, for the simulators of both versions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_NUMBER = re.compile(r"[0-9A-Za-z_\-|*@]+")
_CODE = re.compile("1[0-5][0-9]{16}")


def is_number(text: object, least: int, most: int) -> bool:
    """Whether a text can be the number of an order or a refund, of so many characters."""
    return (
        isinstance(text, str) and least <= len(text) <= most and _NUMBER.fullmatch(text) is not None
    )


def is_text(text: object, most: int, least: int = 0) -> bool:
    """Whether something is a text of so many bytes in UTF-8: WeChat Pay counts no characters."""
    try:
        return isinstance(text, str) and least <= len(text.encode()) <= most
    except UnicodeEncodeError:
        return False


def code_fault(code: object) -> str | None:
    """The error code for what is no payment code of WeChat Pay's: 18 digits, first 10 to 15."""
    if isinstance(code, str) and _CODE.fullmatch(code):
        return None
    if isinstance(code, str) and code.isascii() and code.isdigit():
        return "AUTH_CODE_INVALID"  # a barcode, but of something else
    return "AUTH_CODE_ERROR"


def wrong_in_pay(content: Mapping[str, Any]) -> str | None:
    """The first field of V3's pay call that is not as the documents of codepay want it."""
    amount, payer, store = content.get("amount"), content.get("payer"), {}
    if isinstance(content.get("scene_info"), dict):
        store = content["scene_info"].get("store_info")
    if not is_text(content.get("description"), 127, least=1):
        return "/description"
    if not is_number(content.get("out_trade_no"), 6, 32):
        return "/out_trade_no"
    if not is_text(content.get("attach", ""), 128) or not is_text(content.get("goods_tag", ""), 32):
        return "/attach, /goods_tag"
    if not isinstance(payer, dict) or not isinstance(payer.get("auth_code"), str):
        return "/payer/auth_code"
    if not isinstance(amount, dict) or type(amount.get("total")) is not int or amount["total"] <= 0:
        return "/amount/total"
    if amount.get("currency", "CNY") != "CNY":
        return "/amount/currency"
    named = [store.get("id"), store.get("out_id")] if isinstance(store, dict) else []
    if not any(is_text(name, 256, least=1) for name in named):
        return "/scene_info/store_info"
    return None


def wrong_in_refund(content: Mapping[str, Any]) -> str | None:
    """The first field of V3's refund that is not as its documents want it."""
    amount = content.get("amount")
    if not is_number(content.get("out_refund_no"), 1, 64):
        return "/out_refund_no"
    named = [content.get(name) for name in ("transaction_id", "out_trade_no")]
    if not any(is_text(name, 32, least=1) for name in named):
        return "/out_trade_no"
    if not is_text(content.get("reason", ""), 80) or not is_text(
        content.get("notify_url", ""), 256
    ):
        return "/reason, /notify_url"
    if (
        not isinstance(amount, dict)
        or type(amount.get("refund")) is not int
        or type(amount.get("total")) is not int
        or amount.get("currency") != "CNY"
    ):
        return "/amount"
    return None
