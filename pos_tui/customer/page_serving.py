"""The customer's page of one till, served for as long as it is wanted."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from contextlib import aclosing, closing
from ipaddress import ip_address
from pathlib import Path

from pos_tui.customer.following import follow
from pos_tui.customer.page import make_page, page_message
from pos_tui.customer.page_server import BEAT_S, PageServer
from pos_tui.customer.page_token import page_token

_ELSEWHERE = "192.0.2.1"  # nobody's; nothing is sent there


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
    if not address.is_unspecified:
        return [host if address.version == 4 else f"[{host}]"]
    return list(dict.fromkeys((_own_address(), "127.0.0.1")))


def _own_address() -> str:
    """This machine's address in its network: the one that it would send from."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect((_ELSEWHERE, 9))
            found: str = probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"
    return found
