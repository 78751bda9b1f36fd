"""Runs on Windows: the till, which takes the pipe that it draws on for a terminal.

Wine's own console draws no VT sequences, so that nothing could be seen on it.
"""

from __future__ import annotations

import sys
from typing import Any, BinaryIO, TextIO, cast

from pos_tui.__main__ import main


class TerminalPipe:
    """Standard output that is a pipe and says that it is a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def isatty(self) -> bool:
        return True

    @property
    def buffer(self) -> BufferOfATerminal:
        return BufferOfATerminal(self._stream.buffer)


class BufferOfATerminal:
    """What a console has behind its text: no file."""

    raw = None

    def __init__(self, buffer: BinaryIO) -> None:
        self._buffer = buffer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._buffer, name)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr] # as a console's is
    sys.stdout = sys.__stdout__ = cast("TextIO", TerminalPipe(sys.stdout))  # type: ignore[assignment,misc]
    sys.exit(main(sys.argv[1:]))
