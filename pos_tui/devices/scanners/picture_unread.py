"""Bars in a picture that nothing was read of: they are enlarged, and at last listed as seen."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pos_tui.devices.scanners.picture_bars import Place, Point, find_bars
from pos_tui.devices.scanners.picture_search import Read

if TYPE_CHECKING:
    from PIL import Image

_TIMES = 2
_MOST_DOTS = 2_000_000  # of what is enlarged as a whole
_MOST_PLACES = 6
_WIDTH, _ROWS = 512, 12
_LEAST_CONTRAST = 50
_LEAST_EDGES, _MOST_EDGES = 26, 160
_MOST_APART, _EVER_APART = 0.155, 0.18  # of a row's dots from what is usual in its column
_LEAST_RATIO = 1.6

Search = Callable[["Image.Image"], list[Read]]


def enlarged_reads(grey: Image.Image, read: Sequence[Read], search: Search) -> Iterator[Read]:
    """What is read of the picture, or of the places with bars that gave nothing, at twice the size.

    Small modules are read there that are too fine as they are.
    """
    if not read and grey.width * grey.height <= _MOST_DOTS:
        yield from _enlarged(grey, (0, 0, grey.width, grey.height), search)
        return
    for place in _unread_places(grey, read)[:_MOST_PLACES]:
        half = math.hypot(place.along, place.across) + 0.2 * place.along + 10
        box = (
            max(0, round(place.x - half)),
            max(0, round(place.y - half)),
            min(grey.width, round(place.x + half)),
            min(grey.height, round(place.y + half)),
        )
        if (box[2] - box[0]) * (box[3] - box[1]) <= _MOST_DOTS / 4:
            yield from _enlarged(grey.crop(box), box, search)


def unread_bars(grey: Image.Image, read: Sequence[Read]) -> list[Read]:
    """Places that look like bar codes and gave nothing, the largest first; `text` is empty."""
    return [
        Read("", "", True, place, _corners(place), "bars")
        for place in _unread_places(grey, read)[:_MOST_PLACES]
    ]


def _unread_places(grey: Image.Image, read: Sequence[Read]) -> list[Place]:
    left: list[Place] = []
    for place in find_bars(grey):
        near = 0.3 * (place.along + place.across)
        is_read = any(
            place.has(each.place.x, each.place.y, near) or each.place.has(place.x, place.y, near)
            for each in read
        )
        is_known = any(other.has(place.x, place.y, near) for other in left)
        if not is_read and not is_known and _looks_like_code(grey, place):
            left.append(place)
    return left


def _enlarged(part: Image.Image, box: tuple[int, int, int, int], search: Search) -> Iterator[Read]:
    from PIL import Image

    size = (part.width * _TIMES, part.height * _TIMES)
    for read in search(part.resize(size, Image.Resampling.BICUBIC)):
        place = read.place
        yield replace(
            read,
            way=f"{_TIMES} × {read.way}",
            place=replace(
                place,
                x=place.x / _TIMES + box[0],
                y=place.y / _TIMES + box[1],
                along=place.along / _TIMES,
                across=place.across / _TIMES,
            ),
            corners=tuple((x / _TIMES + box[0], y / _TIMES + box[1]) for x, y in read.corners),
        )


def _corners(place: Place) -> tuple[Point, ...]:
    c, s = math.cos(place.turn), math.sin(place.turn)
    return tuple(
        (place.x + u * c - v * s, place.y + u * s + v * c)
        for u, v in (
            (-place.along, -place.across), (place.along, -place.across),
            (place.along, place.across), (-place.along, place.across),
        )
    )  # fmt: skip


def _looks_like_code(grey: Image.Image, place: Place) -> bool:
    """Whether bars of several widths run from edge to edge, as print and planks do not."""
    from PIL import Image

    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = _corners(replace(place, across=0.6 * place.across))
    flat = grey.transform(
        (_WIDTH, _ROWS), Image.Transform.QUAD, (x0, y0, x3, y3, x2, y2, x1, y1),
        Image.Resampling.BILINEAR,
    ).tobytes()  # fmt: skip
    rows = [flat[at : at + _WIDTH] for at in range(0, len(flat), _WIDTH)]
    mean = bytes(sum(column) // _ROWS for column in zip(*rows, strict=True))
    if max(mean) - min(mean) < _LEAST_CONTRAST:
        return False
    usual = _dark(mean)
    apart = sorted(
        sum(a != b for a, b in zip(_dark(row), usual, strict=True)) / _WIDTH for row in rows
    )
    if apart[_ROWS * 4 // 5] > _MOST_APART or apart[-1] > _EVER_APART:
        return False
    runs = _runs(usual)[1:-1]
    is_of_bars = _LEAST_EDGES <= len(runs) <= _MOST_EDGES
    return is_of_bars and all(_is_of_several(runs[first::2]) for first in (0, 1))


def _is_of_several(widths: Sequence[int]) -> bool:
    """Whether widths are of several kinds, as a code's bars and gaps are and a fence's are not."""
    ordered = sorted(widths)
    return ordered[len(ordered) * 17 // 20] >= _LEAST_RATIO * ordered[len(ordered) // 5]


def _dark(row: bytes) -> list[bool]:
    middle = (min(row) + max(row)) / 2
    return [shade < middle for shade in row]


def _runs(bits: Iterable[bool]) -> list[int]:
    """How long each run of equal bits is."""
    runs: list[int] = []
    last: bool | None = None
    for bit in bits:
        if bit == last:
            runs[-1] += 1
        else:
            runs.append(1)
        last = bit
    return runs
