"""The screen's tests begin in English, with the usual keys."""

from collections.abc import Iterator

import pytest

from pos_tui.wording.current import use


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Whatever a test makes of the language, the next one begins in English."""
    use("en")
    yield
    use("en")
