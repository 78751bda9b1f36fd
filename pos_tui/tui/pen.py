"""The pen of a terminal: colours and marks of what is written next, and how it is changed."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

_OFF = {"1": "22", "2": "22", "4": "24", "7": "27"}  # what a VT220 knew already
_HARMLESS_ON_BLANKS = frozenset({"1", "2", "3", "22", "23"})


class Pen(NamedTuple):
    """Colours as the terminal is told them ("38;5;231", "" for its own); marks by their numbers."""

    color: str = ""
    back: str = ""
    marks: frozenset[str] = frozenset()


PLAIN = Pen()


@lru_cache(maxsize=512)
def pen_after(pen: Pen | None, codes: str) -> Pen | None:
    """The pen after a terminal was sent these codes (SGR); None where it is not known."""
    parts = iter(codes.split(";"))
    for part in parts:
        if part.strip("0") == "":
            pen = PLAIN
        elif part in {"38", "48"}:
            kind = next(parts, "")
            rest = [next(parts, "") for _ in range({"5": 1, "2": 3}.get(kind, 0))]
            if not rest or not all(rest):
                return None
            pen = _colored(pen, ";".join((part, kind, *rest)), is_back=part == "48")
        elif pen is None:
            continue
        elif part in {"39", "49"}:
            pen = _colored(pen, "", is_back=part == "49")
        elif len(part) == 1 or part in {"21", "51", "52", "53"}:
            pen = pen._replace(marks=pen.marks | {part})
        elif part[:-1] in {"3", "9"}:
            pen = _colored(pen, part, is_back=False)
        elif part[:-1] in {"4", "10"}:
            pen = _colored(pen, part, is_back=True)
        else:
            pen = None  # marks are taken away one by one: nothing here writes so
    return pen


@lru_cache(maxsize=512)
def change_of_pen(before: Pen | None, after: Pen, *, one_by_one: bool) -> str:
    """What makes one pen of another, in the fewest bytes; `before` may be unknown (None).

    `one_by_one`: whether the terminal takes marks off and changes a colour without all being set
    anew.
    """
    if before == after:
        return ""
    codes = [*sorted(after.marks), *filter(None, (after.color, after.back))]
    if before == PLAIN:
        return f"\x1b[{';'.join(codes)}m"
    anew = f"\x1b[{';'.join(('0', *codes))}m"
    if before is None or not one_by_one:
        return anew
    gone = before.marks - after.marks
    if not gone <= _OFF.keys():
        return anew
    off = {_OFF[mark] for mark in gone}
    on = after.marks - before.marks
    if "22" in off:
        on |= after.marks & {"1", "2"}
    parts = [*sorted(off), *sorted(on)]
    if before.color != after.color:
        parts.append(after.color or "39")
    if before.back != after.back:
        parts.append(after.back or "49")
    return min(anew, f"\x1b[{';'.join(parts)}m", key=len)


@lru_cache(maxsize=512)
def pen_of_blanks(pen: Pen) -> Pen:
    """What of a pen is seen where nothing is written: two such pens that are equal look equal."""
    if pen.marks <= _HARMLESS_ON_BLANKS:
        return Pen(back=pen.back)
    return pen


def _colored(pen: Pen | None, color: str, *, is_back: bool) -> Pen | None:
    if pen is None:
        return None
    return pen._replace(back=color) if is_back else pen._replace(color=color)
