"""The scanner of each `[[scanner.device]]` of the settings."""

from __future__ import annotations

from typing import assert_never

from pos_tui.devices.scanners.scanner import Scanner
from pos_tui.settings import (
    EvdevDevice,
    HidrawDevice,
    RawInputDevice,
    ScannerDevice,
    SerialDevice,
)


def make_scanner(settings: ScannerDevice) -> Scanner:
    """The scanner of one `[[scanner.device]]`."""
    match settings:
        case EvdevDevice(name=name, device=device, layout=layout, grab=grab):
            from pos_tui.devices.scanners.evdev_scanner import EvdevScanner

            return EvdevScanner(name, device, layout, grab)
        case SerialDevice(name=name, port=port):
            from pos_tui.devices.scanners.serial_scanner import SerialScanner

            return SerialScanner(
                name,
                port,
                settings.baud,
                settings.bits,
                settings.parity,
                settings.stop,
                settings.encoding,
            )
        case HidrawDevice(name=name, device=device):
            from pos_tui.devices.scanners.hid_pos import HidPosScanner

            return HidPosScanner(name, device)
        case RawInputDevice(name=name, device=device, layout=layout):
            from pos_tui.devices.scanners.raw_input import RawInputScanner

            return RawInputScanner(name, device, layout)
        case _:
            assert_never(settings)
