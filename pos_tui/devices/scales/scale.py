"""What a scale is: it is asked, and gives a reading; and the one that is none."""

from __future__ import annotations

from typing import Protocol

from pos_tui.devices.scales.reading import ScaleReading


class Scale(Protocol):
    """A scale; it is asked from one thread at a time."""

    def read(self) -> ScaleReading:
        """What it says now. Takes up to some seconds; what goes wrong is in the reading."""

    def close(self) -> None:
        """Give its port back; the next reading opens it again."""


class NullScale:
    """No scale: nothing ever answers."""

    def read(self) -> ScaleReading:
        """No answer."""
        return ScaleReading("no_answer")

    def close(self) -> None:
        """There is nothing to give back."""
