"""A printer on a serial port: RS-232, or USB in its "virtual COM" mode."""

from __future__ import annotations

import contextlib
import errno
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from pos_tui.devices.printers.escpos_printer import EscPosPrinter, PrinterManner
from pos_tui.devices.printers.printer import PrinterError
from pos_tui.devices.printers.printer_stream import PrinterStream
from pos_tui.reasons import because, plain

if TYPE_CHECKING:
    import serial

_AT_ONCE = 256  # a quarter of a second at 9600 baud
_LARGEST_READ = 256
_PAUSE_S = 0.005


class SerialLine(Struct, frozen=True):
    """How a port is set: as the printer is, by its switches or its self-test."""

    baud: int = 9600
    bits: Literal[7, 8] = 8
    parity: Literal["N", "E", "O"] = "N"
    flow: Literal["none", "rts", "dsr", "xon"] = "none"


class SerialPrinter(EscPosPrinter):
    """An ESC/POS printer on a serial port: a path, COMn, or usb:VVVV:PPPP for its USB ids."""

    def __init__(
        self, port: str, line: SerialLine, timeout_s: float, manner: PrinterManner | None = None
    ) -> None:
        self._port, self._line, self._timeout_s = port.strip(), line, timeout_s
        super().__init__(self._connect, because("printer.port_gone", port=self._port), manner)

    def _connect(self) -> PrinterStream:
        import serial
        from serial.tools import list_ports

        port, line = self._port, self._line
        if port.casefold().startswith("usb:"):
            found = [(each.vid, each.pid, str(each.device)) for each in list_ports.comports()]
            port = port_with_ids(port, found)
        try:
            opened = serial.Serial(
                port,
                line.baud,
                bytesize=line.bits,
                parity=line.parity,
                rtscts=line.flow == "rts",
                dsrdtr=line.flow == "dsr",
                xonxoff=line.flow == "xon",
                write_timeout=self._timeout_s,
                exclusive=True,
            )
        except (OSError, ValueError) as error:
            raise why_port_not_opened(port, error) from error
        return _SerialStream(opened, self._timeout_s)


class _SerialStream:
    can_answer = True

    def __init__(self, port: serial.Serial, timeout_s: float) -> None:
        self._port, self._timeout_s = port, timeout_s

    def send(self, data: bytes) -> int:
        from serial import SerialTimeoutException

        if not self._has_gone_out():
            raise TimeoutError
        part = data[:_AT_ONCE]
        try:
            self._port.write(part)
        except SerialTimeoutException as error:
            raise TimeoutError from error
        return len(part)

    def receive(self, seconds: float) -> bytes:
        self._port.timeout = seconds
        first: bytes = self._port.read(1)
        return first + self._port.read(min(self._port.in_waiting, _LARGEST_READ))

    def close(self) -> None:
        with contextlib.suppress(OSError):
            if not self._has_gone_out():  # the system itself would wait for half a minute
                self._port.reset_output_buffer()
        with contextlib.suppress(OSError):
            self._port.close()

    def _has_gone_out(self) -> bool:
        """Whether nothing waits in the port any more, after as long as the printer may take."""
        end = time.monotonic() + self._timeout_s
        while self._port.out_waiting:
            if time.monotonic() > end:
                return False
            time.sleep(_PAUSE_S)
        return True


def port_with_ids(wanted: str, ports: Sequence[tuple[int | None, int | None, str]]) -> str:
    """The port with the ids of usb:VVVV:PPPP, among (vendor, product, path).

    Raises PrinterError.
    """
    ids = wanted[4:].casefold()
    for vendor, product, path in ports:
        if vendor is not None and product is not None and f"{vendor:04x}:{product:04x}" == ids:
            return path
    raise PrinterError("printer.port_absent", port=wanted)


def why_port_not_opened(port: str, error: Exception) -> PrinterError:
    """Why a port or a device could not be opened."""
    # On Windows pyserial has the system's error in its text only.
    number, text = getattr(error, "errno", None), str(error)
    if number in {errno.ENOENT, errno.ENODEV, errno.ENXIO} or "FileNotFoundError" in text:
        return PrinterError("printer.port_absent", port=port)
    if number in {errno.EAGAIN, errno.EBUSY}:
        return PrinterError("printer.port_taken", port=port)
    if number in {errno.EACCES, errno.EPERM} or "PermissionError" in text:
        return PrinterError("printer.port_forbidden", port=port)
    return PrinterError("printer.port_not_opened", port=port, why=plain(text))
