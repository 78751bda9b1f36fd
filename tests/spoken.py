"""What a cashier reads of an event, in English."""

from __future__ import annotations

from typing import Any

from pos_tui.reasons import Reason
from pos_tui.wording.language import Wording

_ENGLISH = Wording("en")


def spoken(what: Any) -> str:
    """The words of a reason, or of what has one: an error, an event, a payment's view."""
    if isinstance(what, Reason):
        return _ENGLISH.of(what)
    for name in ("reason", "why", "status", "view"):
        if hasattr(what, name):
            found = getattr(what, name)
            return "" if found is None else spoken(found)
    raise TypeError(f"nobody is told {what!r}")
