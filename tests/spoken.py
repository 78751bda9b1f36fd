"""What a cashier reads of an event, in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pos_tui.reasons import Reason
from pos_tui.wording.language import Wording

_ENGLISH = Wording("en")


@contextmanager
def raises(kind: type[Exception], words: str) -> Iterator[None]:
    """That an error of this kind is raised, whose words match a regular expression."""
    with pytest.raises(kind) as caught:
        yield
    assert re.search(words, spoken(caught.value))


def spoken(what: Any) -> str:
    """The words of a reason, or of what has one: an error, an event, a payment's view."""
    if isinstance(what, Reason):
        return _ENGLISH.of(what)
    for name in ("reason", "why", "status", "view"):
        if hasattr(what, name):
            found = getattr(what, name)
            return "" if found is None else spoken(found)
    if isinstance(what, Exception):
        return str(what)
    raise TypeError(f"nobody is told {what!r}")
