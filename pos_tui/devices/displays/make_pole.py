"""The display of the settings."""

from __future__ import annotations

from collections.abc import Callable

from pos_tui.devices.displays.serial_pole import SerialPole, serial_port
from pos_tui.reasons import Reason
from pos_tui.settings import DisplaySettings


def make_pole(
    settings: DisplaySettings, notify: Callable[[Reason | None], None]
) -> SerialPole | None:
    """The display that the settings name; None where they name none. See SerialPole."""
    if settings.kind == "none":
        return None
    return SerialPole(
        settings.kind,
        lambda: serial_port(settings.port, settings.baud),
        settings.encoding,
        notify,
        settings.brightness,
    )
