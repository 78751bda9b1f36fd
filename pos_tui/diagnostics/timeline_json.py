"""Timelines as JSON: for programs, and for `pos-tui trace` on another machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field

from pos_tui.diagnostics.timeline import (
    Note,
    Point,
    Refund,
    Source,
    Timeline,
    TimelineStep,
    contradictions,
    in_order,
)
from pos_tui.reasons import Reason, ReasonError, ReasonValue, plain


class TimelineError(ReasonError):
    """A text that holds no timeline of this order."""


class _Words(Struct, frozen=True):
    """A reason inside another one's values."""

    kind: str
    values: Mapping[str, str | int | _Words] = {}


class _WrittenNote(Struct, frozen=True, kw_only=True):
    source: Source = field(name="from")
    what: str
    reason: str = ""
    values: Mapping[str, str | int | _Words] = {}


class _WrittenStep(_WrittenNote, frozen=True, kw_only=True):
    at: Annotated[datetime, Meta(tz=True)]
    point: Point = ""


class _WrittenTimeline(Struct, frozen=True, kw_only=True):
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
    steps: tuple[_WrittenStep, ...] = ()
    notes: tuple[_WrittenNote, ...] = ()
    missing: tuple[_WrittenNote, ...] = ()


_FACTS = tuple(
    name
    for name in Timeline.__struct_fields__
    if name not in ("steps", "notes", "missing", "refunds")
)


def as_json(timeline: Timeline, in_words: Callable[[Reason], str]) -> str:
    """The timeline as one JSON object, which `read_timelines` reads again; times ISO and UTC.

    What is said stands there in words, and as a reason with its values.
    """
    written: dict[str, object] = {
        name: value for name in _FACTS if (value := getattr(timeline, name)) is not None
    }
    written["refunds"] = timeline.refunds
    written["steps"] = [
        {
            "at": placed.step.at.astimezone(UTC),
            **_written(placed.step, in_words),
            "after_ms": placed.after_ms,
            "since_ms": placed.since_ms,
            "point": placed.step.point,
        }
        for placed in in_order(timeline.steps)
    ]
    written["notes"] = [_written(note, in_words) for note in timeline.notes]
    written["missing"] = [_written(note, in_words) for note in timeline.missing]
    written["impossible"] = [in_words(why) for why in contradictions(timeline.steps)]
    return msgspec.json.encode(written).decode()


def _written(what: TimelineStep | Note, in_words: Callable[[Reason], str]) -> dict[str, object]:
    return {
        "from": what.source,
        "what": in_words(what.what),
        "reason": what.what.kind,
        "values": what.what.values,
    }


def read_timelines(
    text: bytes, order_no: str, has_words: Callable[[Reason], bool]
) -> list[Timeline]:
    """The timelines of this order in what another machine wrote. Raises TimelineError.

    A reason that has no words here, as another version of the program wrote it, is kept in the
    words that it was written with.
    """
    try:
        found = msgspec.json.Decoder(_WrittenTimeline).decode_lines(text)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise TimelineError(
            "timeline.not_a_trace", order_no=order_no, why=plain(str(error))
        ) from error
    others = {each.order_no for each in found} - {order_no}
    if others:
        raise TimelineError("timeline.other_order", orders=tuple(sorted(others)))
    return [_read(each, has_words) for each in found]


def _read(written: _WrittenTimeline, has_words: Callable[[Reason], bool]) -> Timeline:
    return Timeline(
        **{name: getattr(written, name) for name in _FACTS},
        refunds=written.refunds,
        steps=tuple(
            TimelineStep(
                at=step.at, source=step.source, what=_what(step, has_words), point=step.point
            )
            for step in written.steps
        ),
        notes=tuple(Note(note.source, _what(note, has_words)) for note in written.notes),
        missing=tuple(Note(note.source, _what(note, has_words)) for note in written.missing),
    )


def _what(written: _WrittenNote, has_words: Callable[[Reason], bool]) -> Reason:
    reason = Reason(written.reason, _values(written.values))
    return reason if has_words(reason) else plain(written.what)


def _values(written: Mapping[str, str | int | _Words]) -> dict[str, ReasonValue]:
    return {
        name: Reason(value.kind, _values(value.values)) if isinstance(value, _Words) else value
        for name, value in written.items()
    }
