"""Every single read of a grey picture: of the whole of it, and of one place in many ways."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pos_tui.devices.scanners.picture_bars import Place, Point, place_of

if TYPE_CHECKING:
    from PIL import Image
    from zxingcpp import Barcode, BarcodeFormat

_LEAST_HALF = 5.0
_DOTS_SHARPENED = 3_500_000
_SLICES = 24
_LONGEST = 900
_UNLIKE = 0.25


class Read(Struct, frozen=True):
    """What one pass made of one place; `text` is empty and `error` tells why where it failed.

    `content` are the bytes of a code of dots whose letters the decoder could only guess.
    """

    text: str
    symbology: str
    is_linear: bool
    place: Place
    corners: tuple[Point, ...]
    way: str
    error: str = ""
    quiet: bool = True
    content: bytes = b""


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
    Look("as_is", scale=1.3, squeeze=0.6),
    Look("turned", turn=math.radians(3), scale=1.0, squeeze=0.7, is_global=True),
    Look("sharpened", turn=math.radians(1), scale=2.0, squeeze=0.5, sharpen=180),
    Look("enlarged", turn=math.radians(-4), scale=2.2),
    Look("turned back", turn=math.radians(-9), scale=1.7),
    Look("turned on", turn=math.radians(9), scale=1.7),
)
WIDER = Look("wider")


def linear_formats(*, with_weak: bool) -> list[BarcodeFormat]:
    """The bar codes a shop has; the weak ones are for one place at a time only.

    In a whole picture DataBar's halves are put together from different goods, and a UPC-E is
    found in the left half of most EAN-13.
    """
    from zxingcpp import BarcodeFormat as Format

    strong = [Format.EAN13, Format.UPCA, Format.Code128]
    weak = [Format.EAN8, Format.UPCE, Format.Code39Std, Format.ITF14,
            Format.DataBarOmni, Format.DataBarExp, Format.DataBarLtd]  # fmt: skip
    return strong + weak if with_weak else strong


def square_formats() -> list[BarcodeFormat]:
    """The codes of dots that a shop has, and PDF417."""
    from zxingcpp import BarcodeFormat as Format

    return [Format.QRCodeModel2, Format.MicroQRCode, Format.DataMatrix, Format.PDF417,
            Format.AztecCode]  # fmt: skip


def search_whole(grey: Image.Image) -> Iterator[Read]:
    """Every read of the whole picture: as it is, and sharpened or, if it is large, smaller.

    Light codes on dark are looked for in one of the two only, the one that costs less.
    """
    from PIL import Image, ImageFilter
    from zxingcpp import BarcodeFormats, TextMode, read_barcodes

    formats = BarcodeFormats([*linear_formats(with_weak=False), *square_formats()])
    square = BarcodeFormats(square_formats())
    is_small = grey.width * grey.height <= _DOTS_SHARPENED
    found = read_barcodes(
        grey,
        formats,
        try_downscale=False,
        try_invert=is_small,
        return_errors=True,
        text_mode=TextMode.Plain,
    )
    yield from _reads(found, "whole", (1, 0, 0, 0, 1, 0), grey)
    scale = 1.5 if is_small else 0.55
    size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
    if is_small:
        sharp = grey.filter(ImageFilter.Kernel((3, 3), (-1, -1, -1, -1, 14, -1, -1, -1, -1)))
        other = sharp.resize(size, Image.Resampling.BILINEAR)
    else:
        other = grey.resize(size, reducing_gap=2.0)
    found = read_barcodes(
        other,
        square,
        try_downscale=False,
        try_invert=not is_small,
        return_errors=True,
        text_mode=TextMode.Plain,
    )
    yield from _reads(found, "whole, other size", (1 / scale, 0, 0, 0, 1 / scale, 0), other)


def halved(grey: Image.Image) -> list[Image.Image]:
    """The picture, and again at a half, a quarter and an eighth, for large codes."""
    return [grey, *(grey.reduce(2**level) for level in (1, 2, 3) if min(grey.size) >= 2**level)]


def search_place(
    levels: Sequence[Image.Image], place: Place, look: Look, *, linear: bool
) -> list[Read]:
    """Every read of one place, cut out and turned upright, in one way of looking."""
    from zxingcpp import BarcodeFormat as Format

    if linear:
        formats = [*linear_formats(with_weak=True), Format.PDF417]
        return _search(levels, place, 2.0, look, formats, is_upright=True)
    return _search(levels, place, _margin(place), look, square_formats(), is_upright=False)


def search_wider(levels: Sequence[Image.Image], place: Place) -> list[Read]:
    """A PDF417 that begins or ends at the place: most of it has no bars from edge to edge."""
    from zxingcpp import BarcodeFormat as Format

    wider = replace(place, along=3 * place.along)
    return _search(levels, wider, 0.4 * place.across, WIDER, [Format.PDF417], is_upright=True)


def _margin(place: Place) -> float:
    return 0.14 * place.along + 10


def _search(
    levels: Sequence[Image.Image],
    place: Place,
    beside: float,
    look: Look,
    formats: Sequence[BarcodeFormat],
    *,
    is_upright: bool,
) -> list[Read]:
    """Read a place and the margins around it; across it, the margin is `beside`."""
    from PIL import Image, ImageFilter
    from zxingcpp import BarcodeFormats, Binarizer, TextMode, read_barcodes

    scale = look.scale * min(1.0, _LONGEST / (2 * place.along))
    squeeze = look.squeeze if is_upright else 1.0
    along, across = place.along + _margin(place), place.across + beside
    width, height = max(8, round(2 * along * scale)), max(8, round(2 * across * scale * squeeze))
    cos, sin = math.cos(place.turn + look.turn) / scale, math.sin(place.turn + look.turn) / scale
    b, e = -sin / squeeze, cos / squeeze
    back = (
        cos, b, place.x - (cos * width + b * height) / 2,
        sin, e, place.y - (sin * width + e * height) / 2,
    )  # fmt: skip
    level = min(len(levels) - 1, max(0, int(math.log2(1 / scale))))
    cut = levels[level].transform(
        (width, height),
        Image.Transform.AFFINE,
        [value / 2**level for value in back],
        Image.Resampling.BICUBIC if look.scale > 1.5 else Image.Resampling.BILINEAR,
        fillcolor=128,
    )
    if look.sharpen:
        cut = cut.filter(ImageFilter.UnsharpMask(1.2 * look.scale, look.sharpen, 0))
    found = read_barcodes(
        cut,
        BarcodeFormats(formats),
        try_rotate=not is_upright,
        try_downscale=False,
        try_invert=not is_upright,
        binarizer=Binarizer.GlobalHistogram if look.is_global else Binarizer.LocalAverage,
        return_errors=True,
        text_mode=TextMode.Plain,
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
        text = code.symbology_identifier + code.text if _is_of_a_shop(code) else ""
        content: bytes = b"" if is_linear or code.bytes.isascii() else code.bytes
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
                content,
            )


def _is_of_a_shop(code: Barcode) -> bool:
    """Whether a code was read, and is no piece of an ITF-14 (the decoder gives any length)."""
    from zxingcpp import BarcodeFormat

    if not code.valid:
        return False
    if code.format.symbology != BarcodeFormat.ITF:
        return True
    content: bytes = code.bytes
    digits = [byte - ord("0") for byte in content]
    return len(digits) == 14 and (3 * sum(digits[::2]) + sum(digits[1::2])) % 10 == 0


def _linear_symbologies() -> frozenset[BarcodeFormat]:
    return frozenset(format_.symbology for format_ in linear_formats(with_weak=True))


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
    return min(before + after) > (dark + light) / 2


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
    middle = (min(row) + max(row)) // 2 + 1
    return int.from_bytes(row.translate(bytes(middle) + b"\1" * (256 - middle)))


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
