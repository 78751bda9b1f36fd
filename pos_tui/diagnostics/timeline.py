"""One order's way in time: what several machines know of it, as one timeline, in text and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct, field
from msgspec.structs import replace

from pos_tui.money import Currency, format_amount

Source = Literal["till", "gateway", "log", "Redis"]
Point = Literal["", "drafted", "came", "charged", "logged", "published", "paid", "told"]

# What a paid order passes, each point after the one before. `told` is paid by a message's word,
# `paid` by the gateway's, which knows of no message.
_BY_MESSAGE: tuple[Point, ...] = ("drafted", "came", "logged", "published", "told")
_BY_GATEWAY: tuple[Point, ...] = ("drafted", "came", "logged", "paid")
_BY_PLATFORM: tuple[Point, ...] = ("drafted", "came", "charged", "logged", "published", "told")
_RANK: dict[Point, int] = {point: rank for rank, point in enumerate((*_BY_PLATFORM, "paid"))}

_PLACES: dict[Source, str] = {
    "till": "the till's books",
    "gateway": "the gateway's orders",
    "log": "the transaction log",
    "Redis": "Redis",
}


class TimelineError(ValueError):
    """A text that holds no timeline of this order; its text is a sentence."""


class Step(Struct, frozen=True, kw_only=True):
    """What happened to an order, and when (aware) by the clock of the machine that tells it.

    `point` names the steps of which it is known what must come before them.
    """

    at: Annotated[datetime, Meta(tz=True)]
    source: Source = field(name="from")
    what: str
    point: Point = ""


class Note(Struct, frozen=True):
    """Something that has no time: how the order stands somewhere, or why a place says nothing."""

    source: Source = field(name="from")
    what: str


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
    steps: tuple[Step, ...] = ()
    notes: tuple[Note, ...] = ()
    missing: tuple[Note, ...] = ()


class Placed(Struct, frozen=True):
    """A step in its place: milliseconds since the first step, and since the one before it."""

    step: Step
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
    steps = dict.fromkeys(step for part in parts for step in part.steps)
    heard = {step.source for step in steps}
    gone = dict.fromkeys([*(note for part in parts for note in part.missing), *missing])
    return replace(
        parts[0],
        **{**facts, "refunds": facts["refunds"] or ()},
        steps=tuple(placed.step for placed in in_order(list(steps))),
        notes=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
        missing=tuple(note for note in gone if note.source not in heard),
    )


# ---- the order of the steps ------------------------------------------------------------------


def in_order(steps: Sequence[Step]) -> list[Placed]:
    """The steps sorted by time.

    A time in whole seconds or milliseconds stands for all of that second or millisecond: where
    the step can then lie behind what must have come before it, it is placed there.
    """
    placed_at = {}
    reached: datetime | None = None
    for step in sorted(steps, key=_rank):
        at = step.at
        if step.point:
            if reached is not None and at < reached <= at + _grain(at):
                at = reached
            reached = at
        placed_at[step] = at
    placed: list[Placed] = []
    times = sorted(((at, _rank(step), step) for step, at in placed_at.items()), key=lambda t: t[:2])
    for at, _, step in times:
        after = _ms(at - times[0][0])
        placed.append(Placed(step, after, after - placed[-1].after_ms if placed else 0))
    return placed


def contradictions(steps: Sequence[Step]) -> list[str]:
    """Which steps cannot have been in the order that the clocks say, and by how much."""
    first: dict[Point, Step] = {}
    for step in sorted(steps, key=lambda step: step.at):
        first.setdefault(step.point, step)
    found: dict[tuple[Step, Step], str] = {}
    for chain in (_BY_MESSAGE, _BY_GATEWAY, _BY_PLATFORM):
        there = [first[point] for point in chain if point in first]
        for earlier, later in pairwise(there):
            if chain is _BY_PLATFORM and "charged" not in (earlier.point, later.point):
                continue
            wrong = earlier.at - (later.at + _grain(later.at))
            if wrong >= timedelta(milliseconds=1):
                found[earlier, later] = _contradiction(earlier, later, _ms(wrong))
    return list(found.values())


def _contradiction(earlier: Step, later: Step, ms: int) -> str:
    clocks = [_clock(earlier), _clock(later)]
    whose = f"{clocks[0]} is ahead of {clocks[1]}" if clocks[0] != clocks[1] else "it was set back"
    return (
        f"“{later.what}” ({later.source}) cannot be before “{earlier.what}” ({earlier.source}):"
        f" {whose}, by {ms} ms or more."
    )


def _clock(step: Step) -> str:
    if step.point == "charged":
        return "the platform's clock"
    # The gateway writes the log itself.
    return {"till": "the till's clock", "Redis": "Redis' clock"}.get(
        step.source, "the gateway's clock"
    )


def _rank(step: Step) -> int:
    return _RANK.get(step.point, len(_RANK))


def _grain(at: datetime) -> timedelta:
    """What a time leaves open: the platforms tell whole seconds, Redis milliseconds."""
    if at.microsecond == 0:
        return timedelta(seconds=1) - timedelta(microseconds=1)
    return timedelta(microseconds=0 if at.microsecond % 1000 else 999)


def _ms(span: timedelta) -> int:
    return round(span / timedelta(milliseconds=1))


# ---- for people, and for programs ------------------------------------------------------------


def as_lines(timeline: Timeline) -> Iterator[str]:
    """The timeline as text, times in UTC."""
    head = f"{timeline.merchant} {timeline.order_no}"
    if timeline.amount is not None and timeline.currency:
        worth = format_amount(timeline.amount, Currency.of(timeline.currency))
        head += f": {worth} {timeline.currency}"
    yield head + (f", till {timeline.till}" if timeline.till else "")
    for placed in in_order(timeline.steps):
        step, at = placed.step, placed.step.at.astimezone(UTC)
        fraction = f".{at.microsecond // 1000:03}" if at.microsecond else " " * 4
        yield (
            f"  {at:%Y-%m-%d %H:%M:%S}{fraction}"
            f"  {placed.after_ms:+8} ms  {placed.since_ms:+7}  {step.source:<7}  {step.what}"
        )
    for note in timeline.notes:
        yield f"  {note.source}: {note.what}"
    for note in timeline.missing:
        yield f"  nothing from {_PLACES[note.source]}: {note.what}"
    for sentence in contradictions(timeline.steps):
        yield f"  impossible: {sentence}"


def as_json(timeline: Timeline) -> str:
    """The timeline as one JSON object, which `read_timelines` reads again; times ISO and UTC."""
    told: dict[str, object] = {
        name: value
        for name in Timeline.__struct_fields__
        if (value := getattr(timeline, name)) is not None
    }
    told["steps"] = [
        {
            "at": placed.step.at.astimezone(UTC),
            "from": placed.step.source,
            "what": placed.step.what,
            "after_ms": placed.after_ms,
            "since_ms": placed.since_ms,
            "point": placed.step.point,
        }
        for placed in in_order(timeline.steps)
    ]
    told["impossible"] = contradictions(timeline.steps)
    return msgspec.json.encode(told).decode()


def read_timelines(text: bytes, order_no: str) -> list[Timeline]:
    """The timelines of this order in what another machine wrote. Raises TimelineError."""
    try:
        found = msgspec.json.Decoder(Timeline).decode_lines(text)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise TimelineError(
            f"it is not what `pos-tui trace {order_no} --json` writes ({error})."
        ) from error
    others = {each.order_no for each in found} - {order_no}
    if others:
        raise TimelineError(f"it is about another order, {', '.join(sorted(others))}.")
    return found
