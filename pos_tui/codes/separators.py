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
_ALLOWED = frozenset(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
)
"""The characters of GS1's data (GS1 General Specifications, table 7.11-1)."""
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


def holds_field_behind_mark(data: str) -> bool:
    """Whether data that stand apart already go on behind a separator, or what stands for one."""
    lower = data.lower()
    if SEPARATOR in data or "%1d" in lower or any(mark.lower() in lower for mark in _USUAL):
        return True
    for mark in sorted({c for c in data if c not in _ALLOWED}, key=data.index):
        rest = read_fields(data.partition(mark)[2].strip())
        if rest.fields and rest.unread is None:
            return True
    return False


def _marks(text: str) -> Iterator[str]:
    yield from (mark for mark in _USUAL if mark in text)
    yield from sorted({c for c in text if not c.isalnum() and c != SEPARATOR}, key=text.index)
