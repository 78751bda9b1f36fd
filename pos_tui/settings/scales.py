"""Settings of the scale that goods are weighed on at the till."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pos_tui.settings.section import Section

Parity = Literal["N", "E", "O", "M", "S"]
_BAUD_RATES = Literal[0, 300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200]


class SerialLine(NamedTuple):
    """How bytes go over a serial line."""

    baud: int
    bits: int
    parity: Parity
    stop: int


class ScaleSettings(Section, frozen=True):
    """The scale: `none`, one that speaks as a Toledo 8217 does, or MT-SICS; on a serial port (or
    USB-COM): a path, COMn, or usb:VVVV:PPPP. Where baud, bits (0) or parity ("") are not set, they
    are those that such a scale has when it is new.
    """

    kind: Literal["none", "toledo_8217", "mt_sics"] = "none"
    port: str = ""
    baud: _BAUD_RATES = 0
    bits: Literal[0, 7, 8] = 0
    parity: Literal["", "N", "E", "O", "M", "S"] = ""
    stop: Literal[1, 2] = 1

    @property
    def line(self) -> SerialLine:
        """Baud rate, bits, parity and stop bits, each as set or as is usual for the kind."""
        bits, parity = (7, "E") if self.kind == "toledo_8217" else (8, "N")
        return SerialLine(
            self.baud or 9600,
            self.bits or bits,
            self.parity or parity,  # type: ignore[arg-type]  # one of two literals
            self.stop,
        )
