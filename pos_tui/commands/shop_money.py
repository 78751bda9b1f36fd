"""What a command about the shop's money works with: the books that the options name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from datetime import datetime
    from pathlib import Path

    from pos_tui.books import Books
    from pos_tui.settings import TillSettings
    from pos_tui.till.context import TillContext
    from pos_tui.till.paper.spool import PrintSpool


@contextmanager
def shop_money(
    options: argparse.Namespace,
) -> Iterator[tuple[TillContext, PrintSpool]]:
    """The books and all around them, and what prints; closed behind.

    Raises BooksError, SettingsError.
    """
    import os
    from contextlib import closing

    from pos_tui.books import Books
    from pos_tui.commands.paths import find_shop, shop_clock
    from pos_tui.till.clock import TillClock
    from pos_tui.till.context import TillContext
    from pos_tui.wording.current import current

    settings, data = find_shop(options.demo, options.settings, options.data)
    with closing(Books(data)) as books:
        clock = TillClock(
            shop_clock(settings), books.latest_entry(), lambda _: None, lambda _: None
        )
        context = TillContext(
            settings,
            data,
            books,
            clock,
            lambda: int.from_bytes(os.urandom(5), "big"),
            lambda _: None,
            settings.shop.language or current().language,
            lambda: settings.till.cashier,
        )
        with closing(command_spool(settings, data, books, shop_clock(settings))) as spool:
            yield context, spool


def command_spool(
    settings: TillSettings, data: Path, books: Books, clock: Callable[[], datetime]
) -> PrintSpool:
    """The till's print jobs, for a command beside it."""
    from pos_tui.till.paper.printers import printers_of
    from pos_tui.till.paper.spool import PrintSpool

    return PrintSpool(
        books,
        clock,
        printers_of(settings, data),
        lambda _: None,
        settings.printer.ask_after_hours,
    )
