"""The way to a printer that takes bytes and may send some: a connection, a port, a device."""

from __future__ import annotations

from typing import Protocol


class PrinterStream(Protocol):
    """An open way to one printer; a failure of it is an OSError."""

    @property
    def can_answer(self) -> bool:
        """Whether anything can come back on this way."""

    def send(self, data: bytes) -> int:
        """Hand over as many bytes as are taken now, at least one; how many that were.

        Raises TimeoutError when the printer takes none for the way's time limit.
        """

    def receive(self, seconds: float) -> bytes:
        """What has come; nothing when nothing came within so many seconds."""

    def close(self) -> None:
        """Give the way up. What was handed over still goes out."""
