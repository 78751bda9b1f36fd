"""The dialect MT-SICS of Mettler-Toledo's scales: SI is answered at once, stable or not."""

from __future__ import annotations

import re
from decimal import Decimal

from pos_tui.devices.scales.dialect import ScaleDialect, without_parity
from pos_tui.devices.scales.reading import GRAMS_OF, ReadingState, ScaleReading
from pos_tui.reasons import because

# Some answer SI by SI and not by S.
_WEIGHT = re.compile(r"SI? ([SD]) +(-? *\d{1,9}(?:\.\d{1,6})?) (\w{1,2}) *\r\n", re.ASCII)
_STATUS = re.compile(r"SI? ([I+-]) *\r\n", re.ASCII)
_STATES: dict[str, ReadingState] = {"+": "over", "-": "under", "I": "moving"}
_NOT_UNDERSTOOD = re.compile(r"(ES|ET|EL|S L) *\r\n")
_TARE = re.compile(r"TA A +(\d{1,9}(?:\.\d{1,6})?) \w{1,2} *\r\n", re.ASCII)


def sics_reading(answer: bytes) -> ScaleReading:
    """What an answer means."""
    found = _read(answer)
    if found is not None:
        return found
    if _read(without_parity(answer)) is not None:
        return ScaleReading("bad_data", why=because("scale.wrong_parity"))
    return ScaleReading("bad_data", why=because("scale.garbage"))


def has_tare(answer: bytes) -> bool | None:
    """Whether a tare is set at the scale; None where the answer does not say."""
    found = _TARE.fullmatch(answer.decode("latin-1"))
    return None if found is None else Decimal(found[1]) > 0


def _read(answer: bytes) -> ScaleReading | None:
    """What it means; None where it is no answer of such a scale."""
    text = answer.decode("latin-1")
    weight = _WEIGHT.fullmatch(text)
    if weight is not None:
        return _of_weight(weight[1] == "S", Decimal(weight[2].replace(" ", "")), weight[3])
    status = _STATUS.fullmatch(text)
    if status is not None:
        return ScaleReading(_STATES[status[1]])
    if _NOT_UNDERSTOOD.fullmatch(text):
        return ScaleReading("bad_data", why=because("scale.not_understood"))
    return None


def _of_weight(is_stable: bool, number: Decimal, unit: str) -> ScaleReading | None:
    if unit not in GRAMS_OF:
        return ScaleReading("bad_data", why=because("scale.unit", unit=unit))
    grams = abs(number) * GRAMS_OF[unit]
    if number < 0:
        grams = -grams
        return ScaleReading("negative" if is_stable else "moving", grams=grams)
    return ScaleReading("stable" if is_stable else "moving", grams=grams)


MT_SICS = ScaleDialect(b"SI\r\n", b"\n", sics_reading, b"TA\r\n", has_tare)
