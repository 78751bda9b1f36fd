"""`pos-tui` and `pos-tui demo`: the till on its screen."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.commands.end_requests import AskedToEnd, EndRequests, end_requests
from pos_tui.reasons import because
from pos_tui.tui import first_frame
from pos_tui.windows_console import follows_escapes
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from datetime import datetime

    from pos_tui.demo.shop import DemoShop
    from pos_tui.reasons import Reason
    from pos_tui.settings import TillSettings


def open_till(demo: bool, settings_file: Path | None, data: Path | None) -> int:
    """Bring the shop up behind the first frame, then hand over to the screen.

    Trouble is reported on stderr, after the terminal is as it was found. Raises SettingsError.
    """
    from pos_tui.books.connection import BooksError

    if not follows_escapes():
        return complain(say("commands.console_too_old"))
    if not first_frame.can_show_a_screen():
        return complain(say("commands.not_a_terminal"))
    try:
        with end_requests() as requests:
            return _bring_up(demo, settings_file, data, requests)
    except BooksError as error:
        return complain(in_words(error.reason))
    except AskedToEnd:
        return 0


def _bring_up(
    demo: bool, settings_file: Path | None, data: Path | None, requests: EndRequests
) -> int:
    from pos_tui.commands.paths import find_till, shop_clock

    if not demo:
        settings, folder = find_till(settings_file, data)
        return _run(settings, folder, shop_clock(settings), None, requests)
    from pos_tui.demo.shop import DemoShop

    shop = DemoShop(data)
    try:
        return _run(shop.settings, shop.data, shop_clock(shop.settings), shop, requests)
    finally:
        shop.close()


def _run(
    settings: TillSettings,
    data: Path,
    clock: Callable[[], datetime],
    shop: DemoShop | None,
    requests: EndRequests,
) -> int:
    from pos_tui.books import Books
    from pos_tui.books.lock import TillLock

    lock = TillLock(data)
    try:
        books = Books(data)
        try:
            if shop is not None:
                shop.open(books, clock())
            from pos_tui.till import Till
            from pos_tui.tui.app import PosApp
            from pos_tui.wording.current import current

            language = settings.shop.language or current().language
            app = PosApp(
                settings,
                clock,
                lambda emit: Till(settings, data, books, emit, clock, language=language),
                None if shop is None else shop.guide,
                None if shop is None else partial(_cloud_trouble, shop),
            )
            with requests.lead_to(app.end_soon):
                app.run(mouse=False)
            if app.has_failed:
                code = complain(say("till.screen_failed", folder=str(data)), 1)
                first_frame.keep_keys_away()
                return code
            return app.return_code or 0
        finally:
            books.close()
    finally:
        lock.release()


def _cloud_trouble(shop: DemoShop) -> Reason | None:
    """Wait until something is wrong with the demo's servers, and say what is left then."""
    why = shop.cloud_trouble()
    return why and because("demo.cash_only", why=why, log=str(shop.cloud_log))


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(demo=True)


def _run_demo(options: argparse.Namespace) -> int:
    return open_till(True, options.settings, options.data)


DEMO = Subcommand(
    "demo",
    "cmd_demo.help",
    "pos-tui demo",
    _arguments,
    _run_demo,
)
