"""What a scanner types where GS belongs: stand-ins that the shop names, or that can be proposed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pos_tui.codes.gs1_fields import SEPARATOR, read_fields
from pos_tui.codes.gs1_splits import holds_second_label, possible_cuts
from pos_tui.money import Currency

_USUAL = (
    "<GS>", "{GS}", "[GS]", "(GS)", "\\x1d", "\\x1D", "\\u001d", "\\u001D", "<0x1D>", "{0x1D}",
    "0x1D", "<1D>", "\\1D", "<FNC1>", "{FNC1}", "[FNC1]", "FNC1", "~029", "^029", "\\029", "\\F",
    "\\G", "~1", "^]",
)  # fmt: skip
_FIRST_FIELD = 16  # (01) and its GTIN, in which no separator stands


def stand_in_of(text: str, today: date, currency: Currency) -> str | None:
    """What most likely stands for GS in element strings that cannot be read; None: nothing does."""
    for mark in _marks(text[_FIRST_FIELD:]):
        separated = text.replace(mark, SEPARATOR).strip(SEPARATOR)
        fields = read_fields(separated)
        if fields.unread is not None or holds_second_label(separated, fields):
            continue
        if len(possible_cuts(separated, fields, today, currency)) == 1:
            return mark
    return None


def _marks(text: str) -> Iterator[str]:
    yield from (mark for mark in _USUAL if mark in text)
    yield from sorted({c for c in text if not c.isalnum() and c != SEPARATOR}, key=text.index)
