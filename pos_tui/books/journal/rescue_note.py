"""What a rescue writes into the journal of itself: which rows, and which sales' acts, it lost."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from pos_tui.books.journal.entries import Noted

RESCUE_NOTE = "rescued"
_LOSSES = re.compile(r"; lost ([\d,-]+)(?:; sales ([\d,-]+))?$")


class JournalLosses(Struct, frozen=True):
    """Rows of the journal that a rescue lost, as (first, last), and the sales they told of."""

    rows: tuple[tuple[int, int], ...] = ()
    sales: tuple[tuple[int, int], ...] = ()


def write_rescue_note(kept: str, losses: JournalLosses) -> Noted:
    """The note of a rescue; `kept` says what it kept."""
    detail = kept
    if losses.rows:
        detail += f"; lost {_written(losses.rows)}"
        if losses.sales:
            detail += f"; sales {_written(losses.sales)}"
    return Noted(RESCUE_NOTE, detail)


def read_rescue_note(act: object) -> JournalLosses | None:
    """What a rescue lost; None for a row that is no rescue's note."""
    if not isinstance(act, Noted) or act.what != RESCUE_NOTE:
        return None
    found = _LOSSES.search(act.detail)
    return JournalLosses() if found is None else JournalLosses(_read(found[1]), _read(found[2]))


def as_ranges(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Numbers as (first, last) of those that follow one another."""
    ranges: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = ranges[-1][0], number
        else:
            ranges.append((number, number))
    return tuple(ranges)


def _written(ranges: Iterable[tuple[int, int]]) -> str:
    return ",".join(f"{first}-{last}" for first, last in ranges)


def _read(text: str | None) -> tuple[tuple[int, int], ...]:
    pairs = re.findall(r"(\d+)-(\d+)", text or "")
    return tuple((int(first), int(last)) for first, last in pairs)
