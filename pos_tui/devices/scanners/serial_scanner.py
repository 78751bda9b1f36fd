"""A scanner on a serial port: RS-232, or USB in its "virtual COM" mode."""

from __future__ import annotations

import errno
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from pos_tui.devices.scanners.listening import NotReadable, NotThere, listen_to
from pos_tui.devices.scanners.scanned_text import HALF_READ, LONGEST, TOO_LONG, text_of
from pos_tui.devices.scanners.scanner import Scanned, ScannerState
from pos_tui.reasons import Reason, plain

SILENCE_S = 0.1
"""Seconds of silence that end a code of a scanner that sends no terminator."""

HALF_AFTER_S = 0.5
"""Seconds of silence after which a scanner that does send one has broken off."""

_POLL_S = 0.05
_NUL, _STX, _ENDS = 0x00, 0x02, frozenset(b"\r\n\t\x03")


class LineJoiner:
    """Turns bytes into codes: ended by CR, LF, Tab or ETX, or else by silence.

    Silence is only what the reader saw by waiting: a reader that is late splits no code. A scanner
    that ended its last code with a terminator is expected to end the next one so, too.
    """

    def __init__(self, encoding: str = "utf-8") -> None:
        self._encoding = encoding
        self._bytes = bytearray()
        self._began = self._last = 0.0
        self._losing = False
        self._terminates = False

    def feed(self, data: bytes, at: float) -> list[Scanned | Reason]:
        """Feed bytes that came at this time in seconds; returns whole codes and complaints."""
        came: list[Scanned | Reason] = []
        for byte in data:
            if byte in _ENDS:
                self._terminates |= bool(self._bytes or self._losing)
                came += self._end(at)
            elif byte == _STX:
                if self._bytes:
                    came.append(HALF_READ)
                self._forget()
            elif byte != _NUL and not self._losing:
                if not self._bytes:
                    self._began = at
                self._bytes.append(byte)
                if len(self._bytes) > LONGEST:
                    self._forget()
                    self._losing = True
                    came.append(TOO_LONG)
        self._last = at
        return came

    def quiet(self, until: float) -> list[Scanned | Reason]:
        """Nothing came until this time: the end of a code that has no terminator."""
        silence = until - self._last
        if silence < SILENCE_S or not (self._bytes or self._losing):
            return []
        if not self._terminates or self._losing:
            return self._end(self._last)
        if silence < HALF_AFTER_S:
            return []
        self._forget()
        self._terminates = False
        return [HALF_READ]

    def _end(self, at: float) -> list[Scanned | Reason]:
        data = bytes(self._bytes)
        self._forget()
        return [Scanned(text_of(data, self._encoding), self._began, at)] if data else []

    def _forget(self) -> None:
        self._bytes.clear()
        self._losing = False


class SerialScanner:
    """Listens to one serial port, which no other program may have open.

    `port` is a path, COMn, or usb:VVVV:PPPP, the hexadecimal ids of the scanner on whichever port
    it is. `parity` is one of N E O M S, `stop` 1, 1.5 or 2.
    """

    def __init__(
        self,
        name: str,
        port: str,
        baud: int = 9600,
        bits: int = 8,
        parity: str = "N",
        stop: float = 1,
        encoding: str = "utf-8",
    ) -> None:
        self.name = name
        self._port = port.strip()
        self._line = (baud, bits, parity.upper(), stop)
        self._encoding = encoding
        self._closing = threading.Event()

    def listen(
        self, give: Callable[[Scanned], None], notify: Callable[[ScannerState], None]
    ) -> None:
        """Hand on each code until `close`; see Scanner."""
        listen_to(self.name, self._open, self._closing, give, notify)

    def close(self) -> None:
        """Make `listen` return within a fraction of a second."""
        self._closing.set()

    def _open(self) -> _PortSource:
        try:
            import serial
            from serial.tools import list_ports
        except ImportError:
            raise NotReadable("scanner.serial_package", name=self.name) from None
        path = self._port
        if path.casefold().startswith("usb:"):
            ids = [(port.vid, port.pid, str(port.device)) for port in list_ports.comports()]
            path = port_of(self.name, self._port, ids)
        baud, bits, parity, stop = self._line
        try:
            port: Port = serial.Serial(
                path,
                baud,
                bytesize=bits,
                parity=parity,
                stopbits=stop,
                timeout=_POLL_S,
                exclusive=True,
            )
        except ValueError as error:
            raise NotReadable(
                "scanner.serial_settings", name=self.name, why=plain(str(error))
            ) from None
        except OSError as error:
            on_windows = sys.platform == "win32"
            raise why_port_refused(self.name, path, error, on_windows) from None
        return _PortSource(port, LineJoiner(self._encoding))


class Port(Protocol):
    """What is used of an open pyserial port."""

    @property
    def in_waiting(self) -> int:
        """Bytes that have come and are not read."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, or what came within the port's time-out."""

    def close(self) -> None:
        """Give the port back."""


class _PortSource:
    def __init__(self, port: Port, joiner: LineJoiner) -> None:
        self._port = port
        self._joiner = joiner

    def read(self) -> Sequence[Scanned | Reason]:
        began = time.monotonic()
        data = self._port.read(max(1, self._port.in_waiting))
        if data:
            return self._joiner.feed(data, time.monotonic())
        return self._joiner.quiet(began)

    def close(self) -> None:
        self._port.close()


def port_of(name: str, wanted: str, ports: Sequence[tuple[int | None, int | None, str]]) -> str:
    """The path of the port with the ids of usb:VVVV:PPPP, among (vendor, product, path).

    Raises NotReadable when it is not plugged in or the ids are not hexadecimal.
    """
    try:
        vendor, product = (int(part, 16) for part in wanted[4:].split(":"))
    except ValueError:
        raise NotReadable("scanner.serial_usb_form", port=wanted, name=name) from None
    for its_vendor, its_product, path in ports:
        if (its_vendor, its_product) == (vendor, product):
            return path
    raise NotThere("scanner.serial_absent", name=name, port=wanted)


def why_port_refused(name: str, path: str, error: OSError, on_windows: bool) -> NotReadable:
    """Why the port of the scanner of this name could not be opened."""
    # On Windows pyserial has the system's error in its text only.
    text = str(error)
    if error.errno in {errno.ENOENT, errno.ENODEV, errno.ENXIO} or "FileNotFoundError" in text:
        return NotThere("scanner.serial_absent", name=name, port=path)
    refused = error.errno in {errno.EACCES, errno.EPERM} or "PermissionError" in text
    if refused and not on_windows:
        return NotReadable("scanner.serial_forbidden", name=name, port=path)
    if refused or error.errno in {errno.EAGAIN, errno.EBUSY}:
        return NotReadable("scanner.serial_taken", name=name, port=path)
    return NotReadable("scanner.serial_not_opened", name=name, port=path, why=plain(text))
