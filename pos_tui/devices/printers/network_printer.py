"""A printer on the network: one connection for each job, on the raw port."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

from pos_tui.devices.printers.printer import Delivery, PrinterError, PrinterStatus
from pos_tui.devices.printers.printer_status import PrinterState, state_of
from pos_tui.reasons import because

_TROUBLES = ("out_of_paper", "off_line")
_STATUS_WAIT_S = 1.5
_LONGEST_ANSWER = 16


class NetworkPrinter:
    """An ESC/POS printer on the network (raw port 9100), asked for its state around each job.

    A connection is made for each job: a printer that was switched off and on swallows the first
    bytes of an old one in silence.
    """

    def __init__(self, host: str, port: int, timeout_s: float) -> None:
        self._host, self._port, self._timeout_s = host, port, timeout_s
        self._mute = False

    def print(self, job: bytes, number: int = 0) -> Delivery:
        """Send the job in one write, between two looks at the printer's state."""
        with self._connected() as connection:
            after = self._print_on(connection, job)
        return "sent" if after == "silent" else "confirmed"

    def pulse(self, commands: bytes) -> None:
        """Send the commands, whatever the printer's state is."""
        with self._connected() as connection:
            connection.sendall(commands)

    def status(self) -> PrinterStatus:
        """How it is now."""
        with self._connected() as connection:
            state = self._state(connection)
        match state:
            case "silent":
                return PrinterStatus()
            case "ready":
                return PrinterStatus(True, "there")
            case "out_of_paper":
                return PrinterStatus(True, "out", (state,))
            case "off_line":
                return PrinterStatus(True, "unknown", (state,))

    @contextlib.contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        try:
            address = (self._host, self._port)
            with socket.create_connection(address, self._timeout_s) as connection:
                try:
                    yield connection
                finally:
                    with contextlib.suppress(OSError):
                        connection.shutdown(socket.SHUT_RDWR)
        except (OSError, UnicodeError) as error:  # a name can be none at all
            raise PrinterError("printer.no_answer", host=self._host, port=self._port) from error

    def _print_on(self, connection: socket.socket, job: bytes) -> PrinterState:
        before = self._state(connection)
        if before in _TROUBLES:
            raise PrinterError("printer.not_printed", why=because(f"printer.{before}"))
        self._mute = before == "silent"
        connection.sendall(job)
        after = self._state(connection)
        if after in _TROUBLES:
            raise PrinterError("printer.cut_short", is_unsure=True, why=because(f"printer.{after}"))
        return after

    def _state(self, connection: socket.socket) -> PrinterState:
        """How the printer is; one that once did not answer is not asked again."""
        if self._mute:
            return "silent"

        def ask(question: bytes) -> bytes:
            connection.sendall(question)
            return connection.recv(_LONGEST_ANSWER)

        connection.settimeout(min(_STATUS_WAIT_S, self._timeout_s))
        try:
            return state_of(ask)
        finally:
            connection.settimeout(self._timeout_s)
