"""One order's way in time: what several machines know of it, as one timeline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from pos_tui.reasons import Reason, because, in_short

Source = Literal["till", "gateway", "log", "Redis"]
Point = Literal["", "drafted", "came", "charged", "logged", "published", "paid", "told"]

# What a paid order passes, each point after the one before. `told` is paid by a message's word,
# `paid` by the gateway's, which knows of no message.
_BY_MESSAGE: tuple[Point, ...] = ("drafted", "came", "logged", "published", "told")
_BY_GATEWAY: tuple[Point, ...] = ("drafted", "came", "logged", "paid")
_BY_PLATFORM: tuple[Point, ...] = ("drafted", "came", "charged", "logged", "published", "told")
_RANK: dict[Point, int] = {point: rank for rank, point in enumerate((*_BY_PLATFORM, "paid"))}


class TimelineStep(Struct, frozen=True, kw_only=True):
    """What happened to an order, and when (aware) by the clock of the machine that tells it.

    `point` names the steps of which it is known what must come before them. The values of `what`
    are texts, whole numbers and reasons of such, so that another machine can read them again.
    """

    at: datetime
    source: Source
    what: Reason
    point: Point = ""


class Note(Struct, frozen=True):
    """Something that has no time: how the order stands somewhere, or why a place says nothing.

    The values of `what` are as in a step.
    """

    source: Source
    what: Reason


class Refund(Struct, frozen=True):
    """Money that is to go back or has gone; amount in minor units."""

    refund_no: str
    amount: int
    state: str


class Timeline(Struct, frozen=True, kw_only=True):
    """What is known of one order of one merchant; amount in minor units, `state` the gateway's.

    `missing` says which places were asked in vain, or could not be asked.
    """

    order_no: str
    merchant: str
    till: str | None = None
    amount: int | None = None
    currency: str | None = None
    platform: str | None = None
    channel: str | None = None
    account: str | None = None
    platform_ref: str | None = None
    state: str | None = None
    reason: str | None = None
    refunds: tuple[Refund, ...] = ()
    steps: tuple[TimelineStep, ...] = ()
    notes: tuple[Note, ...] = ()
    missing: tuple[Note, ...] = ()


class Placed(Struct, frozen=True):
    """A step in its place: milliseconds since the first step, and since the one before it."""

    step: TimelineStep
    after_ms: int
    since_ms: int


_FACTS = tuple(
    name
    for name in Timeline.__struct_fields__
    if name not in ("order_no", "merchant", "steps", "notes", "missing")
)


def join(parts: Iterable[Timeline], missing: Sequence[Note] = ()) -> list[Timeline]:
    """The parts that tell of the same merchant's order as one timeline each, merchants sorted.

    Of a fact that two parts tell, the earlier part's word counts. `missing` holds for all of them;
    nothing is missing of a place that another part has steps from.
    """
    by_merchant: dict[str, list[Timeline]] = {}
    for part in parts:
        by_merchant.setdefault(part.merchant, []).append(part)
    return [_joined(by_merchant[name], missing) for name in sorted(by_merchant)]


def _joined(parts: list[Timeline], missing: Sequence[Note]) -> Timeline:
    facts = {
        name: next((value for part in parts if (value := getattr(part, name))), None)
        for name in _FACTS
    }
    steps = {
        (step.at, step.source, step.point, in_short(step.what)): step
        for part in parts
        for step in part.steps
    }
    heard = {step.source for step in steps.values()}
    gone = _without_doubles([*(note for part in parts for note in part.missing), *missing])
    return replace(
        parts[0],
        **{**facts, "refunds": facts["refunds"] or ()},
        steps=tuple(placed.step for placed in in_order(list(steps.values()))),
        notes=_without_doubles(note for part in parts for note in part.notes),
        missing=tuple(note for note in gone if note.source not in heard),
    )


def _without_doubles(notes: Iterable[Note]) -> tuple[Note, ...]:
    return tuple({(note.source, in_short(note.what)): note for note in notes}.values())


# ---- the order of the steps ------------------------------------------------------------------


def in_order(steps: Sequence[TimelineStep]) -> list[Placed]:
    """The steps sorted by time.

    A time in whole seconds or milliseconds stands for all of that second or millisecond: where
    the step can then lie behind what must have come before it, it is placed there.
    """
    times: list[tuple[datetime, int, TimelineStep]] = []
    reached: datetime | None = None
    for step in sorted(steps, key=_rank):
        at = step.at
        if step.point:
            if reached is not None and at < reached <= at + _grain(at):
                at = reached
            reached = at
        times.append((at, _rank(step), step))
    times.sort(key=lambda time: time[:2])
    placed: list[Placed] = []
    for at, _, step in times:
        after = _ms(at - times[0][0])
        placed.append(Placed(step, after, after - placed[-1].after_ms if placed else 0))
    return placed


def contradictions(steps: Sequence[TimelineStep]) -> list[Reason]:
    """Which steps cannot have been in the order that the clocks say, and by how much."""
    first: dict[Point, TimelineStep] = {}
    for step in sorted(steps, key=lambda step: step.at):
        first.setdefault(step.point, step)
    found: dict[tuple[Point, Point], Reason] = {}
    for chain in (_BY_MESSAGE, _BY_GATEWAY, _BY_PLATFORM):
        there = [first[point] for point in chain if point in first]
        for earlier, later in pairwise(there):
            if chain is _BY_PLATFORM and "charged" not in (earlier.point, later.point):
                continue
            wrong = earlier.at - (later.at + _grain(later.at))
            if wrong >= timedelta(milliseconds=1):
                found[earlier.point, later.point] = _contradiction(earlier, later, _ms(wrong))
    return list(found.values())


def _contradiction(earlier: TimelineStep, later: TimelineStep, ms: int) -> Reason:
    clock, other = _clock(earlier), _clock(later)
    return because(
        "timeline.clock_ahead" if clock != other else "timeline.clock_set_back",
        later=later.what,
        later_source=source_name(later.source),
        earlier=earlier.what,
        earlier_source=source_name(earlier.source),
        clock=because(f"timeline.clock_{clock}"),
        other=because(f"timeline.clock_{other}"),
        ms=ms,
    )


def source_name(source: Source) -> Reason:
    """What a source is called."""
    return because(f"timeline.source_{source.lower()}")


def _clock(step: TimelineStep) -> str:
    if step.point == "charged":
        return "platform"
    # The gateway writes the log itself.
    return {"till": "till", "Redis": "redis"}.get(step.source, "gateway")


def _rank(step: TimelineStep) -> int:
    return _RANK.get(step.point, len(_RANK))


def _grain(at: datetime) -> timedelta:
    """What a time leaves open: the platforms tell whole seconds, Redis milliseconds."""
    if at.microsecond == 0:
        return timedelta(seconds=1) - timedelta(microseconds=1)
    return timedelta(microseconds=0 if at.microsecond % 1000 else 999)


def _ms(span: timedelta) -> int:
    return round(span / timedelta(milliseconds=1))
