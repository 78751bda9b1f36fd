"""`pos-tui customer`: the customer's screen, in a terminal of its own or as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.commands.customer_page import add_page_arguments, serve_customer_page
from pos_tui.wording.current import current, say

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from pos_tui.settings import TillSettings

_TRIES = 3  # nobody stands behind the customer's screen to start it again


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true", help=say("cmd_customer.demo_help"))
    add_page_arguments(parser)


def _run(options: argparse.Namespace) -> int:
    from pos_tui.commands.paths import find_shop
    from pos_tui.devices.displays.customer_link import read_address

    settings, data = find_shop(options.demo, options.settings, options.data)
    if not settings.customer.enabled and read_address(data) is None:
        return complain(say("cmd_customer.not_enabled"))
    if options.web:
        language = settings.shop.language or current().language
        return serve_customer_page(data, language, options.host, options.port)
    return _in_terminal(settings, data)


def _in_terminal(settings: TillSettings, data: Path) -> int:
    from pos_tui.commands.end_requests import AskedToEnd, end_requests
    from pos_tui.tui import first_frame

    if not first_frame.can_show_a_screen():
        return complain(say("cmd_customer.not_a_terminal"))
    from pos_tui.customer.following import follow
    from pos_tui.customer.screen import CustomerApp

    try:
        with end_requests() as requests:
            for _ in range(_TRIES):
                app = CustomerApp(settings.screen, current().language, lambda: follow(data))
                with requests.lead_to(app.end_soon):
                    app.run(mouse=False)
                if not app.has_failed:
                    return app.return_code or 0
    except AskedToEnd:
        return 0
    return complain(say("cmd_customer.has_failed"), 1)


CUSTOMER = Subcommand(
    "customer",
    "cmd_customer.help",
    "pos-tui customer --demo",
    _arguments,
    _run,
)
