"""What explains that a drawer is off: the few acts of a shift that come to exactly the difference.

Each way in which people go wrong with cash gives, for each act, the difference that it would make.
Those that come to the very difference are ranked: how usual the mistake is, and how likely it hits
these acts and no others by chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from msgspec import Struct

DrawerMoveKind = Literal[
    "cash_sale", "other_sale", "cash_refund", "other_refund", "pay_in", "pay_out", "drop", "float"
]
MistakeKind = Literal[
    "note_mistaken",
    "counted_as_other",
    "not_counted",
    "digits_swapped",
    "ten_times",
    "change_twice",
    "change_kept",
    "other_as_cash",
    "cash_as_other",
    "refund_in_cash",
    "refund_not_in_cash",
    "rung_twice",
    "out_without_slip",
    "drop_not_booked",
    "booked_twice",
    "float_wrong",
]
_USUAL: Mapping[MistakeKind, float] = {
    "note_mistaken": 2.0,
    "counted_as_other": 1.5,
    "not_counted": 1.0,
    "digits_swapped": 1.0,
    "ten_times": 0.5,
    "change_twice": 0.7,
    "change_kept": 0.7,
    "other_as_cash": 1.5,
    "cash_as_other": 1.5,
    "refund_in_cash": 1.0,
    "refund_not_in_cash": 0.5,
    "rung_twice": 1.0,
    "out_without_slip": 1.0,
    "drop_not_booked": 1.0,
    "booked_twice": 0.7,
    "float_wrong": 1.0,
}
_TWICE_WITHIN = timedelta(minutes=3)
_MOST_PIECES = 5  # so many notes of one kind are mixed up with another at once
_LONGEST_ROLL = 60


class DrawerMove(Struct, frozen=True):
    """One act of a shift that moved cash, or could have: amounts in minor units, not negative.

    `number` is that of the sale or the slip. `given` and `change` are those of a cash sale.
    """

    kind: DrawerMoveKind
    number: int
    amount: int
    at: datetime
    given: int = 0
    change: int = 0


class Explanation(Struct, frozen=True):
    """A mistake that makes exactly the difference; `acts` are those that it may have happened with.

    `booked` and `real` are the denominations that were mixed up, or the amounts as they were booked
    and as they should have been; `pieces` how many of them.
    """

    kind: MistakeKind
    acts: tuple[DrawerMove, ...] = ()
    booked: int = 0
    real: int = 0
    pieces: int = 1


class _Mistake(Struct, frozen=True):
    """One way to go wrong: what it does to the drawer, and how probable it is within its kind."""

    effect: int
    explanation: Explanation
    share: float


def explain_difference(
    difference: int,
    acts: Sequence[DrawerMove],
    counted: Mapping[int, int],
    denominations: Sequence[int],
    left_before: int | None = None,
    most: int = 3,
) -> tuple[Explanation, ...]:
    """The mistakes that make this difference (counted less expected, minor units), the most
    probable first; those of one kind and the same amounts are one, with all acts that it fits.

    `counted` is how many pieces of each denomination the count had; `left_before` what the count
    before left in the drawer. Where no single mistake explains it, nothing is said.
    """
    if not difference:
        return ()
    found: dict[tuple[MistakeKind, int, int, int], tuple[float, list[DrawerMove]]] = {}
    for mistakes in (
        _with_notes(acts, denominations),
        _in_the_count(counted, denominations),
        _typed_wrong(acts, counted),
        _with_change(acts),
        _other_tender(acts),
        _rung_twice(acts),
        _not_booked(acts, difference, denominations),
        _booked_twice(acts),
        _with_the_float(acts, left_before),
    ):
        for each in mistakes:
            if each.effect != difference:
                continue
            why = each.explanation
            key = (why.kind, why.booked, why.real, why.pieces)
            weight, those = found.get(key, (0.0, []))
            those.extend(why.acts)
            found[key] = (weight + each.share * _USUAL[why.kind], those)
    ranked = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))
    return tuple(
        Explanation(kind, tuple(those), booked, real, pieces)
        for (kind, booked, real, pieces), (_, those) in ranked[:most]
    )


def _of(acts: Iterable[DrawerMove], *kinds: DrawerMoveKind) -> list[DrawerMove]:
    return [each for each in acts if each.kind in kinds]


def _each(
    kind: MistakeKind, acts: Sequence[DrawerMove], effect: Callable[[DrawerMove], int]
) -> Iterator[_Mistake]:
    """A mistake that happens with each of these acts just as well."""
    for act in acts:
        yield _Mistake(effect(act), Explanation(kind, (act,)), 1 / len(acts))


def _with_notes(acts: Sequence[DrawerMove], denominations: Sequence[int]) -> Iterator[_Mistake]:
    """A note was taken for another one, and the change given for that."""
    notes = sorted(denominations)[-6:]
    sales = _of(acts, "cash_sale")
    handed = [(act, _notes_of(act.given, notes)) for act in sales]
    pairs = [
        (act, booked, real)
        for act, with_these in handed
        for booked in with_these
        for real in notes
        if real != booked and act.given - booked + real > 0
    ]
    near = {
        (booked, real): 3.0 if abs(notes.index(booked) - notes.index(real)) == 1 else 1.0
        for booked in notes
        for real in notes
    }
    whole = sum(near[booked, real] for _, booked, real in pairs)
    for act, booked, real in pairs:
        why = Explanation("note_mistaken", (act,), booked, real)
        yield _Mistake(real - booked, why, near[booked, real] / whole)


def _notes_of(given: int, notes: Sequence[int]) -> list[int]:
    """The notes that an amount was most likely handed over in: the fewest."""
    found, left = [], given
    for note in reversed(notes):
        if left >= note:
            found.append(note)
            left %= note
    return found


def _in_the_count(counted: Mapping[int, int], denominations: Sequence[int]) -> Iterator[_Mistake]:
    """Pieces were counted as another denomination, or one of them was left out."""
    order = sorted(denominations)
    mixed = [
        (real, booked, pieces)
        for place, booked in enumerate(order)
        for real in (*order[max(place - 2, 0) : place], *order[place + 1 : place + 3])
        for pieces in range(1, min(counted.get(booked, 0), _MOST_PIECES) + 1)
    ]
    whole = sum(1 / pieces for *_, pieces in mixed)
    for real, booked, pieces in mixed:
        why = Explanation("counted_as_other", (), booked, real, pieces)
        yield _Mistake(pieces * (booked - real), why, 1 / pieces / whole)
    missing = [each for each in order if not counted.get(each)]
    for each in missing:
        for pieces in range(1, _LONGEST_ROLL + 1):
            why = Explanation("not_counted", (), each, 0, pieces)
            yield _Mistake(-pieces * each, why, 1 / len(missing) / _LONGEST_ROLL)


def _typed_wrong(acts: Sequence[DrawerMove], counted: Mapping[int, int]) -> Iterator[_Mistake]:
    """Two digits of an amount, or of a number of pieces, were swapped, or there was one too many.

    A number whose digits are swapped is off by a multiple of nine.
    """
    typed = _of(acts, "pay_in", "pay_out", "drop", "float")
    swaps = [(act, act.amount, real) for act in typed for real in _swapped(act.amount)]
    pieces = [
        (each, count, real) for each, count in counted.items() if each for real in _swapped(count)
    ]
    whole = len(swaps) + len(pieces)
    for act, booked, real in swaps:
        why = Explanation("digits_swapped", (act,), booked, real)
        yield _Mistake(_real_less_booked(act, booked, real), why, 1 / whole)
    for each, count, real in pieces:
        why = Explanation("digits_swapped", (), count * each, real * each)
        yield _Mistake((count - real) * each, why, 1 / whole)
    tens = [
        (act, act.amount, real)
        for act in typed
        for real in (act.amount * 10, act.amount // 10)
        if real and act.amount in {real * 10, real // 10}
    ]
    for act, booked, real in tens:
        why = Explanation("ten_times", (act,), booked, real)
        yield _Mistake(_real_less_booked(act, booked, real), why, 1 / len(tens))


def _real_less_booked(act: DrawerMove, booked: int, real: int) -> int:
    """What is in the drawer beyond what is expected, when an act was of `real` and not `booked`."""
    return real - booked if act.kind in {"pay_in", "float"} else booked - real


def _swapped(number: int) -> set[int]:
    """What a number becomes when two neighbouring digits are swapped; zeros at its end stay."""
    digits = str(number)
    ends = len(digits) - len(digits.rstrip("0"))
    body, tail = digits[: len(digits) - ends], "0" * ends
    if ends:  # 540 is as often a 450 as a 504
        body, tail = body + "0", tail[1:]
    found = {
        int(body[:place] + body[place + 1] + body[place] + body[place + 2 :] + tail)
        for place in range(len(body) - 1)
    }
    return {each for each in found if each != number and len(str(each)) == len(digits)}


def _with_change(acts: Sequence[DrawerMove]) -> Iterator[_Mistake]:
    changed = [act for act in _of(acts, "cash_sale") if act.change]
    yield from _each("change_twice", changed, lambda act: -act.change)
    yield from _each("change_kept", changed, lambda act: act.change)


def _other_tender(acts: Sequence[DrawerMove]) -> Iterator[_Mistake]:
    """It went another way than it was booked: cash for a card, or the other way round."""
    yield from _each("other_as_cash", _of(acts, "cash_sale"), lambda act: -act.amount)
    yield from _each("cash_as_other", _of(acts, "other_sale"), lambda act: act.amount)
    yield from _each("refund_in_cash", _of(acts, "other_refund"), lambda act: -act.amount)
    yield from _each("refund_not_in_cash", _of(acts, "cash_refund"), lambda act: act.amount)


def _rung_twice(acts: Sequence[DrawerMove]) -> Iterator[_Mistake]:
    """A cash sale that follows another of the same amount at once."""
    sales = _of(acts, "cash_sale")
    twins = [
        (before, act)
        for before, act in pairwise(sales)
        if before.amount == act.amount and act.at - before.at <= _TWICE_WITHIN
    ]
    for before, act in twins:
        why = Explanation("rung_twice", (before, act))
        yield _Mistake(-act.amount, why, 1 / len(twins))


def _not_booked(
    acts: Sequence[DrawerMove], difference: int, denominations: Sequence[int]
) -> Iterator[_Mistake]:
    """Money that went out without a slip: a round sum, or one that had gone out before."""
    if difference >= 0 or not denominations:
        return
    gone, order = -difference, sorted(denominations)
    note = order[-1]
    small = next((each for each in order[::-1] if each * 10 <= note), order[0])
    out = {act.amount for act in _of(acts, "pay_out")}
    if gone in out:
        yield _Mistake(difference, Explanation("out_without_slip", (), gone), 0.4)
    elif gone % small == 0 and gone <= 5 * note:
        yield _Mistake(difference, Explanation("out_without_slip", (), gone), 1 / 25)
    dropped = {act.amount for act in _of(acts, "drop")}
    if gone in dropped:
        yield _Mistake(difference, Explanation("drop_not_booked", (), gone), 0.4)
    elif gone % note == 0:
        yield _Mistake(difference, Explanation("drop_not_booked", (), gone), 1 / 15)


def _booked_twice(acts: Sequence[DrawerMove]) -> Iterator[_Mistake]:
    """The same pay-out, drop or pay-in was booked a second time."""
    booked = _of(acts, "pay_in", "pay_out", "drop")
    twins = [
        (before, act)
        for before, act in pairwise(booked)
        if (before.kind, before.amount) == (act.kind, act.amount)
    ]
    for before, act in twins:
        why = Explanation("booked_twice", (before, act))
        sign = -1 if act.kind == "pay_in" else 1
        yield _Mistake(sign * act.amount, why, 1 / len(twins))


def _with_the_float(acts: Sequence[DrawerMove], left_before: int | None) -> Iterator[_Mistake]:
    """The float was not what the count before had left."""
    floats = _of(acts, "float")
    if left_before is None or not floats or floats[0].amount == left_before:
        return
    act = floats[0]
    why = Explanation("float_wrong", (act,), act.amount, left_before)
    yield _Mistake(left_before - act.amount, why, 1.0)
