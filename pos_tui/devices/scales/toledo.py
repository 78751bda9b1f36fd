"""The dialect of a Toledo 8217: W is answered by a weight, or by why there is none."""

from __future__ import annotations

import re
from decimal import Decimal

from pos_tui.devices.scales.dialect import ScaleDialect, without_parity
from pos_tui.devices.scales.reading import GRAMS_OF, ScaleReading
from pos_tui.reasons import because

# dd.ddd are kilograms, dd.dd pounds; N: a tare that was set at the scale is taken off.
_WEIGHT = re.compile(rb"\x02(\d\d\.\d{2,3})(N?)\r")
_STATUS = re.compile(rb"\x02\?(.)\r", re.DOTALL)
_STX = b"\x02"

# Each bit has a meaning of its own, and several may be set.
# 0x01 is in motion; a status that gives no cause is of a scale that is not ready either.
_OVER_CAPACITY, _UNDER_ZERO = 0x02, 0x04
_NET, _BAD_COMMAND, _NEVER = 0x20, 0x40, 0x88


def toledo_reading(answer: bytes) -> ScaleReading:
    """What an answer means; bytes before its start are not looked at."""
    found = _read(answer)
    if found is not None:
        return found
    if _read(without_parity(answer)) is not None:
        return ScaleReading("bad_data", why=because("scale.wrong_parity"))
    return ScaleReading("bad_data", why=because("scale.garbage"))


def _read(answer: bytes) -> ScaleReading | None:
    """What it means; None where it is no answer of such a scale."""
    start = answer.find(_STX)
    if start < 0:
        return None
    weight = _WEIGHT.fullmatch(answer, start)
    if weight is not None:
        number = weight[1].decode()
        unit = "lb" if len(number) == 5 else "kg"
        return ScaleReading(
            "stable", grams=Decimal(number) * GRAMS_OF[unit], is_net=weight[2] == b"N"
        )
    status = _STATUS.fullmatch(answer, start)
    return None if status is None else _of_status(status[1][0])


def _of_status(bits: int) -> ScaleReading | None:
    is_net = bool(bits & _NET)
    if bits & _NEVER:
        return None
    if bits & _BAD_COMMAND:
        return ScaleReading("bad_data", why=because("scale.not_understood"))
    if bits & _OVER_CAPACITY:
        return ScaleReading("over", is_net=is_net)
    if bits & _UNDER_ZERO:
        return ScaleReading("under", is_net=is_net)
    return ScaleReading("moving", is_net=is_net)


TOLEDO = ScaleDialect(b"W", b"\r", toledo_reading)
