"""What a demo adds to the screen: what to do next, one key that does it, lines for the help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pos_tui.reasons import Reason

HelpLine = tuple[str, Reason | None]
"""A code to try, or "", and what it does, or a sentence; an empty line without either."""


class Hints(Protocol):
    """Leads a newcomer through a first sale."""

    def hint(self, list_is_empty: bool, something_expired: bool) -> Reason:
        """What to do now, in a few words."""

    def next_scan(self, list_is_empty: bool) -> str:
        """The code that the key for the next step scans."""

    def help_lines(self) -> Sequence[HelpLine]:
        """Lines that the help page shows at its end."""
