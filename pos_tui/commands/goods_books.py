"""The shop's goods for a command that moves them: its settings, its books, how it reads codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from pos_tui.commands.command import complain
from pos_tui.wording.current import in_words

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from pos_tui.books import Books, Product
    from pos_tui.codes import ItemCode, Reading
    from pos_tui.settings import TillSettings


class GoodsBooks(NamedTuple):
    """What moves goods: settings, data folder, open books, the clock, and what codes mean."""

    settings: TillSettings
    data: Path
    books: Books
    clock: Callable[[], datetime]
    read: Callable[[str], Reading]
    find: Callable[[Reading], tuple[ItemCode, Product] | None]


@contextmanager
def goods_books(options: argparse.Namespace) -> Iterator[GoodsBooks]:
    """The books of the till that the options name, closed behind. Raises BooksError."""
    from contextlib import closing

    from pos_tui.books import Books
    from pos_tui.commands.paths import find_till, shop_clock
    from pos_tui.till.decoder import Decoder, checked_context

    settings, data = find_till(options.settings, options.data)
    clock = shop_clock(settings)
    context, troubles = checked_context(settings, clock().date())
    for trouble in troubles:
        complain(in_words(trouble))
    with closing(Books(data)) as books:
        decoder = Decoder(settings, books, context)
        yield GoodsBooks(
            settings,
            data,
            books,
            clock,
            lambda text: decoder.read(text, clock().date()),
            lambda reading: decoder.find(reading, clock()),
        )
