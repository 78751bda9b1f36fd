"""The screen's tests begin in English, with the usual keys, in a stocked shop."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import textual._wait
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot

from pos_tui.wording.current import use
from tests.conftest import Counter
from tests.tui.busy_widgets import wait_for_screen
from tests.tui.shared_styles import parse_rules

if sys.platform == "win32":
    # Pilot takes a program for idle when the processor's time stands still for 20 ms; here that
    # time moves in steps of 16 ms.
    textual._wait.SLEEP_GRANULARITY, textual._wait.SLEEP_IDLE = 0.1, 0.01


@pytest.fixture(autouse=True, scope="session")
def short_work_of_textual() -> Iterator[None]:
    """What Textual does again with each app and each pause is done once, or not without need."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_rules)
        patch.setattr(Pilot, "_wait_for_screen", wait_for_screen)
        yield


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
