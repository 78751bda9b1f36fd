"""The scale that the settings ask for."""

from __future__ import annotations

import time
from collections.abc import Callable

from pos_tui.devices.scales.scale import NullScale, Scale
from pos_tui.settings.scales import ScaleSettings


def make_scale(settings: ScaleSettings, clock: Callable[[], float] = time.monotonic) -> Scale:
    """The scale that the settings name; `clock` gives seconds that only rise."""
    if settings.kind == "none":
        return NullScale()
    from pos_tui.devices.scales.mt_sics import MT_SICS
    from pos_tui.devices.scales.serial_port import open_port
    from pos_tui.devices.scales.serial_scale import SerialScale
    from pos_tui.devices.scales.toledo import TOLEDO

    dialect = TOLEDO if settings.kind == "toledo_8217" else MT_SICS
    return SerialScale(lambda: open_port(settings), dialect, clock)
