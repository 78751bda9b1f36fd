"""Looking for codes in a grey picture: where bars are, and every single read there is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from PIL import Image
    from zxingcpp import Barcode, BarcodeFormat

Point = tuple[float, float]

_BLOCKS_ACROSS = 110
_LEAST_BLOCK = 12
_LEAST_SLOPE = 5
_LEAST_ORDER = 0.33
_LEVELS = (
    (_LEAST_ORDER, math.radians(18)),
    (0.5, math.radians(11)),
    (0.66, math.radians(8)),
)
_MOST_PLACES = 60
_LEAST_HALF = 5.0
_LEAST_FILLED = 0.35
_DOTS_SHARPENED = 3_500_000
_SLICES = 24
_UNLIKE = 0.25


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


class Read(Struct, frozen=True):
    """What one pass made of one place; `text` is empty and `error` tells why where it failed."""

    text: str
    symbology: str
    is_linear: bool
    place: Place
    corners: tuple[Point, ...]
    way: str
    error: str = ""
    quiet: bool = True


class Look(Struct, frozen=True):
    """A way to look at a place: turned a little, enlarged, sharpened, by which threshold.

    Bars are as good squeezed along their length, and the fewer rows cost less.
    """

    way: str
    turn: float = 0.0
    scale: float = 1.0
    squeeze: float = 1.0
    sharpen: int = 0
    is_global: bool = False


LOOKS = (
    Look("as it is", scale=1.3, squeeze=0.6),
    Look("turned", turn=math.radians(3), scale=1.0, squeeze=0.7, is_global=True),
    Look("sharpened", turn=math.radians(1), scale=2.0, squeeze=0.5, sharpen=180),
    Look("enlarged", turn=math.radians(-4), scale=2.2),
    Look("turned back", turn=math.radians(-9), scale=1.7),
    Look("turned on", turn=math.radians(9), scale=1.7),
)


def linear_formats(with_weak: bool) -> list[BarcodeFormat]:
    """The bar codes a shop has; the weak ones are for one place at a time only.

    In a whole picture DataBar's halves are put together from different goods, and a UPC-E is
    found in the left half of most EAN-13.
    """
    from zxingcpp import BarcodeFormat as Format

    strong = [Format.EAN13, Format.UPCA, Format.Code128]
    weak = [Format.EAN8, Format.UPCE, Format.Code39, Format.ITF14,
            Format.DataBarOmni, Format.DataBarExp, Format.DataBarLtd]  # fmt: skip
    return strong + weak if with_weak else strong


def square_formats() -> list[BarcodeFormat]:
    """The codes of dots that a shop has, and PDF417."""
    from zxingcpp import BarcodeFormat as Format

    return [Format.QRCodeModel2, Format.MicroQRCode, Format.DataMatrix, Format.PDF417,
            Format.AztecCode]  # fmt: skip


def search_whole(grey: Image.Image) -> Iterator[Read]:
    """Every read of the whole picture: as it is, and sharpened or, if it is large, smaller."""
    from PIL import ImageFilter
    from zxingcpp import read_barcodes

    formats = [*linear_formats(False), *square_formats()]
    found = read_barcodes(grey, formats, try_downscale=False, return_errors=True)
    yield from _reads(found, "whole", (1, 0, 0, 0, 1, 0), grey)
    scale = 1.5 if grey.width * grey.height <= _DOTS_SHARPENED else 0.55
    size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
    other = grey.resize(size, reducing_gap=2.0)
    if scale > 1:
        other = other.filter(ImageFilter.UnsharpMask(2, 200, 0))
    found = read_barcodes(
        other, square_formats(), try_downscale=False, try_invert=False, return_errors=True
    )
    yield from _reads(found, "whole, other size", (1 / scale, 0, 0, 0, 1 / scale, 0), other)


def halved(grey: Image.Image) -> list[Image.Image]:
    """The picture, and again at a half, a quarter and an eighth, for large codes."""
    return [grey, *(grey.reduce(2**level) for level in (1, 2, 3) if min(grey.size) >= 2**level)]


def search_place(
    levels: Sequence[Image.Image], place: Place, look: Look, *, linear: bool
) -> list[Read]:
    """Every read of one place, cut out and turned upright, in one way of looking."""
    from PIL import Image, ImageFilter
    from zxingcpp import Binarizer, read_barcodes

    scale = look.scale * min(1.0, 900 / (2 * place.along))
    squeeze = look.squeeze if linear else 1.0
    margin = 0.14 * place.along + 10
    along = place.along + margin
    across = place.across + (2 if linear else margin)
    width, height = max(8, round(2 * along * scale)), max(8, round(2 * across * scale * squeeze))
    cos, sin = math.cos(place.turn + look.turn) / scale, math.sin(place.turn + look.turn) / scale
    b, e = -sin / squeeze, cos / squeeze
    back = (
        cos, b, place.x - (cos * width + b * height) / 2,
        sin, e, place.y - (sin * width + e * height) / 2,
    )  # fmt: skip
    level = min(len(levels) - 1, max(0, int(math.log2(1 / scale))))
    to_level = [value / 2**level for value in back]
    cut = levels[level].transform(
        (width, height), Image.Transform.AFFINE, to_level, Image.Resampling.BICUBIC, fillcolor=128
    )
    if look.sharpen:
        radius = 1.2 * look.scale
        cut = cut.filter(ImageFilter.UnsharpMask(radius, look.sharpen, 0))
    found = read_barcodes(
        cut,
        [*linear_formats(True), square_formats()[3]] if linear else square_formats(),
        try_rotate=not linear,
        try_downscale=False,
        try_invert=not linear,
        binarizer=Binarizer.GlobalHistogram if look.is_global else Binarizer.LocalAverage,
        return_errors=True,
    )
    return list(_reads(found, look.way, back, cut))


def _reads(
    found: Iterable[Barcode], way: str, back: Sequence[float], seen: Image.Image
) -> Iterator[Read]:
    """The decoder's finds in `seen` as reads in the picture, to which `back` leads."""
    a, b, c, d, e, f = back
    linear = _linear_symbologies()
    for code in found:
        at = code.position
        corners = tuple(
            (p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
        )
        is_linear = code.format.symbology in linear
        text = code.symbology_identifier + text_of(code.bytes) if code.valid else ""
        for part in solid_parts(seen, corners) if is_linear and text else [corners]:
            place = place_of(tuple((a * x + b * y + c, d * x + e * y + f) for x, y in part))
            if place.along < _LEAST_HALF:  # some failures come without a place
                continue
            yield Read(
                text,
                str(code.format),
                is_linear,
                place,
                tuple((a * x + b * y + c, d * x + e * y + f) for x, y in part),
                way,
                str(code.error) if not text else "",
                not is_linear or not text or _is_quiet(seen, part, text),
            )


def _linear_symbologies() -> frozenset[BarcodeFormat]:
    return frozenset(format_.symbology for format_ in linear_formats(True))


def text_of(content: bytes) -> str:
    """The bytes of a code as text: UTF-8, else GB18030, else Latin-1."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def place_of(corners: tuple[Point, ...]) -> Place:
    """The place of four corners, the first two of which are its upper side."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    ux, uy = (x1 - x0 + x2 - x3) / 2, (y1 - y0 + y2 - y3) / 2
    vx, vy = (x3 - x0 + x2 - x1) / 2, (y3 - y0 + y2 - y1) / 2
    along = math.hypot(ux, uy)
    turn = math.atan2(uy, ux)
    across = abs(vy * math.cos(turn) - vx * math.sin(turn))
    return Place((x0 + x1 + x2 + x3) / 4, (y0 + y1 + y2 + y3) / 4, turn, along / 2, across / 2)


def _is_quiet(cut: Image.Image, corners: tuple[Point, ...], text: str) -> bool:
    """Whether there is paper, not more bars, before and after a bar code in an upright cut."""
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    if bottom - top < 2:
        top, bottom = top - 1, bottom + 1
    module = (right - left) / _modules(text)
    inside = _columns(cut, left, right, top, bottom)
    before = _columns(cut, left - 5.5 * module, left - 1.5 * module, top, bottom)
    after = _columns(cut, right + 1.5 * module, right + 5.5 * module, top, bottom)
    if not (inside and before and after):
        return False
    shades = sorted(inside)
    dark, light = shades[len(shades) // 10], shades[-len(shades) // 10]
    return min(min(before), min(after)) > (dark + light) / 2


def solid_parts(seen: Image.Image, corners: tuple[Point, ...]) -> list[tuple[Point, ...]]:
    """The upper and lower code where the decoder took two alike, one over the other, for one."""
    from PIL import Image

    place = place_of(corners)
    if place.across < 0.12 * place.along or place.across < _SLICES / 2:
        return [corners]
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    width = 128
    flat = seen.transform(
        (width, _SLICES), Image.Transform.QUAD, (x0, y0, x3, y3, x2, y2, x1, y1),
        Image.Resampling.BILINEAR,
    ).tobytes()  # fmt: skip
    rows = [flat[i * width : (i + 1) * width] for i in range(_SLICES)]
    usual = _bits(bytes(sum(column) // _SLICES for column in zip(*rows, strict=True)))
    barred = [(_bits(row) ^ usual).bit_count() < _UNLIKE * width for row in rows]
    if sum(barred) < _SLICES // 3:
        return []
    first, last = barred.index(True), _SLICES - 1 - barred[::-1].index(True)
    gap = [i for i in range(first, last) if not barred[i]]
    if len(gap) < 2:
        return [corners]
    return [_slice(corners, 0, gap[0]), _slice(corners, gap[-1] + 1, _SLICES)]


def _bits(row: bytes) -> int:
    """A row of shades as dark and light, one bit in each byte."""
    middle = (min(row) + max(row)) // 2
    return int.from_bytes(row.translate(bytes(shade > middle for shade in range(256))))


def _slice(corners: tuple[Point, ...], begin: int, end: int) -> tuple[Point, ...]:
    """The part of four corners between two of the slices."""
    top_left, top_right, bottom_right, bottom_left = corners

    def on(one: Point, other: Point, share: float) -> Point:
        return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share

    a, b = begin / _SLICES, end / _SLICES
    return (
        on(top_left, bottom_left, a), on(top_right, bottom_right, a),
        on(top_right, bottom_right, b), on(top_left, bottom_left, b),
    )  # fmt: skip


def _modules(text: str) -> float:
    """About how many modules wide a bar code of this text (prefix first) is."""
    prefix, length = text[:3], len(text) - 3
    if prefix == "]E4":
        return 67
    if prefix[1] == "A":
        return 16 * (length + 2)
    return {"]E0": 51 if text.startswith("]E00") else 95, "]I1": 135}.get(prefix, 100)


def _columns(cut: Image.Image, left: float, right: float, top: float, bottom: float) -> bytes:
    """The mean shade of each column of a part of the cut; nothing where it is outside."""
    box = (round(left), round(top), max(round(left) + 1, round(right)), round(bottom))
    if box[0] < 0 or box[2] > cut.width or box[3] <= box[1]:
        return b""
    top_in, bottom_in = max(0, box[1]), min(cut.height, box[3])
    part = cut.crop((box[0], top_in, box[2], bottom_in))
    return part.reduce((1, part.height)).tobytes()


def find_bars(grey: Image.Image) -> list[Place]:
    """Where there are bars side by side, at any angle; the largest first."""
    shrink = max(1, round(max(grey.size) / 3000))
    small = grey.reduce(shrink) if shrink > 1 else grey
    if min(small.size) < 2 * _LEAST_BLOCK:
        return []
    block = max(_LEAST_BLOCK, round(max(small.size) / _BLOCKS_ACROSS))
    columns, turns, weights = _slopes(small, block)
    groups = _groups(columns, turns, weights)
    places = [place for group in groups if (place := _around(group, columns, turns, weights))]
    ordered = sorted(places, key=lambda place: -place.along * place.across)[:_MOST_PLACES]
    size = block * shrink
    return [
        Place(p.x * size, p.y * size, p.turn, p.along * size, p.across * size) for p in ordered
    ]


def _slopes(
    grey: Image.Image, block: int
) -> tuple[int, dict[int, float], dict[int, float]]:
    """For each block with bars in it: the direction across them, and how strong they are."""
    from PIL import ImageChops

    w, h = grey.width - 1, grey.height - 1
    corner = [grey.crop((x, y, w + x, h + y)) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1))]
    pairs = ((0, 1), (0, 2), (0, 3), (1, 2))
    strips = [ImageChops.difference(corner[i], corner[j]).reduce(block) for i, j in pairs]
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
