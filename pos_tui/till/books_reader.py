"""A connection of one's own to the books, for look-ups that may be made in any thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import apsw

from pos_tui.books import Books, BooksError
from pos_tui.books.connection import open_connection, reason_for


@contextmanager
def books_reader(books: Books) -> Iterator[apsw.Connection]:
    """A connection to read the books with, closed behind. Raises BooksError."""
    connection = open_connection(books.path)
    try:
        yield connection
    except apsw.Error as error:
        raise BooksError(reason_for(error)) from error
    finally:
        connection.close()
