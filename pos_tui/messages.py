"""The wire between till, gateway and relay: versioned, signed messages and the log's lines."""

from __future__ import annotations

import hmac
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType

from pos_tui.reasons import ReasonError, plain

VERSION = 1
BUCKETS = 64
FRESHNESS_MS = 5 * 60 * 1000
UNPRINTABLE = r"\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffe\uffff"
"""What no text in a message may have, as a range of a regular expression's: controls (C0, C1), ends
of lines and paragraphs, what turns the direction of writing about, and what is no character."""

MERCHANT_HEADER = "Pos-Merchant"
TIME_HEADER = "Pos-Time"
NONCE_HEADER = "Pos-Nonce"
SIGNATURE_HEADER = "Pos-Signature"

Answer = Literal["pending", "paid", "declined", "cancelled", "unknown"]
_StreamId = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,15}-[0-9]{1,15}$")]
# Redis' function takes a message by its lines, so nothing but these may stand in a signature.
_Signature = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
RefundAnswer = Literal["pending", "refunded", "refused"]


class MessageError(ReasonError):
    """A message that must not be believed; its reason says why."""


class TransactionOrder(Struct, frozen=True, kw_only=True):
    """A till's request to be paid: amount in minor units, made_at aware (UTC).

    order_no is 8-32 of [0-9A-Za-z], unique for ever per merchant; the set is the one that every
    platform takes (WeChat Pay ≤ 32, UnionPay ACP 8-32 alphanumeric, Alipay ≤ 64).

    sale_no and journal (rows, a hyphen, the last row's hash in hex) are kept for the till, which
    can ask for them after its books were lost or put back.
    """

    merchant: str
    till: str
    order_no: str
    amount: int
    currency: str
    auth_code: str
    subject: str
    made_at: Annotated[datetime, msgspec.Meta(tz=True)]
    sale_no: int = 0
    journal: str = ""
    version: int = VERSION


class LastOrder(Struct, frozen=True, kw_only=True):
    """What the gateway keeps of the last order of a till: a witness that is not in the shop.

    `journal` is how far the till's journal had come when that order was made (see
    `TransactionOrder`); `highest_sale_no` is the highest number among the till's latest orders.
    """

    merchant: str
    till: str
    order_no: str
    amount: int
    currency: str
    sale_no: int
    highest_sale_no: int
    journal: str
    ordered_at: datetime
    version: int = VERSION


class OrderStatus(Struct, frozen=True, kw_only=True):
    """The gateway's answer about one order.

    `pending` waits for the customer, `unknown` has no clear answer yet; both may still be paid.
    `reason` is a word for programs, `say` a sentence for the cashier.
    """

    merchant: str
    order_no: str
    answer: Answer
    amount: int
    currency: str
    platform: str | None = None
    platform_ref: str | None = None
    paid_at: datetime | None = None
    reason: str | None = None
    say: str | None = None
    version: int = VERSION


class RefundRequest(Struct, frozen=True, kw_only=True):
    """A till's wish to give money of a paid order back: a part of it or all, in minor units.

    refund_no is 8-32 of [0-9A-Za-z], unique for ever per merchant; asking again gives nothing more.
    """

    refund_no: str
    amount: int
    reason: str
    version: int = VERSION


class RefundStatus(Struct, frozen=True, kw_only=True):
    """The gateway's answer about one refund; `pending` will be asked again until it is clear."""

    merchant: str
    order_no: str
    refund_no: str
    answer: RefundAnswer
    amount: int
    currency: str
    refunded_at: datetime | None = None
    reason: str | None = None
    say: str | None = None
    version: int = VERSION


class Acknowledgement(Struct, frozen=True, kw_only=True):
    """A till's word that it has all of its stream's messages up to this id (`ms-seq`)."""

    till: str
    upto: _StreamId
    version: int = VERSION


class TransactionLogEntry(Struct, frozen=True, kw_only=True):
    """One settled order in the transaction log; only this makes a payment true.

    A line is the success message with its signatures behind it, so that the relay passes on what
    the gateway signed; a line of an older gateway has none.
    """

    merchant: str
    till: str
    order_no: str
    amount: int
    currency: str
    platform: str
    platform_ref: str
    paid_at: datetime
    logged_at: datetime
    version: int = VERSION
    signature: _Signature | UnsetType = msgspec.field(default=UNSET, name="s")
    signature_before: _Signature | UnsetType = msgspec.field(default=UNSET, name="p")


class TransactionLogHead(Struct, frozen=True, kw_only=True):
    """The first line of a log file: which log, and the logical offset of this file's first byte."""

    log: str
    base: int
    opened_at: datetime
    version: int = VERSION


class TransactionSuccess(Struct, frozen=True, kw_only=True):
    """What a till is told of a settled order: signed by the gateway, passed on by the relay."""

    merchant: str
    till: str
    order_no: str
    amount: int
    currency: str
    platform: str
    platform_ref: str
    paid_at: datetime
    logged_at: datetime
    version: int = VERSION


class AcknowledgementNote(Struct, frozen=True, kw_only=True, tag_field="kind", tag="taken"):
    """A line of the log that pays nothing: a till has its messages, so they need not be kept."""

    merchant: str
    till: str
    upto: _StreamId
    logged_at: datetime
    version: int = VERSION


_Message = TypeVar(
    "_Message", TransactionLogEntry, TransactionLogHead, AcknowledgementNote, TransactionSuccess
)


# ---- the log's lines -------------------------------------------------------------------------

_CRC = b',"crc":"'
_SIGNATURE = b',"s":"'  # no text in JSON has these bytes: its quotation marks are escaped
_ACKNOWLEDGEMENT = b'{"kind":"taken"'


def encode_log_line(
    entry: TransactionLogEntry | TransactionLogHead | AcknowledgementNote,
    keys: Sequence[bytes] = (),
) -> bytes:
    """One JSON line that ends with the CRC-32 of what precedes it, and a line feed.

    A payment is signed with its merchant's keys: the present one, and that of before while it is
    valid.
    """
    if isinstance(entry, TransactionLogEntry) and keys:
        entry = signed_entry(entry, keys)
    body = msgspec.json.encode(entry)[:-1]
    return b'%s%s%08x"}\n' % (body, _CRC, zlib.crc32(body))


def signed_entry(entry: TransactionLogEntry, keys: Sequence[bytes]) -> TransactionLogEntry:
    """The entry with the signatures of the message that it gives, one for each of its keys."""
    fields = seal_success(success_of(entry), *keys)
    return msgspec.structs.replace(
        entry,
        signature=fields["s"].decode(),
        signature_before=fields["p"].decode() if "p" in fields else UNSET,
    )


def _checked_body(line: bytes) -> bytes:
    body, mark, tail = line.rstrip(b"\n").rpartition(_CRC)
    if not mark or len(tail) != 10 or tail[8:] != b'"}':
        raise MessageError("messages.no_checksum")
    if tail[:8] != b"%08x" % zlib.crc32(body):
        raise MessageError("messages.wrong_checksum")
    return body + b"}"


def decode_log_entry(line: bytes) -> TransactionLogEntry:
    """The entry of a complete log line; raises MessageError when it is damaged or another kind."""
    return _decode(_checked_body(line), TransactionLogEntry)


def decode_log_line(line: bytes) -> TransactionLogEntry | AcknowledgementNote:
    """What a complete log line says; raises MessageError when it is damaged or of no known kind."""
    body = _checked_body(line)
    if body.startswith(_ACKNOWLEDGEMENT):
        return _decode(body, AcknowledgementNote)
    return _decode(body, TransactionLogEntry)


def message_fields(line: bytes, entry: TransactionLogEntry) -> dict[str, bytes]:
    """The fields of the stream entry that a line gives: what was signed, byte for byte.

    Raises MessageError for a line without a signature.
    """
    body, mark, _ = line.rpartition(_SIGNATURE)
    if not mark or not isinstance(entry.signature, str):
        raise MessageError("messages.line_not_signed")
    fields = {"m": body + b"}", "s": entry.signature.encode()}
    if isinstance(entry.signature_before, str):
        fields["p"] = entry.signature_before.encode()
    return fields


def decode_log_head(line: bytes) -> TransactionLogHead:
    """The head of a log file from its first line; raises MessageError when it is not one."""
    return _decode(_checked_body(line), TransactionLogHead)


def success_of(entry: TransactionLogEntry) -> TransactionSuccess:
    """The message for the till that a log entry gives."""
    return TransactionSuccess(
        merchant=entry.merchant,
        till=entry.till,
        order_no=entry.order_no,
        amount=entry.amount,
        currency=entry.currency,
        platform=entry.platform,
        platform_ref=entry.platform_ref,
        paid_at=entry.paid_at,
        logged_at=entry.logged_at,
    )


# ---- the messages in a stream ----------------------------------------------------------------


def seal_success(
    success: TransactionSuccess, key: bytes, key_before: bytes | None = None
) -> dict[str, bytes]:
    """The fields of a stream entry: the message and its HMAC-SHA256 under the merchant's key.

    While the key of before is valid, `p` is the same under that one, for tills that still have it.
    """
    body = msgspec.json.encode(success)
    fields = {"m": body, "s": _hmac(key, b"success", body)}
    if key_before is not None:
        fields["p"] = _hmac(key_before, b"success", body)
    return fields


def open_success(fields: Mapping[bytes, bytes], key: bytes) -> TransactionSuccess:
    """The message of a stream entry; raises MessageError when it is unsigned, forged or foreign."""
    body = fields.get(b"m")
    signatures = [fields[name] for name in (b"s", b"p") if name in fields]
    if body is None or not signatures:
        raise MessageError("messages.not_signed")
    expected = _hmac(key, b"success", body)
    if not any(hmac.compare_digest(signature, expected) for signature in signatures):
        raise MessageError("messages.wrong_signature")
    return _decode(body, TransactionSuccess)


@lru_cache(4096)
def bucket_of(merchant: str) -> int:
    """The bucket of a merchant: its streams and checkpoints share one Redis Cluster slot."""
    return zlib.crc32(merchant.encode()) % BUCKETS


@lru_cache(65536)
def stream_name(merchant: str, till: str) -> str:
    """The Redis stream that one till reads."""
    return f"pos:{{b{bucket_of(merchant)}}}:{merchant}:{till}"


# ---- requests over HTTP ----------------------------------------------------------------------


def request_signature(
    key: bytes, method: str, path: str, time_ms: str, nonce: str, body: bytes
) -> str:
    """HMAC-SHA256 (hex) that a till puts on a request to the gateway."""
    head = f"{method.upper()}\n{path}\n{time_ms}\n{nonce}\n".encode()
    return _hmac(key, b"request", head + body).decode()


def response_signature(key: bytes, nonce: str, status: int, body: bytes) -> str:
    """HMAC-SHA256 (hex) that the gateway puts on its answer; bound to the request by its nonce."""
    return _hmac(key, b"response", f"{nonce}\n{status}\n".encode() + body).decode()


def same_signature(given: str, expected: str) -> bool:
    """Compare two signatures in constant time."""
    return hmac.compare_digest(given.encode(), expected.encode())


def _hmac(key: bytes, purpose: bytes, body: bytes) -> bytes:
    return hmac.digest(key, purpose + b"\n" + body, "sha256").hex().encode()


def _decode(body: bytes, kind: type[_Message]) -> _Message:
    try:
        message = msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MessageError("messages.unreadable", why=plain(str(error))) from error
    if message.version != VERSION:
        raise MessageError("messages.other_version", version=message.version, own=VERSION)
    return message
