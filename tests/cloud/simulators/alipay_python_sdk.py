"""Alipay's own SDK for Python makes calls and verifies their answers.

What is asked comes on standard input, what was answered goes to standard output, both as JSON. It
runs in a process of its own: its package has the name of another SDK's.
"""

from __future__ import annotations

import importlib
import json
import socket
import sys
from typing import Any
from urllib.parse import urlsplit


def _part(module: str) -> Any:
    name = module.rpartition(".")[2]
    return getattr(importlib.import_module(f"alipay.aop.api.{module}"), name)


def _reach(host: str, port: int) -> str:
    """The host without a port, which this SDK stumbles over: its calls arrive at the port anyway.

    It sends the whole address in the request's first line, as one does to a proxy.
    """
    connect = socket.create_connection

    def connected(address: tuple[str, int], *args: Any, **named: Any) -> socket.socket:
        return connect((address[0], port), *args, **named)

    socket.create_connection = connected  # type: ignore[assignment]
    return host


def _bare(pem: str) -> str:
    """A key without its first and last line, as this SDK wants it."""
    return "".join(pem.strip().splitlines()[1:-1])


def _main() -> None:
    asked = json.load(sys.stdin)
    config = _part("AlipayClientConfig")()
    gateway = urlsplit(asked["gateway"])
    host = _reach(str(gateway.hostname), gateway.port or 80)
    config.server_url = f"http://{host}{gateway.path}"
    config.app_id = asked["app_id"]
    config.app_private_key = _bare(asked["private_key"])
    config.alipay_public_key = _bare(asked["alipay_key"])
    sdk = _part("DefaultAlipayClient")(config)
    answers: list[object] = []
    for method, content in asked["calls"]:
        name = "".join(word.capitalize() for word in method.split("."))
        request = _part(f"request.{name}Request")()
        request.biz_content = content
        try:
            answers.append(json.loads(sdk.execute(request)))
        except Exception as error:
            answers.append({"refused_by_sdk": str(error)})
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    _main()
