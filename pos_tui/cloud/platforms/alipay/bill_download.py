"""A day's bill of Alipay: fetched within bounds from a safe address, and unpacked."""

from __future__ import annotations

import asyncio
import io
import logging
import zipfile
import zlib
from collections.abc import Mapping
from datetime import date

import httpx

from pos_tui.cloud.platforms.alipay.mapping import MISCONFIGURED
from pos_tui.cloud.platforms.protocol import BillError
from pos_tui.reasons import Reason, because

_log = logging.getLogger(__name__)
_BILL_S = 60.0
_LARGEST_BILL = 64 << 20
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def bill_url(reply: object, gateway: str) -> str:
    """The address of a bill, if it may be asked: https, or the very server that was asked.

    Raises BillError.
    """
    try:
        url, own = httpx.URL(str(reply)), httpx.URL(gateway)
    except httpx.InvalidURL as error:
        raise BillError("bill.alipay_address_unreadable") from error
    is_own = (url.scheme, url.netloc) == (own.scheme, own.netloc)
    if url.scheme == "http" and not is_own:
        # Alipay's documents show its bills' addresses without TLS, which is never done without.
        url = url.copy_with(scheme="https")
    if not url.host or not (url.scheme == "https" or is_own):
        raise BillError("bill.alipay_address_unsafe")
    return str(url)


async def download(client: httpx.AsyncClient, url: str) -> bytes:
    """What is served at a bill's address, as it is packed. Raises BillError."""
    packed = bytearray()
    try:
        async with asyncio.timeout(_BILL_S), client.stream("GET", url) as response:
            if response.status_code != 200:
                raise BillError("bill.alipay_http", status=response.status_code)
            async for part in response.aiter_bytes():
                packed += part
                if len(packed) > _LARGEST_BILL:
                    raise _too_large()
    except (httpx.HTTPError, TimeoutError) as error:
        _log.warning("Alipay: the bill did not arrive: %r", error)
        raise BillError("bill.alipay_not_whole") from error
    return bytes(packed)


def details_of(packed: bytes) -> str:
    """The CSV text of the single payments in a packed bill. Raises BillError."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            named = {_entry_name(entry): entry for entry in archive.infolist()}
            # "\u6c47\u603b" is "summary".
            names = [n for n in named if n.endswith(".csv") and "\u6c47\u603b" not in n]
            if len(names) != 1 or named[names[0]].compress_type not in _PACKED:
                raise BillError("bill.alipay_no_list")
            with archive.open(named[names[0]]) as entry:
                details = entry.read(_LARGEST_BILL + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise BillError("bill.alipay_packed") from error
    if len(details) > _LARGEST_BILL:
        raise _too_large()
    # A character that GBK has not is in the name of some goods, which no comparison needs.
    return details.decode("gb18030", "replace")


def why_no_bill(reply: Mapping[str, object], day: date) -> Reason:
    """Why Alipay has given no address of a bill."""
    code, sub_code = str(reply.get("code")), str(reply.get("sub_code"))
    if "BILL_NOT_EXIST" in sub_code.upper() or "NO_BILL_DATA" in sub_code.upper():
        return because("bill.alipay_no_bill", day=day)
    if code in MISCONFIGURED:
        return because("bill.alipay_not_permitted", code=f"{code} {sub_code}")
    return because("bill.alipay_not_now", day=day, code=f"{code} {sub_code}")


def _entry_name(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & 0x800:
        return entry.filename
    return entry.filename.encode("cp437", "replace").decode("gb18030", "replace")


def _too_large() -> BillError:
    return BillError("bill.alipay_too_large", megabytes=_LARGEST_BILL >> 20)
