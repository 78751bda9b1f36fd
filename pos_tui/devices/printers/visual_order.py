"""Text in the order in which it stands on paper, for printers that print from left to right only.

Hebrew and Arabic are written from right to left, figures and Latin within them are not: the rules
are those of Unicode (UAX 9) for a line without embeddings, which plain text has none of.
"""

from __future__ import annotations

from unicodedata import bidirectional

from pos_tui.text_width import characters

_LEFTWARD = frozenset({"R", "AL"})
_MIRRORED = dict(zip("()[]{}<>«»", ")(][}{><»«", strict=True))


def is_leftward(text: str) -> bool:
    """Whether the first letter with a direction is written from right to left."""
    for letter in text:
        direction = bidirectional(letter)
        if direction in _LEFTWARD:
            return True
        if direction == "L":
            return False
    return False


def has_leftward(text: str) -> bool:
    """Whether any letter is written from right to left."""
    return not text.isascii() and any(bidirectional(letter) in _LEFTWARD for letter in text)


def visual_order(text: str) -> str:
    """The same characters from left to right as a reader sees them, marks behind their letter."""
    if not has_leftward(text):
        return text
    parts = [part for part, _ in characters(text)]
    levels = _levels(parts, 1 if is_leftward(text) else 0)
    shown = [
        _MIRRORED.get(part, part) if level % 2 else part
        for part, level in zip(parts, levels, strict=True)
    ]
    for least in range(max(levels), 0, -1):
        begin = 0
        while begin < len(levels):
            end = begin
            while end < len(levels) and levels[end] >= least:
                end += 1
            shown[begin:end] = reversed(shown[begin:end])
            levels[begin:end] = reversed(levels[begin:end])
            begin = end + 1
    return "".join(shown)


def _levels(parts: list[str], base: int) -> list[int]:
    """The level of each character: odd ones are written from right to left."""
    kinds = _with_figures([bidirectional(part[0]) for part in parts])
    around = "R" if base else "L"
    strong = around  # the letter before, which says how figures are embedded
    levels: list[int | None] = []
    sides: list[str] = []  # the direction that a character has for the neutral ones beside it
    for kind in kinds:
        if kind in {"L", "R"}:
            strong = kind
        if kind == "L":
            levels.append(2 * base)
            sides.append("L")
        elif kind == "R":
            levels.append(1)
            sides.append("R")
        elif kind == "figure":
            is_embedded = strong == "R"
            levels.append(2 if is_embedded else 2 * base)
            sides.append("R" if is_embedded else "L")
        else:
            levels.append(None)
            sides.append("")
    for place, level in enumerate(levels):
        if level is None:
            before = next((side for side in reversed(sides[:place]) if side), around)
            after = next((side for side in sides[place:] if side), around)
            side = before if before == after else around
            levels[place] = 1 if side == "R" else 2 * base
    return [level or 0 for level in levels]


def _with_figures(kinds: list[str]) -> list[str]:
    """L, R, figure or neutral; a point between figures and a sign at one are part of it."""
    plain = ["R" if kind in _LEFTWARD else kind for kind in kinds]
    plain = ["figure" if kind in {"EN", "AN"} else kind for kind in plain]
    for place in range(1, len(plain) - 1):
        if plain[place] in {"CS", "ES"} and plain[place - 1] == plain[place + 1] == "figure":
            plain[place] = "figure"
    for step in (1, -1):  # % and currency signs, before figures and behind them
        places = range(len(plain)) if step == 1 else range(len(plain) - 1, -1, -1)
        for place in places:
            beside = place - step
            if plain[place] == "ET" and 0 <= beside < len(plain) and plain[beside] == "figure":
                plain[place] = "figure"
    return [kind if kind in {"L", "R", "figure"} else "neutral" for kind in plain]
