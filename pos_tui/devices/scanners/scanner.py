"""What every scanner is to the till: something that gives whole codes, and comes and goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from pos_tui.reasons import Reason


class Scanned(Struct, frozen=True):
    """A whole code; `began` and `ended` are when its first and last part came (time.monotonic)."""

    text: str
    began: float
    ended: float


class ScannerState(Struct, frozen=True):
    """Whether a scanner is there; `why` is what is wrong, for the person who can help."""

    name: str
    ready: bool
    why: Reason | None


class Scanner(Protocol):
    """A scanner with a device of its own, beside the keyboard."""

    name: str

    def listen(
        self, give: Callable[[Scanned], None], notify: Callable[[ScannerState], None]
    ) -> None:
        """Hand on each code, in this thread, until `close`; a device that goes is looked for again.

        `notify` is called whenever the device comes or goes, and once at the start. Never raises.
        """

    def close(self) -> None:
        """Make `listen` return soon; may be called from any thread, more than once."""
