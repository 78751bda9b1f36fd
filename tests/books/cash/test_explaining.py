"""A drawer that is off, and what explains it: mistakes planted in random days are found again."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from pos_tui.books.cash.explaining import DrawerMove, DrawerMoveKind, explain_difference

OPEN = datetime(2026, 11, 29, 8, tzinfo=UTC)
NOTES = (500, 1000, 2000, 5000, 10000)
ALL = (10, 50, 100, *NOTES)


@dataclass
class Day:
    """What the books say of a shift, and what really lies in the drawer."""

    acts: list[DrawerMove] = field(default_factory=list)
    counted: Counter[int] = field(default_factory=Counter)
    left_before: int = 50_000
    off: int = 0
    kind: str = ""
    act: DrawerMove | None = None

    def of(self, *kinds: str) -> list[DrawerMove]:
        return [each for each in self.acts if each.kind in kinds]


def a_day(chance: random.Random) -> Day:
    """A shift of a small shop: its sales, a few slips, and the pieces that a count should find."""
    day = Day()
    at = OPEN
    day.acts.append(DrawerMove("float", 0, day.left_before, at))
    for number in range(1, chance.randint(80, 400)):
        at += timedelta(seconds=chance.randint(20, 180))
        amount = max(round(chance.lognormvariate(7.6, 0.8) / 10) * 10, 50)
        roll = chance.random()
        if roll < 0.55:
            given = handed_over(chance, amount)
            day.acts.append(DrawerMove("cash_sale", number, amount, at, given, given - amount))
        elif roll < 0.97:
            day.acts.append(DrawerMove("other_sale", number, amount, at))
        else:
            kinds: tuple[DrawerMoveKind, ...] = ("cash_refund", "other_refund")
            kind = chance.choice(kinds)
            day.acts.append(DrawerMove(kind, number, amount, at))
    for number in range(1, chance.randint(1, 4)):
        at += timedelta(seconds=30)
        amount = chance.choice((1000, 2000, 3500, 4500, 5000, 6300, 12_000, 15_000))
        slips: tuple[DrawerMoveKind, ...] = ("pay_out", "pay_in")
        day.acts.append(DrawerMove(chance.choice(slips), number, amount, at))
    for number in range(1, chance.randint(1, 3)):
        at += timedelta(seconds=30)
        day.acts.append(DrawerMove("drop", number, chance.randint(3, 20) * 10_000, at))
    there = sum(signed(each) for each in day.acts)
    if there < 0:
        return a_day(chance)
    for piece in sorted(ALL, reverse=True):
        most = there // piece
        pieces = most if piece == ALL[0] else chance.randint(most // 2, most)
        day.counted[piece] = pieces
        there -= pieces * piece
    return day


def signed(act: DrawerMove) -> int:
    into = {"cash_sale": 1, "pay_in": 1, "float": 1, "cash_refund": -1, "pay_out": -1, "drop": -1}
    return into.get(act.kind, 0) * act.amount


def handed_over(chance: random.Random, amount: int) -> int:
    """What a customer gives: exactly, the next note up, or so much that the change is round."""
    roll = chance.random()
    if roll < 0.25:
        return amount
    if roll < 0.9:
        enough = [note for note in NOTES if note >= amount]
        return enough[0] if enough and roll < 0.7 else -(-amount // 10_000) * 10_000
    return -(-amount // 1000) * 1000


def mistaken_note(day, chance):
    whole = [(each, n) for each in day.of("cash_sale") for n in NOTES if each.given == n]
    act, note = chance.choice(whole)
    place = NOTES.index(note)
    near = [NOTES[other] for other in (place - 1, place + 1) if 0 <= other < len(NOTES)]
    return "note_mistaken", act, chance.choice(near) - note


def counted_as_other(day, chance):
    booked = chance.choice([each for each in NOTES if day.counted[each]] or [10])
    place = ALL.index(booked)
    real = ALL[place - 1] if place else ALL[1]
    return "counted_as_other", None, booked - real


def swapped(day, chance):
    slips = [
        each
        for each in day.of("pay_in", "pay_out")
        if str(each.amount)[0] != str(each.amount)[1] and str(each.amount)[1] != "0"
    ]
    if not slips:
        return None
    act = chance.choice(slips)
    text = str(act.amount)
    real = int(text[1] + text[0] + text[2:])
    return "digits_swapped", act, (real - act.amount) * (1 if act.kind == "pay_in" else -1)


def change_twice(day, chance):
    act = chance.choice([each for each in day.of("cash_sale") if each.change])
    return "change_twice", act, -act.change


def other_as_cash(day, chance):
    act = chance.choice(day.of("cash_sale"))
    return "other_as_cash", act, -act.amount


def cash_as_other(day, chance):
    act = chance.choice(day.of("other_sale"))
    return "cash_as_other", act, act.amount


def refund_in_cash(day, chance):
    refunds = day.of("other_refund")
    return ("refund_in_cash", act, -act.amount) if (act := (refunds or [None])[0]) else None


def rung_twice(day, chance):
    act = chance.choice(day.of("cash_sale"))
    again = DrawerMove(
        "cash_sale", act.number + 1000, act.amount, act.at + timedelta(seconds=15), act.amount
    )
    day.acts.insert(day.acts.index(act) + 1, again)
    return "rung_twice", again, -act.amount


def out_without_slip(day, chance):
    return "out_without_slip", None, -chance.choice((1000, 2000, 5000, 8000, 10_000))


def drop_not_booked(day, chance):
    return "drop_not_booked", None, -chance.randint(3, 20) * 10_000


PLANTS = (
    mistaken_note, counted_as_other, swapped, change_twice, other_as_cash, cash_as_other,
    refund_in_cash, rung_twice, out_without_slip, drop_not_booked,
)  # fmt: skip


def days(many):
    """Random days with one mistake in each, of ten kinds in turn."""
    chance = random.Random(20261129)
    made = 0
    while made < many:
        day = a_day(chance)
        planted = PLANTS[made % len(PLANTS)](day, chance)
        if planted is None or not planted[2]:
            continue
        day.kind, day.act, day.off = planted
        made += 1
        yield day


def test_the_true_mistake_is_among_the_first_three():
    found, missed = 0, Counter[str]()
    many = 1000
    for day in days(many):
        said = explain_difference(day.off, day.acts, day.counted, ALL, day.left_before)
        if any(
            each.kind == day.kind and (day.act is None or day.act in each.acts) for each in said
        ):
            found += 1
        else:
            missed[day.kind] += 1
    assert found >= 0.8 * many, missed


def test_whatever_is_said_comes_to_the_difference():
    for day in days(50):
        for each in explain_difference(day.off, day.acts, day.counted, ALL, day.left_before, 99):
            if each.kind in {"other_as_cash", "refund_in_cash", "rung_twice"}:
                assert {-act.amount for act in each.acts} == {day.off}
            elif each.kind == "note_mistaken":
                assert each.real - each.booked == day.off
            elif each.kind == "counted_as_other":
                assert each.pieces * (each.booked - each.real) == day.off
                assert day.counted[each.booked] >= each.pieces


SALE = DrawerMove("cash_sale", 7, 1250, OPEN, 2000, 750)
DROP = DrawerMove("drop", 1, 54_000, OPEN)


@pytest.mark.parametrize(
    ("difference", "kind", "amounts"),
    [
        (3000, "note_mistaken", (2000, 5000)),
        (-1250, "other_as_cash", (0, 0)),
        (750, "change_kept", (0, 0)),
        (9000, "digits_swapped", (54_000, 45_000)),
        (48_600, "ten_times", (54_000, 5_400)),
    ],
)
def test_one_act_explains_it(difference, kind, amounts):
    said = explain_difference(difference, (SALE, DROP), {2000: 1}, ALL)
    assert (said[0].kind, (said[0].booked, said[0].real)) == (kind, amounts)


def test_a_drawer_that_agrees_needs_no_explanation():
    assert explain_difference(0, (SALE,), {}, ALL) == ()


def test_what_nothing_explains_is_not_explained():
    assert explain_difference(123_457, (SALE,), {}, ALL) == ()
