"""The serial port that a scale is on: opened as the settings say, or why it is not."""

from __future__ import annotations

import errno
import os
import sys
from typing import Protocol

from pos_tui.reasons import ReasonError, plain
from pos_tui.settings.scales import ScaleSettings

_POLL_S = 0.02
_PSEUDO_TERMINALS = "/dev/pts/"  # which emulators are on; they have no parity, and refuse to set it


class PortError(ReasonError):
    """A port that cannot be opened now; its reason says what to do."""


class ScalePort(Protocol):
    """What is used of an open pyserial port."""

    @property
    def in_waiting(self) -> int:
        """Bytes that have come and are not read."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, or what came within the port's time-out."""

    def write(self, data: bytes, /) -> int | None:
        """Send bytes."""

    def close(self) -> None:
        """Give the port back."""


def open_port(settings: ScaleSettings) -> ScalePort:
    """Open the port that the settings name, for nobody else. Raises PortError."""
    import serial
    from serial.tools import list_ports

    path = settings.port.strip()
    if not path:
        raise PortError("scale.no_port")
    if path.casefold().startswith("usb:"):
        path = _path_of(path, [(p.vid, p.pid, str(p.device)) for p in list_ports.comports()])
    line = settings.line
    if os.path.realpath(path).startswith(_PSEUDO_TERMINALS):
        line = line._replace(bits=8, parity="N")
    try:
        port: ScalePort = serial.Serial(
            path,
            line.baud,
            bytesize=line.bits,
            parity=line.parity,
            stopbits=line.stop,
            timeout=_POLL_S,
            write_timeout=1.0,
            exclusive=True,
        )
    except ValueError as error:
        raise PortError("scale.port_settings", why=plain(str(error))) from None
    except OSError as error:
        raise why_no_port(path, error, sys.platform == "win32") from None
    except Exception as error:  # termios', which is no OSError: the port cannot do this line
        why = f"{line.baud} {line.bits}{line.parity}{line.stop}: {error}"
        raise PortError("scale.port_settings", why=plain(why)) from None
    return port


def why_no_port(path: str, error: OSError, on_windows: bool) -> PortError:
    """Why the port at this path could not be opened."""
    text = str(error)  # on Windows pyserial has the system's error in its text only
    if error.errno in {errno.ENOENT, errno.ENODEV, errno.ENXIO} or "FileNotFoundError" in text:
        return PortError("scale.port_absent", port=path)
    refused = error.errno in {errno.EACCES, errno.EPERM} or "PermissionError" in text
    if refused and not on_windows:
        return PortError("scale.port_forbidden", port=path)
    if refused or error.errno in {errno.EAGAIN, errno.EBUSY}:
        return PortError("scale.port_taken", port=path)
    return PortError("scale.port_not_opened", port=path, why=plain(text))


def _path_of(wanted: str, ports: list[tuple[int | None, int | None, str]]) -> str:
    """The path of the port with the ids of usb:VVVV:PPPP, among (vendor, product, path)."""
    try:
        vendor, product = (int(part, 16) for part in wanted[4:].split(":"))
    except ValueError:
        raise PortError("scale.port_usb_form", port=wanted) from None
    for its_vendor, its_product, path in ports:
        if (its_vendor, its_product) == (vendor, product):
            return path
    raise PortError("scale.port_absent", port=wanted)
