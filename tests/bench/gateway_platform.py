"""A stand-in for Alipay that costs next to nothing: every answer is signed before the first call.

    python gateway_platform.py PLATFORM_KEY MERCHANT_KEY ORDERS

A line of JSON on standard input says after how many milliseconds it answers from then on, and
of how many calls it looks at the signature first; it ends with its standard input.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

AMOUNT = 4770
_CHINA = timezone(timedelta(hours=8))
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_ORDER_NO = re.compile(rb"out_trade_no%22%3A(?:\+|%20)*%22([0-9A-Za-z]+)")
_REFUSED = b'{"alipay_trade_pay_response":{"code":"40002","sub_code":"isv.invalid-signature"}}'


def order_number(number: int) -> str:
    """The orders that it knows are numbered like this, from 0."""
    return f"B{number:015}"


class Platform:
    """What all connections share."""

    def __init__(self, answers: dict[bytes, bytes], merchant: RSAPublicKey) -> None:
        self.delay_s = 0.0
        self.to_check = 0
        self._answers = answers
        self._merchant = merchant

    def answer(self, head: bytes, body: bytes) -> bytes:
        """The whole answer to a call."""
        if self.to_check > 0:
            self.to_check -= 1
            if not self._is_signed(head, body):
                return _http(_REFUSED)
        named = _ORDER_NO.search(body)
        return self._answers.get(named[1] if named else b"") or _http(_REFUSED)

    def _is_signed(self, head: bytes, body: bytes) -> bool:
        query = urlsplit(head.split(b" ", 2)[1].decode()).query
        fields = dict(parse_qsl(query) + parse_qsl(body.decode()))
        signature = base64.b64decode(fields.pop("sign", ""))
        text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()))
        try:
            self._merchant.verify(signature, text.encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True


class Connection(asyncio.Protocol):
    """One connection: a call at a time, as every HTTP/1.1 client does it."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not end or len(body) < (int(length[1]) if length else 0):
            return
        self._received = b""
        answer, delay_s = self._platform.answer(head, body), self._platform.delay_s
        if delay_s:
            asyncio.get_running_loop().call_later(delay_s, self._send, answer)
        else:
            self._send(answer)

    def _send(self, answer: bytes) -> None:
        assert self._transport is not None
        if not self._transport.is_closing():
            self._transport.write(answer)


# ---- answers -------------------------------------------------------------------------------------


def _signed_answers(pem: bytes, first: int, end: int) -> list[bytes]:
    key = serialization.load_pem_private_key(pem, password=None)
    assert isinstance(key, RSAPrivateKey)
    paid_at = datetime.now(_CHINA).strftime("%Y-%m-%d %H:%M:%S")
    amount = f"{AMOUNT // 100}.{AMOUNT % 100:02}"
    answers = []
    for number in range(first, end):
        said = json.dumps(
            {
                "code": "10000",
                "msg": "Success",
                "buyer_logon_id": "138****0000",
                "buyer_pay_amount": amount,
                "buyer_user_id": "2088000000000001",
                "fund_bill_list": [{"amount": amount, "fund_channel": "ALIPAYACCOUNT"}],
                "gmt_payment": paid_at,
                "invoice_amount": amount,
                "out_trade_no": order_number(number),
                "point_amount": "0.00",
                "receipt_amount": amount,
                "total_amount": amount,
                "trade_no": f"20261122220014{number:014}",
            },
            separators=(",", ":"),
        ).encode()
        signature = base64.b64encode(key.sign(said, padding.PKCS1v15(), hashes.SHA256()))
        answers.append(_http(b'{"alipay_trade_pay_response":%s,"sign":"%s"}' % (said, signature)))
    return answers


def _http(body: bytes) -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html;charset=utf-8\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    )


def _prepare(pem: bytes, orders: int) -> dict[bytes, bytes]:
    bounds = range(0, orders, 250)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        parts = pool.map(
            _signed_answers,
            [pem] * len(bounds),
            bounds,
            [min(first + 250, orders) for first in bounds],
        )
        answers = [answer for part in parts for answer in part]
    return {order_number(n).encode(): answer for n, answer in enumerate(answers)}


# ---- the process ---------------------------------------------------------------------------------


async def _serve(platform: Platform) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(platform), "127.0.0.1", 0, backlog=512)
    _say({"port": server.sockets[0].getsockname()[1]})
    told = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(told), sys.stdin)
    while line := await told.readline():
        asked = json.loads(line)
        platform.delay_s, platform.to_check = asked["delay_ms"] / 1000, asked["check"]
        _say({"ready": True})


def _say(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main(platform_key: str, merchant_key: str, orders: str) -> None:
    merchant = serialization.load_pem_public_key(Path(merchant_key).read_bytes())
    assert isinstance(merchant, RSAPublicKey)
    answers = _prepare(Path(platform_key).read_bytes(), int(orders))
    asyncio.run(_serve(Platform(answers, merchant)))


if __name__ == "__main__":
    main(*sys.argv[1:])
