"""Where in a grey picture there are bars side by side, whatever they are and however turned."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from PIL import Image

Point = tuple[float, float]

_BLOCKS_ACROSS = 110
_LEAST_BLOCK = 12
_LEAST_SLOPE = 5
_LEAST_ORDER = 0.33
_LEAST_FILLED = 0.35
_MOST_PLACES = 60
_COARSE = 3
_MOST_COARSE = 15
_LEVELS = (
    (_LEAST_ORDER, math.radians(18)),
    (0.5, math.radians(11)),
    (0.66, math.radians(8)),
)


class Place(Struct, frozen=True):
    """A turned rectangle in the picture: `along` crosses the bars; both are half lengths, dots."""

    x: float
    y: float
    turn: float
    along: float
    across: float

    def seen_from(self, x: float, y: float) -> Point:
        """A point of the picture, measured from the middle along and across the place."""
        dx, dy = x - self.x, y - self.y
        c, s = math.cos(self.turn), math.sin(self.turn)
        return dx * c + dy * s, dy * c - dx * s

    def has(self, x: float, y: float, slack: float = 0.0) -> bool:
        """Whether a point of the picture lies in it, or within `slack` dots of it."""
        u, v = self.seen_from(x, y)
        return abs(u) <= self.along + slack and abs(v) <= self.across + slack


def place_of(corners: tuple[Point, ...]) -> Place:
    """The place of four corners, the first two of which are its upper side."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    ux, uy = (x1 - x0 + x2 - x3) / 2, (y1 - y0 + y2 - y3) / 2
    vx, vy = (x3 - x0 + x2 - x1) / 2, (y3 - y0 + y2 - y1) / 2
    along = math.hypot(ux, uy)
    turn = math.atan2(uy, ux)
    across = abs(vy * math.cos(turn) - vx * math.sin(turn))
    return Place((x0 + x1 + x2 + x3) / 4, (y0 + y1 + y2 + y3) / 4, turn, along / 2, across / 2)


def find_bars(grey: Image.Image) -> list[Place]:
    """Where there are bars side by side, at any angle; the largest first.

    Fine blocks tell neighbours apart; in coarse ones the wide bars of a near code hang together.
    """
    shrink = max(1, round(max(grey.size) / 3000))
    small = grey.reduce(shrink) if shrink > 1 else grey
    if min(small.size) < 2 * _LEAST_BLOCK:
        return []
    steps = _steps(small)
    fine = max(_LEAST_BLOCK, round(max(small.size) / _BLOCKS_ACROSS))
    places = _in_blocks(steps, fine, shrink)[:_MOST_PLACES]
    for coarse in _in_blocks(steps, fine * _COARSE, shrink)[:_MOST_COARSE]:
        if not any(_is_alike(coarse, place) for place in places):
            places.append(coarse)
    return places


def _in_blocks(steps: Sequence[Image.Image], block: int, shrink: int) -> list[Place]:
    columns, turns, weights = _slopes(steps, block)
    size = block * shrink
    groups = _groups(columns, turns, weights)
    places = [place for group in groups if (place := _around(group, columns, turns, weights))]
    return [
        Place(p.x * size, p.y * size, p.turn, p.along * size, p.across * size)
        for p in sorted(places, key=lambda place: -place.along * place.across)
    ]


def _is_alike(one: Place, other: Place) -> bool:
    """Whether looking at both would be looking at the same twice."""
    return (
        one.has(other.x, other.y)
        and turn_between(one.turn, other.turn) < 0.1
        and 0.8 < one.along / other.along < 1.3
    )


def _steps(grey: Image.Image) -> list[Image.Image]:
    """How much each dot differs from that beside, below, and diagonally below, either way."""
    from PIL import ImageChops

    w, h = grey.width - 1, grey.height - 1
    corner = [grey.crop((x, y, w + x, h + y)) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1))]
    pairs = ((0, 1), (0, 2), (0, 3), (1, 2))
    return [ImageChops.difference(corner[i], corner[j]) for i, j in pairs]


def _slopes(
    steps: Sequence[Image.Image], block: int
) -> tuple[int, dict[int, float], dict[int, float]]:
    """For each block with bars in it: the direction across them, and how strong they are."""
    strips = [step.reduce(block) for step in steps]
    columns = strips[0].width
    turns: dict[int, float] = {}
    weights: dict[int, float] = {}
    level, upright, falling, rising = (strip.tobytes() for strip in strips)
    for i, (ex, ey, ef, er) in enumerate(zip(level, upright, falling, rising, strict=True)):
        if ex + ey < 2 * _LEAST_SLOPE and ex < _LEAST_SLOPE and ey < _LEAST_SLOPE:
            continue
        c, s = ex - ey, (ef - er) / 1.2
        order = math.hypot(c, s) / (ex + ey)
        if order >= _LEAST_ORDER:
            turns[i] = math.atan2(s, c) / 2
            weights[i] = order
    return columns, turns, weights


def _groups(
    columns: int, turns: dict[int, float], weights: dict[int, float], level: int = 0
) -> Iterator[list[int]]:
    """Blocks that touch and have bars of about the same direction; the loose ones split as well.

    A label on print or on planks hangs together with them, until only the clearest blocks count.
    """
    least, most_turn = _LEVELS[level]
    left = {i for i in turns if weights[i] >= least}
    for start in sorted(left, key=lambda i: (-weights[i], i)):
        if start not in left:
            continue
        left.discard(start)
        group = _grown(start, left, columns, turns, most_turn)
        if len(group) < 3:
            continue
        yield group
        if level + 1 < len(_LEVELS) and _is_loose(group, columns):
            inside = {i: turns[i] for i in group}
            yield from _groups(columns, inside, weights, level + 1)


def _grown(
    start: int, left: set[int], columns: int, turns: dict[int, float], most_turn: float
) -> list[int]:
    """The block and all that hang together with it, taken out of those that are left."""
    group, waiting = [start], [start]
    c, s = math.cos(2 * turns[start]), math.sin(2 * turns[start])
    while waiting:
        here = waiting.pop()
        mean = math.atan2(s, c) / 2
        for step in (-columns - 1, -columns, -columns + 1, -1, 1, columns - 1, columns,
                     columns + 1):  # fmt: skip
            there = here + step
            if there not in left or abs(there % columns - here % columns) > 1:
                continue
            if turn_between(turns[there], mean) <= most_turn:
                left.discard(there)
                group.append(there)
                waiting.append(there)
                c, s = c + math.cos(2 * turns[there]), s + math.sin(2 * turns[there])
    return group


def _is_loose(group: list[int], columns: int) -> bool:
    """Whether blocks are too many, or too scattered, to be those of one code."""
    xs, ys = [i % columns for i in group], [i // columns for i in group]
    return max(max(xs) - min(xs), max(ys) - min(ys)) > _BLOCKS_ACROSS / 4


def turn_between(one: float, other: float) -> float:
    """The angle between two directions that have no front, at most a quarter turn."""
    turn = abs(one - other) % math.pi
    return min(turn, math.pi - turn)


def _around(
    group: list[int], columns: int, turns: dict[int, float], weights: dict[int, float]
) -> Place | None:
    """The rectangle around the blocks, in blocks; None for a mere edge."""
    c = sum(weights[i] * math.cos(2 * turns[i]) for i in group)
    s = sum(weights[i] * math.sin(2 * turns[i]) for i in group)
    turn = math.atan2(s, c) / 2
    cos, sin = math.cos(turn), math.sin(turn)
    points = [(i % columns + 0.5, i // columns + 0.5) for i in group]
    us = [x * cos + y * sin for x, y in points]
    vs = [y * cos - x * sin for x, y in points]
    along, across = (max(us) - min(us)) / 2 + 0.5, (max(vs) - min(vs)) / 2 + 0.5
    if along < 1.4 or len(group) < _LEAST_FILLED * 4 * along * across:
        return None
    u, v = (max(us) + min(us)) / 2, (max(vs) + min(vs)) / 2
    return Place(u * cos - v * sin, u * sin + v * cos, turn, along, across)
