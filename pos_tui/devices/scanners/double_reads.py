"""Double reads: a scanner that gives one label twice in the blink of an eye."""

from __future__ import annotations

from pos_tui.devices.scanners.scanner import Scanned

_AT_ONE_GO_S = 0.0025  # no scanner reads, decodes and sends a label again in less


class DoubleReads:
    """Tells the second of two equal codes that came closer together than anybody scans.

    The time is counted from the end of one code to the beginning of the next, so that a slow
    scanner is judged like a quick one; whichever scanner gave them. Codes with no time at all
    between them were read at one go, after the till or the line had been busy: nothing is known
    of when they were scanned, and each counts.
    """

    def __init__(self, window_ms: float) -> None:
        """`window_ms` 0 lets every read count."""
        self._window_s = window_ms / 1000
        self._last: Scanned | None = None

    def is_repeat(self, scan: Scanned) -> bool:
        """Whether this is the code before once more, too soon to be meant."""
        last, self._last = self._last, scan
        if last is None or last.text != scan.text:
            return False
        return _AT_ONE_GO_S <= scan.began - last.ended < self._window_s
