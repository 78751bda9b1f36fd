"""Writes to the terminal in a thread of its own; the till never waits for a terminal to read."""

from __future__ import annotations

from collections.abc import Callable
from queue import Full
from typing import IO

from textual.drivers._writer_thread import WriterThread

_LAST_WORDS_S = 2.0  # how long a terminal may take to read what is written at the end


class TerminalWriter(WriterThread):
    """What a driver writes through.

    A terminal that does not read, as over a line that hangs, misses frames, and `caught_up` is
    called once it reads again. One that is gone is written to no more, and `gone` is called. Both
    are called from this thread.
    """

    def __init__(self, file: IO[str]) -> None:
        super().__init__(file)
        self.caught_up: Callable[[], object] = lambda: None
        self.gone: Callable[[], object] = lambda: None
        self._is_gone = False
        self._has_missed = False

    def write(self, text: str) -> None:
        """Write this soon, or not at all; never wait."""
        if self._is_gone:
            return
        try:
            self._queue.put_nowait(text)
        except Full:
            self._has_missed = True

    def run(self) -> None:
        """Write until there is no more, or nobody to read it."""
        try:
            while (text := self._queue.get()) is not None:
                self._file.write(text)
                if self._queue.empty():
                    self._file.flush()
                    if self._has_missed:
                        self._has_missed = False
                        self.caught_up()
            self._file.flush()
        except (OSError, ValueError):  # the terminal, or the file to it, is closed
            self._is_gone = True
            self.gone()

    def stop(self) -> None:
        """Write what waits; a terminal that does not read it in time is left alone."""
        try:
            self._queue.put(None, timeout=_LAST_WORDS_S)
        except Full:
            return
        self.join(_LAST_WORDS_S)
