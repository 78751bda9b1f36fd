"""GS1 Digital Link: a web address that holds a product's number and what a label says of it."""

from __future__ import annotations

import re
from datetime import date

from pos_tui.codes.gs1 import Understood, read_pairs
from pos_tui.codes.gtin import is_digits
from pos_tui.codes.reading import UnknownCode
from pos_tui.money import Currency
from pos_tui.reasons import because

_ANOTHER = re.compile("https?://", re.IGNORECASE)
_ANOTHER_NUMBER = re.compile(r"https?://\S*?/(?:01|gtin)/\d", re.IGNORECASE)
_BY_NAME = {"gtin": "01", "cpv": "22", "lot": "10", "ser": "21", "exp": "17"}  # older addresses
_KEYS = frozenset(
    ("00", "01", "253", "255", "401", "402", "414", "415", "417", "8002", "8003", "8004", "8006",
     "8010", "8013", "8017", "8018")
)  # fmt: skip


def read_digital_link(text: str, today: date, currency: Currency) -> Understood | None:
    """What a GS1 Digital Link URI says (GS1 Digital Link Standard: URI Syntax); None for others.

    Its data obey the same rules as data in brackets.
    """
    from urllib.parse import parse_qsl, unquote

    address, _, query = text.partition("#")[0].partition("?")
    scheme, _, rest = address.partition("://")
    if scheme.lower() not in {"http", "https"}:
        return None
    if _ANOTHER.search(rest) is not None or _ANOTHER_NUMBER.search(text, len(scheme)) is not None:
        return UnknownCode("", because("codes.two_in_one"))
    steps = [unquote(step) for step in rest.rstrip("/").split("/")[1:]]
    if rest.endswith("/") and steps and _BY_NAME.get(steps[-1], steps[-1]) in _KEYS:
        steps.append("")  # a number that is missing
    for place in range(len(steps) - 2, -1, -1):
        if _BY_NAME.get(steps[place], steps[place]) in _KEYS and (len(steps) - place) % 2 == 0:
            break
    else:
        return None
    path = zip(steps[place::2], steps[place + 1 :: 2], strict=True)
    pairs = [(_BY_NAME.get(ai, ai), value) for ai, value in path]
    if not all(is_digits(ai) for ai, _ in pairs):
        return None
    attributes = parse_qsl(query.replace(";", "&"), keep_blank_values=True)
    pairs += [
        (_BY_NAME.get(ai, ai), value)
        for ai, value in attributes
        if ai in _BY_NAME or (is_digits(ai) and 2 <= len(ai) <= 4)
    ]
    if pairs[0][0] == "01" and not _is_number(pairs[0][1]):
        return UnknownCode("", because("codes.gs1_wrong_gtin"))
    return read_pairs(pairs, today, currency, "codes.gs1_link")


def _is_number(data: str) -> bool:
    return is_digits(data) and len(data) in {8, 12, 13, 14}
