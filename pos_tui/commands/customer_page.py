"""`pos-tui customer --web`: the customer's screen as a page for a tablet."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pos_tui.commands.command import complain, why_refused
from pos_tui.reasons import reason_of
from pos_tui.wording.current import say

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from pos_tui.devices.printers.label_symbols import Dots

_HERE = "127.0.0.1"
_USUAL_PORT = 8830  # the same each time, since a tablet keeps the address
_WHITE, _PLAIN = "\x1b[30;107m", "\x1b[0m"


def add_page_arguments(parser: argparse.ArgumentParser) -> None:
    """Whether the screen is a page, and where it is served."""
    parser.add_argument("--web", action="store_true", help=say("customer_page.web_help"))
    parser.add_argument(
        "--host",
        default=_HERE,
        metavar=say("customer_page.host"),
        help=say("customer_page.host_help"),
    )
    parser.add_argument(
        "--port",
        type=int,
        default=_USUAL_PORT,
        metavar="N",
        help=say("customer_page.port_help", port=_USUAL_PORT),
    )


def serve_customer_page(data: Path, language: str, host: str, port: int) -> int:
    """Serve the page of the till with this data folder until this program is asked to end.

    Returns the exit code. Raises OSError for the data folder.
    """
    import asyncio

    from pos_tui.commands.end_requests import AskedToEnd, end_requests
    from pos_tui.customer.page_serving import serve_page

    if not 0 <= port <= 65535:
        return complain(say("customer_page.no_port", port=str(port)))

    async def serve() -> None:
        task = asyncio.current_task()
        assert task is not None
        loop = asyncio.get_running_loop()
        with requests.lead_to(lambda: loop.call_soon_threadsafe(task.cancel)):
            await serve_page(data, language, host or _HERE, port, _announce)

    try:
        with end_requests() as requests:
            asyncio.run(serve())
    except (AskedToEnd, asyncio.CancelledError):
        return 0
    except (OSError, UnicodeError) as error:  # the latter for a name that no network can have
        if isinstance(error, OSError) and error.filename:
            raise
        why = why_refused(error) if isinstance(error, OSError) else reason_of(error)
        return complain(say("customer_page.cannot_serve", where=f"{host}:{port}", why=why))
    return 0


def _announce(addresses: Sequence[str]) -> None:
    """Say where the page is, on a terminal also as a code that a tablet's camera reads."""
    for address in addresses:
        print(say("customer_page.address", address=address))
    if sys.stdout.isatty():
        _draw(addresses[0])
        print(say("customer_page.how_to_end"))
    sys.stdout.flush()


def _draw(address: str) -> None:
    from pos_tui.commands.plain_output import styled_output
    from pos_tui.devices.printers.label_symbols import draw_symbol
    from pos_tui.devices.printers.printer import PrinterError
    from pos_tui.devices.printers.symbol_blocks import half_blocks
    from pos_tui.terminal_marks import writes_all

    try:
        dots = draw_symbol("qr", address)
    except PrinterError:  # a till without the extra `labels`
        print(say("customer_page.no_symbol"))
        return
    out = styled_output()
    if not writes_all(out.encoding, "█▀▄"):
        return
    is_plain = "NO_COLOR" in os.environ
    for row in half_blocks(_with_more_white(dots), on_dark=is_plain):
        out.write(f"{row}\n" if is_plain else f"{_WHITE}{row}{_PLAIN}\n")


def _with_more_white(dots: Dots) -> Dots:
    """A camera finds the code where four dots around it are white; two are there."""
    side = (False, False)
    rows = [(*side, *row, *side) for row in dots]
    blank = (False,) * len(rows[0])
    return (blank, blank, *rows, blank, blank)
