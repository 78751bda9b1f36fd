"""One order's way in time as lines of text, for the technician."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from pos_tui.diagnostics.timeline import Timeline, contradictions, in_order, source_name
from pos_tui.money import Currency, format_amount
from pos_tui.reasons import because
from pos_tui.text_width import pad
from pos_tui.wording.current import in_words, say


def as_lines(timeline: Timeline) -> Iterator[str]:
    """The timeline as text, times in UTC."""
    yield _head(timeline)
    for placed in in_order(timeline.steps):
        step, at = placed.step, placed.step.at.astimezone(UTC)
        fraction = f".{at.microsecond // 1000:03}" if at.microsecond else " " * 4
        yield (
            f"  {at:%Y-%m-%d %H:%M:%S}{fraction}"
            f"  {placed.after_ms:+8} ms  {placed.since_ms:+7}"
            f"  {pad(in_words(source_name(step.source)), 7)}  {in_words(step.what)}"
        )
    for note in timeline.notes:
        yield "  " + say("cmd_trace.note", source=source_name(note.source), what=note.what)
    for note in timeline.missing:
        place = because(f"timeline.place_{note.source.lower()}")
        yield "  " + say("cmd_trace.nothing_from", place=place, why=note.what)
    for why in contradictions(timeline.steps):
        yield "  " + say("cmd_trace.impossible", why=why)


def _head(timeline: Timeline) -> str:
    kind, worth = "cmd_trace.order", ""
    if timeline.amount is not None and timeline.currency:
        kind += "_worth"
        amount = format_amount(timeline.amount, Currency.of(timeline.currency))
        worth = f"{amount} {timeline.currency}"
    if timeline.till:
        kind += "_till"
    return say(
        kind,
        merchant=timeline.merchant,
        order_no=timeline.order_no,
        worth=worth,
        till=timeline.till or "",
    )
