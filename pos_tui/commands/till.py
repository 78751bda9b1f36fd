"""`pos-tui` and `pos-tui demo`: the till on its screen."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import Command

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from datetime import datetime

    from pos_tui.demo.shop import DemoShop
    from pos_tui.settings import TillSettings


def open_till(demo: bool, settings_file: Path | None, data: Path | None) -> int:
    """Show the first frame, then bring the shop up behind it, then hand over to the screen.

    Raises SettingsError; other trouble is said on stderr after the screen is as it was.
    """
    from pos_tui.commands.places import find_till, shop_clock
    from pos_tui.tui.first_frame import FirstFrame

    shop: DemoShop | None = None
    if demo:
        from pos_tui.demo.shop import DemoShop

        shop = DemoShop(data)
        settings, data = shop.settings, shop.data
    else:
        settings, data = find_till(settings_file, data)
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        print("pos-tui: the till needs a terminal; `pos-tui sell` works without.", file=sys.stderr)
        return 2
    clock = shop_clock(settings)
    with FirstFrame(settings.shop.name, settings.till.number) as frame:
        from pos_tui.books import BooksError

        try:
            return _run(settings, data, clock, shop)
        except BooksError as error:
            trouble = str(error)
        finally:
            frame.hand_back()
            if shop is not None:
                shop.close()
    print(f"pos-tui: {trouble}", file=sys.stderr)
    return 2


def _run(
    settings: TillSettings, data: Path, clock: Callable[[], datetime], shop: DemoShop | None
) -> int:
    from pos_tui.books import Books
    from pos_tui.books.lock import TillLock

    lock = TillLock(data)
    try:
        books = Books(data)
        try:
            if shop is not None:
                shop.open(books, clock().date())
            from pos_tui.till import Till
            from pos_tui.tui.app import PosApp

            app = PosApp(
                settings,
                clock,
                lambda emit: Till(settings, data, books, emit, clock),
                None if shop is None else shop.guide,
            )
            app.run(mouse=False)
            return app.return_code or 0
        finally:
            books.close()
    finally:
        lock.release()


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(demo=True)


def _run_demo(options: argparse.Namespace) -> int:
    return open_till(True, options.settings, options.data)


DEMO = Command(
    "demo",
    "The demo shop: a till with its own servers behind it, to learn on.",
    "pos-tui demo",
    _arguments,
    _run_demo,
)
