"""When a weight may be sold: two equal readings at rest, and an empty scale since the last one."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from pos_tui.checkout.weighed import WeighingState
from pos_tui.devices.scales.reading import ScaleReading

APART_S = 0.3
"""So far apart are the two readings that have to agree."""

_TOO_OLD_S = 2.0  # a first reading that was so long ago agrees with nothing


class WeightVerdict(Struct, frozen=True):
    """What a reading comes to: where the weighing is, and what is weighed in grams (net).

    `is_taken`: this weight is to be sold, now and once. `grams` may also be a weight that may not
    be sold, to be shown.
    """

    state: WeighingState
    grams: Decimal | None = None
    is_net: bool = False
    is_taken: bool = False


class WeightRule:
    """Judges the readings of one scale, those between two weighings too.

    Each weight that is taken, and each that is typed, wants an empty scale before the next one: so
    nobody pays for what the customer before left there. An empty scale counts whenever it was seen,
    so goods may lie there before they are scanned. A scale that does not answer may have been
    switched off, and takes what lies on it for nothing when it comes back: then, and at the start,
    an empty one is wanted too.
    """

    def __init__(self) -> None:
        self.has_seen_zero = False
        self._first: ScaleReading | None = None
        self._tare = 0
        self._least = Decimal(0)
        self._is_weighing = False

    def begin(self, tare: int, least: Decimal = Decimal(0)) -> None:
        """A product is to be weighed, which has this tare, and of which less than `least` is
        nothing, both in grams. No earlier reading counts.
        """
        self._first, self._tare, self._least, self._is_weighing = None, tare, least, True

    def end(self) -> None:
        """Nothing is to be weighed any more."""
        self.begin(0)
        self._is_weighing = False

    def use_up(self) -> None:
        """What lies on the scale was sold: it has to be seen empty before the next one."""
        self.has_seen_zero = False
        self._first = None

    def accept_as_it_lies(self) -> None:
        """Somebody has looked: what lies on the scale is what is to be weighed now."""
        self.has_seen_zero = True
        self._first = None

    def judge(self, reading: ScaleReading) -> WeightVerdict:
        """What this reading comes to."""
        grams = self._net(reading)
        if reading.state != "stable" or grams is None:
            self._first = None
            if reading.state == "no_answer":
                self.has_seen_zero = False
            state: WeighingState = "moving" if reading.state == "stable" else reading.state
            return WeightVerdict(state, grams, reading.is_net)
        if reading.is_zero:
            self._first, self.has_seen_zero = None, True
            return WeightVerdict("put_on", is_net=reading.is_net)
        if grams <= 0 or grams < self._least:
            self._first = None
            return WeightVerdict("too_light", is_net=reading.is_net)
        if not self.has_seen_zero:
            return WeightVerdict("take_off", grams, reading.is_net)
        if not (self._is_weighing and self._agrees(reading)):
            return WeightVerdict("steady", grams, reading.is_net)
        self.use_up()
        self._is_weighing = False
        return WeightVerdict("steady", grams, reading.is_net, is_taken=True)

    def _net(self, reading: ScaleReading) -> Decimal | None:
        if reading.grams is None:
            return None
        return reading.grams if reading.is_net else reading.grams - self._tare

    def _agrees(self, reading: ScaleReading) -> bool:
        """Whether the reading is the second of two that agree; else it may be the first."""
        first = self._first
        if (
            first is None
            or (first.grams, first.is_net) != (reading.grams, reading.is_net)
            or not 0 <= reading.at - first.at <= _TOO_OLD_S
        ):
            self._first = reading
            return False
        return reading.at - first.at >= APART_S
