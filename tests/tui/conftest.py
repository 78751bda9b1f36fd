"""The screen's tests begin in English, with the usual keys, in a stocked shop."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import textual._wait

from pos_tui.wording.current import use
from tests.conftest import Counter

if sys.platform == "win32":
    # Pilot takes a program for idle when the processor's time stands still for 20 ms; here that
    # time moves in steps of 16 ms.
    textual._wait.SLEEP_GRANULARITY, textual._wait.SLEEP_IDLE = 0.1, 0.01


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
