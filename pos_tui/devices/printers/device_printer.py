"""A printer behind a device of the system: /dev/usb/lp0, /dev/lp0, on Windows LPT1."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
from pathlib import Path, PureWindowsPath

from pos_tui.devices.printers.escpos_printer import EscPosPrinter, PrinterManner
from pos_tui.devices.printers.printer import PrinterError
from pos_tui.devices.printers.printer_stream import PrinterStream
from pos_tui.devices.printers.serial_printer import why_port_not_opened
from pos_tui.reasons import because

_AT_ONCE = 512
_LARGEST_READ = 256
_PAUSE_S = 0.02
_USB_PRINTERS = Path("/sys/class/usbmisc")
_ANY_DEVICE = re.compile("/dev/(?!shm/)")
_WINDOWS_PORT = re.compile(r"(\\\\\.\\)?(LPT\d)", re.IGNORECASE)


def is_device(path: str) -> bool:
    """Whether a path is that of a device, which may be unplugged just now, and not of a file."""
    if path.startswith("usb:") or _WINDOWS_PORT.fullmatch(path):
        return True
    try:
        if Path(path).exists():
            return Path(path).is_char_device()
    except (OSError, ValueError):
        return False
    return _ANY_DEVICE.match(path) is not None


class DevicePrinter(EscPosPrinter):
    """An ESC/POS printer on a USB or parallel port, by its path or by usb:VVVV:PPPP."""

    def __init__(self, path: str, timeout_s: float, manner: PrinterManner | None = None) -> None:
        self._path, self._timeout_s = path.strip(), timeout_s
        super().__init__(self._connect, because("printer.port_gone", port=self._path), manner)

    def _connect(self) -> PrinterStream:
        path = self._path
        if path.casefold().startswith("usb:"):
            path = usb_device(path)
        elif found := _WINDOWS_PORT.fullmatch(path):
            path = str(PureWindowsPath(rf"\\.\{found[2]}"))
        try:
            return _open(path, self._timeout_s)
        except OSError as error:
            raise why_port_not_opened(self._path, error) from error


def usb_device(wanted: str, classes: Path = _USB_PRINTERS) -> str:
    """The device of the USB printer with the ids of usb:VVVV:PPPP. Raises PrinterError."""
    ids = wanted[4:].casefold()
    for entry in sorted(classes.glob("lp*")):
        usb = (entry / "device").resolve().parent
        try:
            found = [(usb / name).read_text("ascii").strip() for name in ("idVendor", "idProduct")]
        except (OSError, ValueError):
            continue
        if ":".join(found).casefold() == ids:
            return f"/dev/usb/{entry.name}"
    raise PrinterError("printer.port_absent", port=wanted)


if sys.platform == "win32":

    def _open(path: str, timeout_s: float) -> PrinterStream:
        return _BlindStream(path)

    class _BlindStream:
        can_answer = False

        def __init__(self, path: str) -> None:
            self._handle = os.open(path, os.O_WRONLY | os.O_BINARY)

        def send(self, data: bytes) -> int:
            return os.write(self._handle, data[:_AT_ONCE])

        def receive(self, seconds: float) -> bytes:
            return b""

        def close(self) -> None:
            with contextlib.suppress(OSError):
                os.close(self._handle)

else:

    def _open(path: str, timeout_s: float) -> PrinterStream:
        flags = os.O_NONBLOCK | os.O_NOCTTY
        try:
            return _DeviceStream(os.open(path, os.O_RDWR | flags), timeout_s, can_answer=True)
        except OSError:  # a parallel port of one direction, or a queue that may only be written to
            return _DeviceStream(os.open(path, os.O_WRONLY | flags), timeout_s, can_answer=False)

    class _DeviceStream:
        def __init__(self, handle: int, timeout_s: float, *, can_answer: bool) -> None:
            self._handle, self._timeout_s = handle, timeout_s
            self.can_answer = can_answer

        def send(self, data: bytes) -> int:
            import select

            end = time.monotonic() + self._timeout_s
            while (left := end - time.monotonic()) > 0:
                if select.select([], [self._handle], [], left)[1]:
                    try:
                        return os.write(self._handle, data[:_AT_ONCE])
                    except BlockingIOError:
                        time.sleep(_PAUSE_S)
            raise TimeoutError

        def receive(self, seconds: float) -> bytes:
            import select

            if not select.select([self._handle], [], [], seconds)[0]:
                return b""
            try:
                data = os.read(self._handle, _LARGEST_READ)
            except BlockingIOError:
                data = b""
            if not data and seconds:  # ready, with nothing to read: some drivers are always so
                time.sleep(min(_PAUSE_S, seconds))
            return data

        def close(self) -> None:
            with contextlib.suppress(OSError):
                os.close(self._handle)
