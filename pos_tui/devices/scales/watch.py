"""A scale that is read in a thread of its own, for as long as somebody wants to know."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal

from pos_tui.devices.scales.reading import ScaleReading
from pos_tui.devices.scales.scale import Scale

Wanted = Literal["weight", "zero", "nothing"]
"""A weight is waited for by a person. Zero is looked for between two weights, which hurries less
the longer it takes.
"""

_WEIGHT_S, _AWAY_S = 0.1, 0.5
_ZERO_S, _LATER_ZERO_S, _AWAY_ZERO_S = 0.25, 1.0, 5.0
_SOON = 120  # readings


class ScaleWatch:
    """Hands each reading on while something is wanted; else there is no thread."""

    def __init__(self, scale: Scale, give: Callable[[ScaleReading], None]) -> None:
        """`give` is called in the thread."""
        self._scale = scale
        self._give = give
        self._wanted: Wanted = "nothing"
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def want(self, wanted: Wanted) -> None:
        """What is wanted from now on."""
        with self._changed:
            if wanted == self._wanted or self._is_closed:
                return
            self._wanted = wanted
            self._changed.notify_all()
            if wanted != "nothing" and self._thread is None:
                self._thread = threading.Thread(target=self._run, name="scale", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Nothing is wanted any more, for good; gives the scale's port back. Takes up to some
        seconds.
        """
        self.want("nothing")
        with self._changed:
            self._is_closed = True
            thread = self._thread
        if thread is not None:
            thread.join()
        self._scale.close()

    def _run(self) -> None:
        looked = 0
        while True:
            with self._changed:
                wanted = self._wanted
                if wanted == "nothing":
                    self._thread = None
                    return
            reading = self._scale.read()
            looked = looked + 1 if wanted == "zero" else 0
            self._give(reading)
            with self._changed:
                if self._wanted == wanted:
                    self._changed.wait(_pause_s(wanted, reading, looked))


def _pause_s(wanted: Wanted, reading: ScaleReading, looked: int) -> float:
    if wanted == "weight":
        return _AWAY_S if reading.state == "no_answer" else _WEIGHT_S
    if reading.state == "no_answer":
        return _AWAY_ZERO_S
    return _ZERO_S if looked < _SOON else _LATER_ZERO_S
