"""Settings of scanners: those that type, and those with a device of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from pos_tui.settings.section import Milliseconds, Positive, Section

ScannerLayout = Literal["us", "uk", "de", "fr", "es", "it"]


class EvdevDevice(Section, frozen=True, tag_field="kind", tag="evdev"):
    """A keyboard-like scanner on Linux, by a part of its name or by its path."""

    device: str
    name: str = "1"
    layout: ScannerLayout = "us"
    grab: bool = True


class SerialDevice(Section, frozen=True, tag_field="kind", tag="serial"):
    """A scanner on a serial port (or USB-COM): a path, COMn, or usb:VVVV:PPPP."""

    port: str
    name: str = "1"
    baud: Positive = 9600
    bits: Literal[5, 6, 7, 8] = 8
    parity: Literal["N", "E", "O", "M", "S"] = "N"
    stop: Literal[1, 2] = 1
    encoding: str = "utf-8"


class HidrawDevice(Section, frozen=True, tag_field="kind", tag="hidraw"):
    """A scanner in HID-POS mode on Linux, by a part of its name or by its path."""

    device: str
    name: str = "1"


class RawInputDevice(Section, frozen=True, tag_field="kind", tag="raw_input"):
    """A scanner on Windows, by a part of its device name (VID_05E0&PID_1200)."""

    device: str
    name: str = "1"
    layout: ScannerLayout = "us"


ScannerDevice = EvdevDevice | SerialDevice | HidrawDevice | RawInputDevice


class ScannerSettings(Section, frozen=True):
    """How keystrokes of a scanner differ from typing (milliseconds, characters), what it types for
    the separator GS where that is not GS itself, which scanners have a device of their own, and
    the folder in which new pictures of codes are looked for.
    """

    prefix: str = ""
    suffix: str = ""
    separator: Annotated[str, Meta(max_length=8, pattern=r"^$|[^0-9A-Za-z]|^FNC1$")] = ""
    shortest: Positive = 4
    mean_gap_ms: Milliseconds = 50.0
    longest_gap_ms: Milliseconds = 100.0
    double_read_ms: Annotated[float, Meta(ge=0, le=5_000)] = 300.0
    pictures: Path | None = None
    device: tuple[ScannerDevice, ...] = ()
