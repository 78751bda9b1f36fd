"""The customer's page of one till, served for as long as it is wanted."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import aclosing, closing
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from pos_tui.customer.following import follow
from pos_tui.customer.page import make_page, page_message
from pos_tui.customer.page_server import BEAT_S, PageServer
from pos_tui.customer.page_token import page_token

_ELSEWHERE = {4: "192.0.2.1", 6: "2001:db8::1"}  # nobody's; nothing is sent there
_HERE = {4: "127.0.0.1", 6: "::1"}
_FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}


async def serve_page(
    folder: Path,
    language: str,
    host: str,
    port: int,
    on_serving: Callable[[Sequence[str]], None],
    beat_s: float = BEAT_S,
) -> None:
    """Serve the page of the till with this data folder, before the till is there and after; ends
    when it is cancelled. `on_serving` gets the page's addresses. Raises OSError.
    """
    asyncio.get_running_loop().set_exception_handler(_report)
    page = make_page(language)
    token = page_token(folder)
    server = PageServer(page, token, beat_s)
    bound = await server.start(host, port)
    try:
        on_serving([f"http://{name}:{bound}/{token}/" for name in _names(host)])
        async with aclosing(follow(folder)) as followed:
            async for each in followed:
                server.show(page_message(page, each, language))
    finally:
        await server.close()


def _names(host: str) -> list[str]:
    """What a browser calls this machine, when the server listens there; the tablet's way first."""
    try:
        address = ip_address(host)
    except ValueError:
        return [host]
    version = address.version
    found = [_own_address(version), _HERE[version]] if address.is_unspecified else [host]
    return [each if version == 4 else f"[{each}]" for each in dict.fromkeys(found)]


def _own_address(version: int) -> str:
    """This machine's address in its network: the one that it would send from."""
    try:
        with closing(socket.socket(_FAMILIES[version], socket.SOCK_DGRAM)) as probe:
            probe.connect((_ELSEWHERE[version], 9))
            found: str = probe.getsockname()[0]
    except OSError:
        return _HERE[version]
    return found


def _report(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What went wrong in the loop; a browser that went in the middle is nothing wrong."""
    if not isinstance(context.get("exception"), OSError):
        loop.default_exception_handler(context)
