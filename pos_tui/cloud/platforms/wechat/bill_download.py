"""A day's bill of WeChat Pay: fetched within bounds, unpacked, compared with its hash."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import zlib
from collections.abc import Mapping

import httpx

from pos_tui.cloud.platforms.protocol import BillError

_LARGEST = 64 << 20
_HOSTS = (".wechatpay.cn", ".mch.weixin.qq.com")
_GZIP = b"\x1f\x8b"


def bill_url(url: object, account_url: str) -> httpx.URL:
    """Where a bill may be fetched from: the account's own address or WeChat Pay's. BillError."""
    try:
        found, own = httpx.URL(str(url)), httpx.URL(account_url)
    except httpx.InvalidURL as error:
        raise BillError("bill.wechat_silent") from error
    is_own = (found.scheme, found.netloc) == (own.scheme, own.netloc)
    is_theirs = found.scheme == "https" and found.port is None and found.host.endswith(_HOSTS)
    if found.userinfo or not (is_own or is_theirs):
        raise BillError("bill.wechat_foreign_address")
    return found


async def download(
    client: httpx.AsyncClient,
    method: str,
    url: httpx.URL,
    headers: Mapping[str, str],
    body: bytes = b"",
) -> bytes:
    """What is served at a bill's address, as it is packed. Raises BillError."""
    asked = {"User-Agent": "pos-tui", "Accept-Encoding": "identity", **headers}
    received = bytearray()
    try:
        async with client.stream(method, url, headers=asked, content=body) as response:
            if response.status_code != httpx.codes.OK:
                raise BillError("bill.wechat_refused", why=f"HTTP {response.status_code}")
            async for part in response.aiter_raw():
                received += part
                if len(received) > _LARGEST:
                    raise BillError("bill.wechat_too_large")
    except httpx.HTTPError as error:
        raise BillError("bill.wechat_silent") from error
    return bytes(received)


async def read_bill(packed: bytes, sha1: str | None = None) -> str:
    """The bill's text; `sha1` is the hash of the unpacked bill. Raises BillError."""
    return await asyncio.to_thread(_read, packed, sha1)


def _read(packed: bytes, sha1: str | None) -> str:
    bill = _unpacked(packed) if packed.startswith(_GZIP) else packed
    found = hashlib.sha1(bill, usedforsecurity=False).hexdigest()
    if sha1 is not None and not hmac.compare_digest(found.encode(), sha1.lower().encode()):
        raise BillError("bill.wechat_damaged")
    try:
        return bill.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BillError("bill.wechat_damaged") from error


def _unpacked(packed: bytes) -> bytes:
    bill = bytearray()
    while packed:
        member = zlib.decompressobj(wbits=31)
        try:
            bill += member.decompress(packed, _LARGEST + 1 - len(bill))
        except zlib.error as error:
            raise BillError("bill.wechat_damaged") from error
        if len(bill) > _LARGEST:
            raise BillError("bill.wechat_too_large")
        if not member.eof:
            raise BillError("bill.wechat_damaged")
        packed = member.unused_data
    return bytes(bill)
