"""The screen's tests begin in English, with the usual keys, in a stocked shop."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_tui.wording.current import use
from tests.conftest import Counter


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Whatever a test makes of the language, the next one begins in English."""
    use("en")
    yield
    use("en")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Counter]:
    """A stocked shop whose till opens when somebody sits down at it."""
    counter = Counter(tmp_path / "till").stock()
    yield counter
    counter.books.close()
