"""The till's search: it finds goods, and brings the index up to the books beside its other work."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path

import apsw

from pos_tui.books.catalogue.products import Product
from pos_tui.books.catalogue.search import FEW, ProductSearch
from pos_tui.books.catalogue.search_index import update_index

_AGAIN_S = 30.0  # after a disk that refuses the index


class GoodsSearching:
    """Finds products; where many are not in the index, a thread of its own adds them."""

    def __init__(self, reader: apsw.Connection, books: Path) -> None:
        self._search = ProductSearch(reader, books)
        self._books = books
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()
        self._not_before = 0.0

    def find(self, words: str) -> list[Product]:
        """Products that have these words. Raises apsw.Error."""
        if self._search.backlog().count > FEW:
            self._begin()
        return self._search.find(words)

    def close(self) -> None:
        """Stop the thread after what it is adding just now, and let the index go."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self._search.close()

    def _begin(self) -> None:
        is_under_way = self._thread is not None and self._thread.is_alive()
        if not is_under_way and time.monotonic() >= self._not_before:
            self._not_before = time.monotonic() + _AGAIN_S
            self._thread = threading.Thread(target=self._run, name="search-index", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        with contextlib.suppress(apsw.Error, OSError):  # goods are found without it, more slowly
            update_index(self._books, self._stopped.is_set)
