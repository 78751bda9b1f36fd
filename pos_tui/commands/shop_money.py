"""The shop's money for a command: its vouchers and accounts, in the books that the options name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from pos_tui.till.context import TillContext
    from pos_tui.till.money.shop_money import ShopMoney


@contextmanager
def shop_money(options: argparse.Namespace) -> Iterator[tuple[ShopMoney, TillContext]]:
    """What may be done with the shop's money, and the books that it is in; closed behind.

    Raises BooksError, SettingsError.
    """
    import os
    from contextlib import closing

    from pos_tui.books import Books
    from pos_tui.commands.paths import find_shop, shop_clock
    from pos_tui.devices.printers import make_printer
    from pos_tui.till.clock import TillClock
    from pos_tui.till.context import TillContext
    from pos_tui.till.money.shop_money import ShopMoney
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
        yield ShopMoney(context, lambda: make_printer(settings.printer)), context
