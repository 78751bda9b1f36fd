"""An ESC/POS printer for tests: keeps its paper, answers as printers do, misbehaves when told.

The printer is one thing, the cable to it another: `TcpCable` is a port of the network, `PtyCable` a
serial port or a device. What comes is obeyed in real time where it is a command for that, else kept
in the buffer, from which the mechanism prints as long as nothing is wrong.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal

from tests.paper import Paper

if TYPE_CHECKING:
    from PIL import Image

_WAIT_S = 20.0
_DLE, _ESC, _FS, _GS = 0x10, 0x1B, 0x1C, 0x1D
_LENGTHS = {
    (_DLE, 0x04): 3, (_DLE, 0x05): 3,
    (_ESC, ord("@")): 2, (_ESC, ord("2")): 2, (_ESC, ord("p")): 5, (_ESC, ord("$")): 4,
    (_ESC, 0x5C): 4,
    (_FS, ord("&")): 2, (_FS, ord(".")): 2, (_FS, ord("S")): 4,
}  # fmt: skip
_RESET = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""SO_LINGER with which a close is a reset, as when the power goes."""
_SMALL = 2048
_ASB = b"\x10\x00\x00\x00"


def command_length(data: bytes) -> int:
    """How many bytes the command has that data begin with; 0 where not all of it has come."""
    first = data[0]
    if first not in {_DLE, _ESC, _FS, _GS}:
        return 1
    if len(data) < 2:
        return 0
    length = _LENGTHS.get((first, data[1]), 3)
    if first == _DLE and data[1] == 0x14:
        length = 3 if len(data) < 3 else 10 if data[2] == 8 else 5
    elif (first, data[1]) == (_ESC, ord("*")):
        length = _bit_image_length(data)
    elif first == _GS:
        length = _group_length(data)
    return length if 0 < length <= len(data) else 0


def _bit_image_length(data: bytes) -> int:
    if len(data) < 5:
        return 0
    return 5 + int.from_bytes(data[3:5], "little") * (3 if data[2] >= 32 else 1)


def _group_length(data: bytes) -> int:
    """The length of a command that begins with GS; 0 where that cannot be known yet."""
    match chr(data[1]):
        case "L" | "W":
            return 4
        case "V":
            return 0 if len(data) < 3 else 4 if data[2] >= 65 else 3
        case "k":
            return 0 if len(data) < 4 else 4 + data[3]
        case "(":
            return 0 if len(data) < 5 else 5 + int.from_bytes(data[3:5], "little")
        case "v":
            if len(data) < 8:
                return 0
            width, height = struct.unpack_from("<HH", data, 4)
            return 8 + int(width) * int(height)
    return 3


class PrinterStandIn:
    """The printer. Its public values may be changed at any time, under `change`.

    `pieces` are the bytes of each piece of paper that was cut off, without commands that print
    nothing for anybody to see; `torn` are parts that a lost buffer left without an end.
    """

    def __init__(self) -> None:
        self.paper: Literal["there", "near_end", "out"] = "there"
        self.cover_is_open = self.is_off_line = self.has_error = False
        self.cutter_is_stuck = False
        self.pin_is_high = False
        self.answers_status: tuple[int, ...] = (1, 2, 3, 4)
        self.says_printed: Literal["at once", "late", "never"] = "at once"
        self.chatters = False  # sends its status by itself too, and XON
        self.answers_by_the_byte = False
        self.row_s = 0.0
        self.rows_left: int | None = None
        self.sticks_at_next_cut = False
        self.knows_real_time = True
        self.pieces: list[bytes] = []
        self.torn: list[bytes] = []
        self.pulses: list[bytes] = []
        self.pulses_at_once: list[bytes] = []
        self.marks: list[bytes] = []
        self.cleared = self.recovered = 0
        self.asked: list[int] = []
        self._buffer = bytearray()
        self._piece = bytearray()
        self._arriving = bytearray()
        self._late: list[bytes] = []
        self._send: Callable[[bytes], None] = lambda _: None
        self._changed = threading.Condition()
        self._ends = False
        self._mechanism = threading.Thread(target=self._run, daemon=True)
        self._mechanism.start()

    # ---- for the test ----------------------------------------------------------------------------

    @contextlib.contextmanager
    def change(self) -> Iterator[None]:
        """Change something of the printer, which goes on by what is so then."""
        with self._changed:
            yield
            self._changed.notify_all()

    def wait_until(self, is_so: Callable[[], object]) -> None:
        """Wait until something about the printer is so."""
        with self._changed:
            assert self._changed.wait_for(is_so, _WAIT_S), "it never came to that"

    def send_late(self) -> None:
        """Send the marks that are late."""
        with self._changed:
            late, self._late = self._late, []
        for answer in late:
            self.send(answer)

    def lose_buffer(self) -> None:
        """Forget what was not printed, as a printer does that is switched off."""
        with self._changed:
            self._forget()

    @property
    def unfinished(self) -> bytes:
        """What is on paper and not cut off."""
        return bytes(self._piece)

    @property
    def has_nothing(self) -> bool:
        """Whether nothing is on paper and nothing waits for it."""
        return not (self.pieces or self._piece or self._buffer)

    def text(self, place: int) -> list[str]:
        """The rows of one piece of paper."""
        paper = Paper(lambda _page, byte: bytes([byte]).decode("cp437"))
        paper.print(self.pieces[place])
        return [row.text for row in paper.rows]

    def pictures(self, place: int) -> list[Image.Image]:
        """The pictures on one piece of paper."""
        from PIL import Image, ImageOps

        found = []
        rest = self.pieces[place]
        while rest:
            length = command_length(rest)
            if rest[:3] == b"\x1dv0":
                width, height = struct.unpack_from("<HH", rest, 4)
                dots = Image.frombytes("1", (8 * width, height), rest[8:length])
                found.append(ImageOps.invert(dots.convert("L")))  # a bit that is set is ink
            rest = rest[length:]
        return found

    def close(self) -> None:
        """End the mechanism."""
        with self.change():
            self._ends = True
        self._mechanism.join(_WAIT_S)

    # ---- for the cable ---------------------------------------------------------------------------

    def plug_in(self, send: Callable[[bytes], None]) -> None:
        """From now on answers go out this way."""
        with self.change():
            self._send = send
            self._arriving.clear()
        if self.chatters:
            self.send(b"\x11" + _ASB)

    def receive(self, data: bytes) -> None:
        """What comes from the till."""
        with self._changed:
            self._arriving += data
        while (command := self._next_arrived()) is not None:
            if command[0] == _DLE:
                self._obey_at_once(command)
            else:
                with self.change():
                    self._buffer += command

    def _next_arrived(self) -> bytes | None:
        with self._changed:
            length = command_length(bytes(self._arriving)) if self._arriving else 0
            command = bytes(self._arriving[:length])
            del self._arriving[:length]
        return command or None

    # ---- real time -------------------------------------------------------------------------------

    def _obey_at_once(self, command: bytes) -> None:
        if command[1] == 0x04:
            with self.change():
                self.asked.append(command[2])
                answer = bytes([self._status(command[2])])
                is_answered = command[2] in self.answers_status
            if is_answered:
                self.send((b"\x11" + _ASB if self.chatters else b"") + answer)
        elif not self.knows_real_time:
            return
        elif command[:3] == b"\x10\x05\x02":
            with self.change():
                self.recovered += 1
                self.cutter_is_stuck = self.has_error = False
                self._forget()
        elif command[:3] == b"\x10\x14\x01":
            with self.change():
                self.pulses_at_once.append(command)
        elif command[:3] == b"\x10\x14\x08":
            with self.change():
                self.cleared += 1
                self._forget()
            self.send(b"\x37\x25\x00")

    def _status(self, about: int) -> int:
        stopped = self.is_off_line or not self._can_print()
        bits = {
            1: 0x04 * self.pin_is_high | 0x08 * stopped,
            2: 0x04 * self.cover_is_open
            | 0x20 * (self.paper == "out")
            | 0x40 * (self.cutter_is_stuck or self.has_error),
            3: 0x08 * self.cutter_is_stuck | 0x20 * self.has_error,
            4: {"there": 0, "near_end": 0x0C, "out": 0x6C}[self.paper],
        }
        return 0x12 | bits[about]

    def send(self, data: bytes) -> None:
        """Send something to whoever is at the other end of the cable."""
        pieces = [data[at : at + 1] for at in range(len(data))]
        for piece in pieces if self.answers_by_the_byte else [data]:
            with contextlib.suppress(OSError):  # nobody listens any more
                self._send(piece)

    # ---- the mechanism ---------------------------------------------------------------------------

    def _can_print(self) -> bool:
        troubles = (self.cover_is_open, self.is_off_line, self.cutter_is_stuck, self.has_error)
        return self.paper != "out" and not any(troubles)

    def _forget(self) -> None:
        self._buffer.clear()
        self._late.clear()
        if self._piece:
            self.torn.append(bytes(self._piece))
            self._piece.clear()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ends or self._next())
                if self._ends:
                    return
                command = self._next()
                del self._buffer[: len(command)]
                answer = self._print(command)
                pause_s = self.row_s if command == b"\n" else 0
                self._changed.notify_all()
            if answer:
                self.send(answer)
            if pause_s:
                time.sleep(pause_s)

    def _next(self) -> bytes:
        """The next whole command of the buffer, where anything is printed now."""
        if not self._buffer or not self._can_print():
            return b""
        return bytes(self._buffer[: command_length(bytes(self._buffer))])

    def _print(self, command: bytes) -> bytes:
        """Print a command; what the printer sends for it."""
        if command[:3] == b"\x1d(H":
            self.marks.append(command[7:])
            answer = b"\x37\x22" + command[7:] + b"\x00"
            if self.says_printed == "late":
                self._late.append(answer)
            return answer if self.says_printed == "at once" else b""
        if command[:2] == b"\x1bp":
            self.pulses.append(command)
            return b""
        self._piece += command
        if command == b"\n" and self.rows_left is not None:
            self.rows_left -= 1
            if self.rows_left <= 0:
                self.paper, self.rows_left = "out", None
        if command[:2] == b"\x1dV":
            if self.sticks_at_next_cut:
                self.cutter_is_stuck, self.sticks_at_next_cut = True, False
            self.pieces.append(bytes(self._piece))
            self._piece.clear()
        return b""


class TcpCable:
    """The printer's port of the network, which takes one connection at a time.

    `drops_after` and `stops_after`: after so many bytes of a job the connection is cut, or nothing
    more is read; each happens once.
    """

    def __init__(self, printer: PrinterStandIn, port: int = 0) -> None:
        self._printer = printer
        self._goes_on = threading.Event()
        self._server = _listening(port)
        self.port: int = self._server.getsockname()[1]
        self._connection: socket.socket | None = None
        self.drops_after: int | None = None
        self.stops_after: int | None = None
        self.connections = 0
        self._thread = threading.Thread(target=self._serve, args=(self._server,), daemon=True)
        self._thread.start()

    def go_on(self) -> None:
        """Read on, where nothing more was read."""
        self._goes_on.set()

    def switch_off(self) -> None:
        """The printer is switched off: connection, port and buffer are gone."""
        self._goes_on.set()
        server, connection = self._server, self._connection
        _shut(server)
        if connection is not None:
            _shut(connection)
        self._thread.join(_WAIT_S)
        self._printer.lose_buffer()

    def switch_on(self) -> None:
        """The printer is there again, at the same port."""
        self._goes_on.clear()
        self._server = _listening(self.port)
        self._thread = threading.Thread(target=self._serve, args=(self._server,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Close the port for good."""
        self.switch_off()

    def _serve(self, server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                server.close()
                return
            self._connection = connection
            self.connections += 1
            self._printer.plug_in(connection.sendall)
            with contextlib.suppress(OSError):
                self._talk(connection)
            self._connection = None
            connection.close()

    def _talk(self, connection: socket.socket) -> None:
        came = 0
        while data := connection.recv(64):
            self._printer.receive(data)
            if data[:1] != b"\x10":  # questions do not count
                came += len(data)
            if self.drops_after is not None and came >= self.drops_after:
                self.drops_after = None
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                return
            if self.stops_after is not None and came >= self.stops_after:
                self.stops_after = None
                self._goes_on.clear()
                self._goes_on.wait(_WAIT_S)


def _listening(port: int) -> socket.socket:
    """A server whose connections hold little that the printer has not read."""
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL)
    server.bind(("127.0.0.1", port))
    server.listen()
    return server


def _shut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        end.shutdown(socket.SHUT_RDWR)
    end.close()


class PtyCable:
    """A serial port or a device with the printer at its end. Not on Windows."""

    def __init__(self, printer: PrinterStandIn) -> None:
        import pty
        import tty

        self._ours, theirs = pty.openpty()
        tty.setraw(theirs)
        self.path = os.ttyname(theirs)
        self._theirs = theirs  # kept open: without it our end is at an end between two jobs
        printer.plug_in(lambda data: _write_all(self._ours, data))
        self._printer = printer
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Pull the cable out."""
        os.close(self._theirs)
        self._thread.join(_WAIT_S)
        if not self._thread.is_alive():  # else it would read what the number's next owner is sent
            os.close(self._ours)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(self._ours, 64):
                self._printer.receive(data)


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]


HAS_PTYS = sys.platform != "win32"
