"""A scale on a serial port, RS-232 or USB: asked, answered, opened again when it was away."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from msgspec.structs import replace

from pos_tui.devices.scales.dialect import ScaleDialect
from pos_tui.devices.scales.reading import ScaleReading
from pos_tui.devices.scales.serial_port import PortError, ScalePort
from pos_tui.reasons import because, reason_of

ANSWER_S = 0.5
"""Seconds in which a whole answer has come, or none will."""

_TRIES = 2
_QUIET_S, _LONGEST_QUIET_S = 0.3, 1.0
_LONGEST = 64  # bytes of an answer


class SerialScale:
    """Asks for each reading, in the dialect of its kind; never gives an earlier answer again."""

    def __init__(
        self,
        open_port: Callable[[], ScalePort],
        dialect: ScaleDialect,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`open_port` raises PortError; `clock` gives seconds that only rise."""
        self._open_port = open_port
        self._dialect = dialect
        self._clock = clock
        self._port: ScalePort | None = None
        self._is_late = False
        self._asks_for_tare = bool(dialect.tare_question)

    def read(self) -> ScaleReading:
        """What it says now; a port that was closed or went away is opened first."""
        was_open = self._port is not None
        reading = self._read()
        if was_open and self._port is None:
            reading = self._read()  # unplugged since, and perhaps there again
        return reading

    def close(self) -> None:
        """Give the port back."""
        port, self._port = self._port, None
        if port is not None:
            with contextlib.suppress(OSError):  # it is gone, which is what was wanted
                port.close()

    def _read(self) -> ScaleReading:
        at = self._clock()
        try:
            if self._port is None:
                self._port = self._open_port()
            for _ in range(_TRIES):
                at, answer = self._ask(self._port, self._dialect.question)
                if answer:
                    break
            else:
                return ScaleReading("no_answer", at, why=because("scale.silent"))
            reading = replace(self._dialect.reading_of(answer), at=at)
            if reading.state == "stable" and reading.grams and self._asks_for_tare:
                reading = replace(reading, is_net=self._has_tare(self._port))
            return reading
        except PortError as error:
            return ScaleReading("no_answer", at, why=error.reason)
        except OSError as error:
            self.close()
            return ScaleReading(
                "no_answer", at, why=because("scale.port_gone", why=reason_of(error))
            )

    def _has_tare(self, port: ScalePort) -> bool:
        """Whether a tare is set at the scale, as far as it can tell."""
        has_tare = self._dialect.has_tare(self._ask(port, self._dialect.tare_question)[1])
        if has_tare is None:
            self._asks_for_tare = False
        return bool(has_tare)

    def _ask(self, port: ScalePort, question: bytes) -> tuple[float, bytes]:
        """When it was asked, and what it answered: "" where nothing came."""
        self._drop_what_came(port)
        at = self._clock()
        port.write(question)
        answer, until = bytearray(), at + ANSWER_S
        while len(answer) < _LONGEST and self._clock() < until:
            answer += port.read(max(1, port.in_waiting))
            if answer.endswith(self._dialect.end):
                return at, bytes(answer)
        self._is_late = True
        return at, bytes(answer)

    def _drop_what_came(self, port: ScalePort) -> None:
        """An answer that comes too late is none of the next question's."""
        if waiting := port.in_waiting:
            port.read(waiting)
        if not self._is_late:
            return
        self._is_late = False
        quiet_since = began = self._clock()
        while (now := self._clock()) - quiet_since < _QUIET_S and now - began < _LONGEST_QUIET_S:
            if port.read(max(1, port.in_waiting)):
                quiet_since = self._clock()
