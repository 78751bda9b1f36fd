"""A printer on the network: one connection for each job, on the raw port."""

from __future__ import annotations

import contextlib
import socket

from pos_tui.devices.printers.escpos_printer import EscPosPrinter, PrinterManner
from pos_tui.devices.printers.printer import PrinterError
from pos_tui.reasons import because

_MOST_AT_ONCE = 4096


class NetworkPrinter(EscPosPrinter):
    """An ESC/POS printer on the network (raw port 9100).

    A connection is made for each job: a printer that was switched off and on swallows the first
    bytes of an old one in silence.
    """

    def __init__(
        self, host: str, port: int, timeout_s: float, manner: PrinterManner | None = None
    ) -> None:
        self._host, self._port, self._timeout_s = host, port, timeout_s
        away = because("printer.no_answer", host=host, port=port)
        super().__init__(self._connect, away, manner)

    def _connect(self) -> _NetworkStream:
        try:
            address = (self._host, self._port)
            connection = socket.create_connection(address, self._timeout_s)
            # What waits in this machine is not at the printer: little may.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _MOST_AT_ONCE)
            return _NetworkStream(connection)
        except (OSError, UnicodeError) as error:  # a name can be none at all
            raise PrinterError("printer.no_answer", host=self._host, port=self._port) from error


class _NetworkStream:
    can_answer = True

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._timeout_s = connection.gettimeout()

    def send(self, data: bytes) -> int:
        self._connection.settimeout(self._timeout_s)
        return self._connection.send(data[:_MOST_AT_ONCE])

    def receive(self, seconds: float) -> bytes:
        self._connection.settimeout(seconds)
        try:
            data = self._connection.recv(_MOST_AT_ONCE)
        except (TimeoutError, BlockingIOError):
            return b""
        if not data:
            raise ConnectionAbortedError  # the printer closed it
        return data

    def close(self) -> None:
        # What came and is not read would turn the end into a reset, and the printer may then
        # throw away what it has.
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)
            while self.receive(0):
                pass
        with contextlib.suppress(OSError):
            self._connection.close()
