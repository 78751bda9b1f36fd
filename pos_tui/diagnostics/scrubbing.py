"""What of a text may leave the shop: secrets never, persons and machines under an alias."""

from __future__ import annotations

import hmac
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

Rule = Literal[
    "private_key", "authorization", "password", "key", "hash", "payment_code", "address", "person"
]
AliasKind = Literal["member", "staff", "host", "shop"]
_ALIAS_BYTES = 3
_WORD = r"(?<![A-Za-z0-9_])"

# In this order: what comes first takes what a later one would only take in part.
_RULES: tuple[tuple[Rule, re.Pattern[str], str], ...] = (
    ("private_key", re.compile(r"-----BEGIN [^-]+-----.*?(?:-----END [^-]+-----|\Z)", re.DOTALL),
     "[private_key]"),
    ("authorization", re.compile(r"(?i)(authorization|cookie)(\W{1,4})[^\r\n\"']+"), r"\1\2***"),
    ("hash", re.compile(r"\$argon2[a-z]*\$[^\s\"']+"), "[hash]"),
    ("password", re.compile(r"(?<=://)[^/\s@\"']*@"), "***@"),
    ("key", re.compile(
        r"(?i)([a-z0-9_-]*(?:passw(?:or)?d|passphrase|secret|token|api[_-]?v?\d*[_-]?key|_key"
        r"|hmac|signature|\bkey|\bpin)[\"']?\s*[:=]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;}\"']+)"),
     r"\1***"),
    ("hash", re.compile(rf"{_WORD}[0-9a-fA-F]{{24,}}(?![A-Za-z0-9_])"), "[hex]"),
    ("key", re.compile(rf"{_WORD}(?=[A-Za-z0-9+/_-]*\d)(?=[A-Za-z0-9+/_-]*[A-Za-z])"
                       r"[A-Za-z0-9+/_-]{40,}={0,2}"), "[base64]"),
    ("address", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "[e-mail]"),
)  # fmt: skip
# An order's number begins with its moment and ends in letters: it joins what different files say.
_ORDER_NO = (
    r"\b\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d"
    r"(?=[0-9A-Z]*[A-Z])[0-9A-Z]{8,20}\b"
)
_PAYMENT_CODE = re.compile(rf"(?P<order>{_ORDER_NO})|\d(?:[ \-]?\d){{14,}}", re.ASCII)
# Codes with letters of Alipay, and numbers of the shop's own vouchers, which are money too.
_LETTERED_CODE = re.compile(
    r"(?i)(?:fp[0-9a-z]{20,}|hqvdufywm[0-9a-z+/=]*|vch(?:[ \-]?\d){12,14})", re.ASCII
)


def alias_of(salt: bytes, kind: AliasKind, value: str) -> str:
    """What a person or a machine is called instead: the same each time, and not to be turned
    back without the salt.
    """
    mark = hmac.digest(salt, f"{kind}\n{value.casefold()}".encode(), "sha256")[:_ALIAS_BYTES]
    return f"{kind}-{mark.hex()}"


class Scrubber:
    """Takes out of texts what must not leave the shop, and counts by rule what it was."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        """`aliases` gives names that may stand anywhere what they are called instead."""
        longest_first = sorted((each for each in aliases if each.strip()), key=len, reverse=True)
        self._aliases = {each.casefold(): aliases[each] for each in longest_first}
        self._names = re.compile("|".join(map(_as_word, longest_first)), re.IGNORECASE)

    def clean(self, text: str) -> tuple[str, Counter[Rule]]:
        """The text as it may be given away, and how often each rule had something to do."""
        found: Counter[Rule] = Counter()
        for rule, pattern, instead in _RULES:
            text, times = pattern.subn(instead, text)
            found[rule] += times
        orders = sum(1 for each in _PAYMENT_CODE.finditer(text) if each["order"])
        text, times = _PAYMENT_CODE.subn(lambda m: m["order"] or _shortened(m), text)
        found["payment_code"] += times - orders
        text, times = _LETTERED_CODE.subn(_shortened, text)
        found["payment_code"] += times
        if self._aliases:
            text, times = self._names.subn(lambda m: self._aliases[m[0].casefold()], text)
            found["person"] += times
        return text, +found


def _as_word(name: str) -> str:
    """A pattern for a name; in letters that have no gaps between words it stands anywhere."""
    escaped = re.escape(name)
    return (
        rf"\b{escaped}\b"
        if name.isascii() and name[0].isalnum() and name[-1].isalnum()
        else escaped
    )


def _shortened(match: re.Match[str]) -> str:
    digits = re.sub(r"[ \-]", "", match[0])
    return f"{digits[:2]}…{digits[-4:]}"


def aliases_for(
    salt: bytes, named: Iterable[tuple[AliasKind, str]], may_be: Callable[[str], bool] = bool
) -> dict[str, str]:
    """The aliases of all that is named."""
    return {value: alias_of(salt, kind, value) for kind, value in named if value and may_be(value)}
