"""What Alipay's documents allow in a request: its fields, amounts and texts, by error code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

# opendocs.alipay.com/open/02ekfp (alipay.trade.pay); lengths in characters.
_CODES = {
    "bar_code": re.compile("(?:2[5-9]|30)[0-9]{14,22}"),
    "security_code": re.compile("fp[A-Za-z0-9]{33}"),
}
_AMOUNT = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?")
_MOST_FEN = 10_000_000_000
_SUBJECT = re.compile("[^/=&\x00-\x1f\x7f]{1,256}")
_LONGEST = {"body": 128, "store_id": 32, "operator_id": 28, "terminal_id": 32}
_PRODUCTS = ("FACE_TO_FACE_PAYMENT", "OFFLINE_PAYMENT")
_TIMEOUT = re.compile("([1-9][0-9]{0,4})([mhd])")
_MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
_MOST_MINUTES = 15 * 24 * 60


def request_fault(form: Mapping[str, str]) -> tuple[str, str] | None:
    """The code and sub code for public parameters that are missing or wrong; None for none.

    `format` may be left out, and is written in capitals or not: so do the official SDKs.
    """
    if form.get("format", "JSON").upper() != "JSON":
        return "40002", "isv.invalid-format"
    if form.get("charset", "").lower() != "utf-8":
        return "40002", "isv.invalid-charset"
    for name, value in (("sign_type", "RSA2"), ("version", "1.0")):
        called = "signature-type" if name == "sign_type" else name
        if name not in form:
            return "40001", f"isv.missing-{called}"
        if form[name] != value:
            return "40002", f"isv.invalid-{called}"
    for name, called in (("sign", "signature"), ("timestamp", "timestamp")):
        if not form.get(name):
            return "40001", f"isv.missing-{called}"
    try:
        datetime.strptime(form["timestamp"] + "+0800", "%Y-%m-%d %H:%M:%S%z")
    except ValueError:
        return "40002", "isv.invalid-timestamp"
    return None


def pay_fault(order_no: str, content: Mapping[str, object]) -> str:
    """The sub code for a payment that Alipay refuses to look at; "" for none."""
    total = fen(content.get("total_amount"))
    subject, code = content.get("subject"), _CODES.get(str(content.get("scene")))
    is_whole = (
        re.fullmatch("[0-9A-Za-z_]{1,64}", order_no)
        and total is not None
        and isinstance(subject, str)
        and _SUBJECT.fullmatch(subject)
        and subject.strip()
        and content.get("product_code", _PRODUCTS[0]) in _PRODUCTS
        and _is_timeout(content.get("timeout_express", "15d"))
        and all(len(str(content.get(name, ""))) <= most for name, most in _LONGEST.items())
        and _is_divided(content, total)
    )
    if not is_whole or code is None or total is None:
        return "ACQ.INVALID_PARAMETER"
    if total > _MOST_FEN:
        return "ACQ.TOTAL_FEE_EXCEED"
    if not code.fullmatch(str(content.get("auth_code"))):
        return "ACQ.PAYMENT_AUTH_CODE_INVALID"
    return ""


def fen(yuan: object) -> int | None:
    """An amount of 0.01 yuan or more, with two decimals at most, in fen; None for anything else."""
    if isinstance(yuan, bool) or not _AMOUNT.fullmatch(str(yuan)):
        return None
    whole, _, part = str(yuan).partition(".")
    return int(whole + part.ljust(2, "0")) or None


def _is_timeout(text: object) -> bool:
    found = _TIMEOUT.fullmatch(str(text))
    if found is None:
        return text == "1c"  # until the day ends
    return int(found[1]) * _MINUTES[found[2]] <= _MOST_MINUTES


def _is_divided(content: Mapping[str, object], total: int) -> bool:
    """Whether what may be discounted and what may not are parts of the total."""
    parts = [content.get(f"{kind}_amount") for kind in ("discountable", "undiscountable")]
    given = [fen(part) for part in parts if part not in (None, "", "0", "0.00", 0)]
    named = [part for part in given if part is not None]
    if len(named) < len(given) or sum(named) > total:
        return False
    return None in parts or sum(named) == total
