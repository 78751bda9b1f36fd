"""A gateway that keeps nothing but one line: HMAC in, Alipay's pay call, fdatasync, HMAC out.

    python bare_starlette.py HMAC_KEY PRIVATE_KEY PLATFORM_KEY PLATFORM_URL FILE

No states, no cancel, no recovery, no metrics, no rate, no replay check. It ends with its
standard input.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import socket
import sys
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlencode

import httpx
import msgspec
import uvicorn
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pos_tui import messages
from pos_tui.messages import OrderStatus, TransactionOrder

_CHINA = timezone(timedelta(hours=8))
_HEAD = '{"alipay_trade_pay_response":'


def make_app(
    key: bytes, private: RSAPrivateKey, platform: RSAPublicKey, url: str, file: int
) -> Starlette:
    """The whole gateway."""
    client = httpx.AsyncClient(
        timeout=10,
        trust_env=False,
        limits=httpx.Limits(max_connections=200, max_keepalive_connections=50),
    )

    async def pay(request: Request) -> Response:
        body, given = await request.body(), request.headers
        nonce = given[messages.NONCE_HEADER]
        expected = messages.request_signature(
            key, request.method, request.url.path, given[messages.TIME_HEADER], nonce, body
        )
        if not messages.same_signature(given[messages.SIGNATURE_HEADER], expected):
            return Response(b"", 401)
        order = msgspec.json.decode(body, type=TransactionOrder)
        said = await charge(order)
        status = OrderStatus(
            merchant=order.merchant,
            order_no=order.order_no,
            answer="paid",
            amount=order.amount,
            currency=order.currency,
            platform="alipay",
            platform_ref=said["trade_no"],
            paid_at=datetime.strptime(said["gmt_payment"], "%Y-%m-%d %H:%M:%S").replace(
                tzinfo=_CHINA
            ),
        )
        answer = msgspec.json.encode(status)
        await asyncio.to_thread(_keep, file, answer)
        signature = messages.response_signature(key, nonce, 200, answer)
        headers = {messages.SIGNATURE_HEADER: signature}
        return Response(answer, 200, headers, media_type="application/json")

    async def charge(order: TransactionOrder) -> dict[str, str]:
        amount = f"{order.amount // 100}.{order.amount % 100:02}"
        content = {
            "out_trade_no": order.order_no,
            "scene": "bar_code",
            "auth_code": order.auth_code,
            "product_code": "FACE_TO_FACE_PAYMENT",
            "subject": order.subject,
            "total_amount": amount,
            "terminal_id": order.till,
            "timeout_express": "3m",
        }
        params = {
            "app_id": "2021000000000000",
            "method": "alipay.trade.pay",
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": datetime.now(_CHINA).strftime("%Y-%m-%d %H:%M:%S"),
            "version": "1.0",
            "biz_content": json.dumps(content, ensure_ascii=False),
        }
        text = "&".join(f"{name}={value}" for name, value in sorted(params.items()))
        signature = private.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        params["sign"] = base64.b64encode(signature).decode()
        kind = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}
        reply = await client.post(url, content=urlencode(params).encode(), headers=kind)
        raw, _, sign = reply.text.removeprefix(_HEAD).partition(',"sign":"')
        platform.verify(
            base64.b64decode(sign[:-2]), raw.encode(), padding.PKCS1v15(), hashes.SHA256()
        )
        said: dict[str, str] = json.loads(raw)
        paid = (said["code"], said["out_trade_no"], said["total_amount"])
        if paid != ("10000", order.order_no, amount):
            raise ValueError(raw)
        return said

    return Starlette(routes=[Route("/v1/orders", pay, methods=["POST"])])


def _keep(file: int, line: bytes) -> None:
    os.write(file, line + b"\n")
    os.fdatasync(file)


def _end_with_stdin() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main(key: str, private_key: str, platform_key: str, url: str, file: str) -> None:
    private = serialization.load_pem_private_key(Path(private_key).read_bytes(), password=None)
    platform = serialization.load_pem_public_key(Path(platform_key).read_bytes())
    assert isinstance(private, RSAPrivateKey)
    assert isinstance(platform, RSAPublicKey)
    kept = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    app = make_app(key.encode(), private, platform, url, kept)
    # asyncio sends small answers at once (TCP_NODELAY) only where the socket says it is TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    sys.stdout.write(json.dumps({"port": listener.getsockname()[1]}) + "\n")
    sys.stdout.flush()
    config = uvicorn.Config(app, ws="none", log_config=None, access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(*sys.argv[1:])
