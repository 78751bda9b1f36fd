"""The dialect of a Toledo 8217: W is answered by a weight, or by why there is none."""

from __future__ import annotations

import re
from decimal import Decimal

from pos_tui.devices.scales.dialect import Dialect, without_parity
from pos_tui.devices.scales.reading import GRAMS_OF, Reading
from pos_tui.reasons import because

# dd.ddd are kilograms, dd.dd pounds; N: a tare that was set at the scale is taken off.
_WEIGHT = re.compile(rb"\x02(\d\d\.\d{2,3})(N?)\r")
_STATUS = re.compile(rb"\x02\?(.)\r", re.DOTALL)
_STX = b"\x02"

# Each bit has a meaning of its own, and several may be set.
_IN_MOTION, _OVER_CAPACITY, _UNDER_ZERO = 0x01, 0x02, 0x04
_NET, _BAD_COMMAND, _NEVER = 0x20, 0x40, 0x88


def reading_of(answer: bytes) -> Reading:
    """What an answer means; bytes before its start are not looked at."""
    found = _read(answer)
    if found is not None:
        return found
    if _read(without_parity(answer)) is not None:
        return Reading("bad_data", why=because("scale.wrong_parity"))
    return Reading("bad_data", why=because("scale.garbage"))


def _read(answer: bytes) -> Reading | None:
    """What it means; None where it is no answer of such a scale."""
    start = answer.find(_STX)
    if start < 0:
        return None
    weight = _WEIGHT.fullmatch(answer, start)
    if weight is not None:
        number = weight[1].decode()
        unit = "lb" if len(number) == 5 else "kg"
        return Reading("stable", grams=Decimal(number) * GRAMS_OF[unit], is_net=weight[2] == b"N")
    status = _STATUS.fullmatch(answer, start)
    return None if status is None else _of_status(status[1][0])


def _of_status(bits: int) -> Reading | None:
    is_net = bool(bits & _NET)
    if bits & _NEVER:
        return None
    if bits & _BAD_COMMAND:
        return Reading("bad_data", why=because("scale.not_understood"))
    if bits & _OVER_CAPACITY:
        return Reading("over", is_net=is_net)
    if bits & _UNDER_ZERO:
        return Reading("under", is_net=is_net)
    # In motion; or it gives no cause, and is not ready.
    assert bits & _IN_MOTION or not bits & (_OVER_CAPACITY | _UNDER_ZERO)
    return Reading("moving", is_net=is_net)


TOLEDO = Dialect(b"W", b"\r", reading_of)
