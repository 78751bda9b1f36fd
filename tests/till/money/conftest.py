"""What the tests of the shop's money share: its books read beside the till."""

import pytest

from pos_tui.books.connection import open_connection


@pytest.fixture
def reader(counter):
    """The books as anybody reads them."""
    connection = open_connection(counter.books.path)
    yield connection
    connection.close()
