"""A display of two rows on a serial port, in a thread of its own; it shows the newest rows only."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from pos_tui.devices.displays.pole_commands import PoleKind, pole_begin, pole_row, pole_show
from pos_tui.reasons import Reason, ReasonError, because, plain

AGAIN_S = 10.0
_RETRY_S = 2.0
_WRITE_S = 2.0
_END_S = 1.0


class DisplayError(ReasonError):
    """A display that shows nothing; its reason says what to do."""


class PolePort(Protocol):
    """What is used of an open serial port."""

    def write(self, data: bytes, /) -> int | None:
        """Send bytes; raises OSError where they do not go out in time."""

    def close(self) -> None:
        """Give the port back."""


class SerialPole:
    """Shows two rows on a display behind a serial port, and again every ten seconds, for displays
    lose their power and nobody asks them. A port that goes away is opened again.
    """

    def __init__(
        self,
        kind: PoleKind,
        open_port: Callable[[], PolePort],
        encoding: str,
        notify: Callable[[Reason | None], None],
        brightness: int = 0,
        again_s: float = AGAIN_S,
        retry_s: float = _RETRY_S,
    ) -> None:
        """`notify` is called in the thread: with what is wrong, and with None when it is well
        again. `open_port` raises DisplayError or OSError.
        """
        self._kind = kind
        self._open = open_port
        self._encoding = encoding
        self._notify = notify
        self._brightness = brightness
        self._again_s, self._retry_s = again_s, retry_s
        self._changed = threading.Condition()
        self._rows: tuple[str, str] | None = None
        self._is_new = self._is_closing = False
        self._thread: threading.Thread | None = None

    def show(self, upper: str, lower: str) -> None:
        """Show these rows from now on; returns at once."""
        with self._changed:
            self._rows, self._is_new = (upper, lower), True
            self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="pole", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Show what was given last, and end; waits for a second at most."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(_END_S)

    # ---- in its thread -----------------------------------------------------------------------

    def _run(self) -> None:
        port: PolePort | None = None
        is_well = True
        while True:
            with self._changed:
                wait_s = self._again_s if port is not None else self._retry_s
                self._changed.wait_for(lambda: self._is_new or self._is_closing, wait_s)
                rows, closing, self._is_new = self._rows, self._is_closing, False
            try:
                data = self._job(rows)
                if port is None:
                    port = self._open()
                    data = pole_begin(self._kind, self._brightness) + data
                port.write(data)
            except (OSError, DisplayError) as error:
                if port is not None:
                    _close(port)
                    port = None
                if is_well:
                    is_well = False
                    self._notify(_reason(error))
            else:
                if not is_well:
                    is_well = True
                    self._notify(None)
            if closing:
                if port is not None:
                    _close(port)
                return

    def _job(self, rows: tuple[str, str] | None) -> bytes:
        upper, lower = rows or ("", "")
        try:
            first, second = (pole_row(each, self._encoding) for each in (upper, lower))
        except LookupError:
            raise DisplayError("display.no_encoding", encoding=self._encoding) from None
        return pole_show(self._kind, first, second)


def serial_port(path: str, baud: int) -> PolePort:
    """Open the port of a display: a path, COMn, or usb:VVVV:PPPP, the hexadecimal ids of its
    adapter. Raises DisplayError and OSError.
    """
    try:
        import serial
    except ImportError:
        raise DisplayError("display.no_serial_package") from None
    port = _path_of(path.strip())
    try:
        opened: PolePort = serial.Serial(port, baud, write_timeout=_WRITE_S, exclusive=True)
    except ValueError as error:
        raise DisplayError("display.not_opened", port=path, why=plain(str(error))) from None
    except OSError as error:
        why = plain(error.strerror or str(error))
        raise DisplayError("display.not_opened", port=path, why=why) from None
    return opened


def _path_of(wanted: str) -> str:
    if not wanted.casefold().startswith("usb:"):
        return wanted
    from serial.tools import list_ports

    try:
        vendor, product = (int(part, 16) for part in wanted[4:].split(":"))
    except ValueError:
        raise DisplayError("display.usb_form", port=wanted) from None
    for port in list_ports.comports():
        if (port.vid, port.pid) == (vendor, product):
            return str(port.device)
    raise DisplayError("display.absent", port=wanted)


def _reason(error: Exception) -> Reason:
    if isinstance(error, DisplayError):
        return error.reason
    return because("display.lost", why=plain(str(error)))


def _close(port: PolePort) -> None:
    try:
        port.close()
    except OSError:
        return  # it is gone
