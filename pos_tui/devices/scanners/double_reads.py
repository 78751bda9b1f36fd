"""Double reads: a scanner that gives one label twice in the blink of an eye."""

from __future__ import annotations

from pos_tui.devices.scanners.scanner import Scanned


class DoubleReads:
    """Tells the second of two equal codes that came closer together than anybody scans.

    The time is counted from the end of one code to the beginning of the next, so that a slow
    scanner is judged like a quick one; whichever scanner gave them.
    """

    def __init__(self, window_ms: float) -> None:
        """`window_ms` 0 lets every read count."""
        self._window_s = window_ms / 1000
        self._last: Scanned | None = None

    def is_repeat(self, scan: Scanned) -> bool:
        """Whether this is the code before once more, too soon to be meant."""
        last, self._last = self._last, scan
        return (
            last is not None and last.text == scan.text and scan.began - last.ended < self._window_s
        )
