"""A receipt that proves itself: what it says, and a seal over it, in the text of one QR code.

The text is the receipt's code, a colon, and in base 41 a version, which key, the content, the seal.
So whoever scans it at a till finds the sale by its code; and who has the key can tell without any
books whether the paper says what the till once wrote.

The seal is an HMAC-SHA256, cut to 16 bytes, under a key derived from the till's journal key. A
signature that anybody could check (Ed25519) would need a library that a till has not, and is four
times as long, which makes a code that thermal paper holds badly; and who has to check a receipt is
the shop itself. The price: whoever has the key can also forge receipts, and nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from pos_tui.codes.receipt_code import read_receipt_code
from pos_tui.money import Currency
from pos_tui.receipts.base41 import decode_base41, encode_base41
from pos_tui.receipts.data import ReceiptData

Verdict = Literal["genuine", "changed", "foreign"]
"""Changed: not what was sealed with this key; foreign: sealed with a key that is not here."""

MOST_LETTERS = 1451
"""A QR code of version 25, level M: with modules of three dots it fits paper of 58 mm."""

_PLAIN, _DEFLATED = 1, 2  # versions
_KEY_ID, _SEAL = 4, 16  # bytes
_LARGEST_CONTENT = 1 << 16
# What a code claims is read before it is proved: numbers that nobody could print are refused.
_Amount = Annotated[int, Meta(ge=-(10**15), le=10**15)]
_Number = Annotated[int, Meta(ge=0, le=10**12)]


class SealedLine(Struct, frozen=True, array_like=True, omit_defaults=True):
    """A line: its amount before and what its own offers took off, minor units; back: below zero."""

    name: str
    quantity: str
    amount: _Amount
    off: _Amount = 0


class SealedTender(Struct, frozen=True, array_like=True, omit_defaults=True):
    """A tender: its kind, or its platform; what was given and went back at once (minor units)."""

    name: str
    given: _Amount
    change: _Amount = 0


class SealedReceipt(Struct, frozen=True, array_like=True, omit_defaults=True):
    """What is sealed: time in seconds since 1970 and minutes east of UTC, amounts in minor units.

    Where the whole receipt is too much for a code, `lines` is empty and `count` says how many there
    are; `voids` is the sale that it undoes.
    """

    shop: str
    till: str
    sale_no: _Number
    seconds: int
    east: int
    currency: str
    exponent: Annotated[int, Meta(ge=0, le=4)]
    total: _Amount
    tenders: tuple[SealedTender, ...]
    count: _Number
    lines: tuple[SealedLine, ...] = ()
    discounts: tuple[tuple[str, _Amount], ...] = ()
    voids: _Number = 0

    @property
    def at(self) -> datetime:
        """When it was, in the shop's time."""
        return datetime.fromtimestamp(self.seconds, timezone(timedelta(minutes=self.east)))

    @property
    def money(self) -> Currency:
        """The currency that the amounts are in."""
        return Currency(self.currency, self.exponent)


class VerifiedReceipt(Struct, frozen=True):
    """What a sealed text is, the code that it begins with, and what it says where that can be read.

    Of a changed or foreign one nothing is to be believed.
    """

    verdict: Verdict
    code: str
    receipt: SealedReceipt | None


class NoSealedReceiptError(Exception):
    """A text that is no sealed receipt at all."""


def receipt_key(journal_key: bytes) -> bytes:
    """The key that receipts are sealed with; empty where the till has no journal key."""
    return hmac.digest(journal_key, b"pos_tui receipts", "sha256") if journal_key else b""


def seal_receipt(receipt: ReceiptData, key: bytes, most: int = MOST_LETTERS) -> str:
    """The text of a receipt's QR code, without its lines where that is longer than `most`; never
    empty.
    """
    whole = _content(receipt)
    text = _sealed(receipt.code, whole, key)
    if len(text) <= most:
        return text
    short = msgspec.structs.replace(whole, lines=(), discounts=())
    return _sealed(receipt.code, short, key)


def verify_receipt(text: str, keys: Iterable[bytes]) -> VerifiedReceipt:
    """Whether a sealed text is what was sealed with one of these keys.

    Raises NoSealedReceiptError.
    """
    code, colon, letters = text.strip("\r\n").partition(":")
    if not colon or read_receipt_code(code) is None:
        raise NoSealedReceiptError
    try:
        data = decode_base41(letters)
    except ValueError as error:
        raise NoSealedReceiptError from error
    if len(data) <= 1 + _KEY_ID + _SEAL or data[0] not in {_PLAIN, _DEFLATED}:
        raise NoSealedReceiptError
    head, seal = data[:-_SEAL], data[-_SEAL:]
    receipt = _opened(head)
    verdict: Verdict = "foreign"
    for key in keys:
        if head[1 : 1 + _KEY_ID] == _id_of(key):
            verdict = "changed"
            if receipt is not None and hmac.compare_digest(seal, _seal(code, head, key)):
                verdict = "genuine"
                break
    return VerifiedReceipt(verdict, code, receipt)


def _content(receipt: ReceiptData) -> SealedReceipt:
    offset = receipt.at.utcoffset() or timedelta()
    lines = [
        SealedLine(each.name, each.quantity, each.gross, each.gross - each.actual - each.share)
        for each in receipt.lines
    ]
    lines += [SealedLine(each.name, each.quantity, -each.amount) for each in receipt.returns]
    return SealedReceipt(
        receipt.shop,
        receipt.till,
        receipt.sale_no,
        int(receipt.at.timestamp()),
        int(offset.total_seconds()) // 60,
        receipt.currency,
        receipt.exponent,
        receipt.total,
        tuple(SealedTender(t.platform or t.kind, t.given, t.change) for t in receipt.tenders),
        len(lines),
        tuple(lines),
        tuple((each.name, each.amount) for each in receipt.discounts),
        receipt.voids,
    )


def _sealed(code: str, content: SealedReceipt, key: bytes) -> str:
    plain = msgspec.msgpack.encode(content)
    packer = zlib.compressobj(9, wbits=-15)
    packed = packer.compress(plain) + packer.flush()
    version, body = min((_PLAIN, plain), (_DEFLATED, packed), key=lambda each: len(each[1]))
    head = bytes([version]) + _id_of(key) + body
    return f"{code}:{encode_base41(head + _seal(code, head, key))}"


def _opened(head: bytes) -> SealedReceipt | None:
    """What the content says; None where it cannot be read."""
    body = head[1 + _KEY_ID :]
    try:
        if head[0] == _DEFLATED:
            body = zlib.decompressobj(wbits=-15).decompress(body, _LARGEST_CONTENT)
        receipt = msgspec.msgpack.decode(body, type=SealedReceipt)
        receipt.at  # noqa: B018 (a time that there is not is no receipt)
    except (zlib.error, msgspec.MsgspecError, ValueError, OverflowError, OSError):
        return None
    return receipt


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"receipt key\n" + key).digest()[:_KEY_ID]


def _seal(code: str, head: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"%s:%s" % (code.encode(), head), "sha256")[:_SEAL]
