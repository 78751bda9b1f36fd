"""A Toledo 8217 that others emulate (emupos), read as a till reads one: `make hardware` runs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest

from pos_tui.devices.scales import Scale, make_scale
from pos_tui.settings import ScaleSettings

emulator_room = pytest.importorskip("tests.hardware.emulator")

DEVICE = {
    "id": "deli",
    "type": "scale",
    "profile": "toledo8217-15kg",
    "connections": [{"serial": {"pty": True}}],
}


@pytest.fixture(scope="module")
def emulator() -> Iterator[Any]:
    with emulator_room.emulated([DEVICE]) as emulator:
        yield emulator


@pytest.fixture
def scale(emulator: Any) -> Iterator[Scale]:
    settings = ScaleSettings(kind="toledo_8217", port=emulator.serial_port("deli"))
    with closing(make_scale(settings)) as scale:
        yield scale


def read(emulator: Any, scale: Scale, grams: int, *, stable: bool = True) -> tuple[object, ...]:
    emulator.put("/devices/deli/weight", {"grams": grams, "stable": stable})
    reading = scale.read()
    return reading.state, reading.grams


@pytest.mark.parametrize(
    ("grams", "stable", "expected"),
    [
        (0, True, ("stable", Decimal(0))),
        (1250, True, ("stable", Decimal(1250))),
        (14_995, True, ("stable", Decimal(14_995))),
        (1252, True, ("stable", Decimal(1250))),  # its divisions are 5 g
        (1250, False, ("moving", None)),
        (16_000, True, ("over", None)),
        (-100, True, ("under", None)),
        (16_000, False, ("over", None)),
    ],
)
def test_each_state_is_read(emulator, scale, grams, stable, expected):
    assert read(emulator, scale, grams, stable=stable) == expected


def test_zero_is_seen_again_after_each_weight(emulator, scale):
    for grams in (500, 0, 842, 0):
        state, weight = read(emulator, scale, grams)
        assert state == "stable"
        assert (weight == 0) == (grams == 0)
