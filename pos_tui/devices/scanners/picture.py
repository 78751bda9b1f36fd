"""The codes in a picture of goods: those that are certain, and those to be scanned by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from pos_tui.devices.scanners.picture_bars import Place, Point, find_bars
from pos_tui.devices.scanners.picture_belief import (
    BARS,
    Doubt,
    claims_of,
    spots_of,
    weigh_reads,
)
from pos_tui.devices.scanners.picture_file import MISSING_PACKAGES, PictureError, name_of, open_grey
from pos_tui.devices.scanners.picture_search import (
    LOOKS,
    Read,
    halved,
    search_place,
    search_whole,
    search_wider,
)
from pos_tui.devices.scanners.picture_unread import enlarged_reads, unread_bars
from pos_tui.devices.scanners.scanned_text import shop_text
from pos_tui.reasons import Reason

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Doubtful", "Picture", "PictureCode", "PictureError", "read_picture"]


_LOOKS_IN_VAIN = 3
_MOST_SHARPENED = 350


class PictureCode(Struct, frozen=True):
    """A code that is certain; `text` begins with its AIM prefix, corners are in picture dots."""

    text: str
    symbology: str
    corners: tuple[Point, ...]


class Doubtful(Struct, frozen=True):
    """A code to be scanned by hand; `text` may be empty."""

    text: str
    symbology: str
    why: Reason
    corners: tuple[Point, ...]


class Picture(Struct, frozen=True):
    """What is in a picture, top to bottom and left to right; its upright size in dots."""

    codes: tuple[PictureCode, ...]
    doubtful: tuple[Doubtful, ...]
    width: int
    height: int


_Found = TypeVar("_Found", PictureCode, Doubtful)


def read_picture(source: Path | bytes, encoding: str = "") -> Picture:
    """Every code in a picture file (or its bytes); the same code on two goods is two codes.

    `encoding` is that of the shop's language, for text whose own is not certain.

    Raises PictureError for whatever cannot be read.
    """
    grey, width, height, scale = open_grey(source)
    try:
        reads = _all_reads(grey)
        certain, _ = weigh_reads(reads)
        reads += enlarged_reads(grey, certain, _search)
        certain, doubts = weigh_reads(reads)
        known = [*certain, *(doubt.read for doubt in doubts)]
        doubts += [Doubt("", bars, BARS) for bars in unread_bars(grey, known)]
    except ImportError as error:
        raise PictureError(MISSING_PACKAGES) from error
    except Exception as error:  # a till goes on, whatever a picture does to the decoder
        raise PictureError("picture.not_searched", name=name_of(source)) from error
    full = _to_full_size(scale)
    codes = [
        PictureCode(_text(read, encoding), read.symbology, full(read.corners)) for read in certain
    ]
    doubtful = [
        Doubtful(doubt.text, doubt.read.symbology, doubt.why, full(doubt.read.corners))
        for doubt in doubts
    ]
    return Picture(_in_reading_order(codes), _in_reading_order(doubtful), width, height)


def _text(read: Read, encoding: str) -> str:
    """What a code says; a decoder that could only guess its letters is helped by the shop's."""
    if not read.content:
        return read.text
    return read.text[:3] + shop_text(read.content, read.text[3:], encoding)


def _all_reads(grey: Image.Image) -> list[Read]:
    """Every read of the picture as it is."""
    return _search(grey)


def _search(grey: Image.Image) -> list[Read]:
    """Search the whole picture, then each place with bars, then what is still in question."""
    reads = list(search_whole(grey))
    levels = halved(grey)
    places = find_bars(grey)
    for place in places:
        known = [read for read in reads if read.is_linear and _is_in(read, place)]
        seen = _look_closely(levels, place, known, linear=True)
        if not known and not seen and place.along <= _MOST_SHARPENED:
            seen = search_wider(levels, place)
        reads += seen
    for spot in spots_of(read for read in reads if not read.is_linear):
        reads += _look_closely(levels, spot[0].place, spot, linear=False)
    for claim in claims_of(read for read in reads if read.is_linear):
        if not claim.is_enough:
            reads += _look_closely(levels, claim.read.place, claim.reads, linear=True)
    return reads


def _is_in(read: Read, place: Place) -> bool:
    return place.has(read.place.x, read.place.y, slack=0.1 * place.across)


def _look_closely(
    levels: Sequence[Image.Image], place: Place, known: Sequence[Read], *, linear: bool
) -> list[Read]:
    """Look at a place in one way after another until what is there is certain."""
    found: list[Read] = []
    for number, look in enumerate(LOOKS):
        claims = claims_of([*known, *found])
        if claims and all(claim.is_enough for claim in claims):
            break
        if not claims and number >= _LOOKS_IN_VAIN:
            break
        if not claims and look.sharpen and place.along > _MOST_SHARPENED:
            break
        found += search_place(levels, place, look, linear=linear)
    return found


def _to_full_size(scale: float) -> Callable[[tuple[Point, ...]], tuple[Point, ...]]:
    return lambda corners: tuple((round(x / scale, 1), round(y / scale, 1)) for x, y in corners)


def _in_reading_order(found: Iterable[_Found]) -> tuple[_Found, ...]:
    """Rows from the top, each from the left; a row is what begins above its first one's foot."""
    left = sorted(found, key=lambda one: _middle(one.corners)[1])
    ordered: list[_Found] = []
    while left:
        foot = max(y for _, y in left[0].corners)
        row = [one for one in left if _middle(one.corners)[1] <= foot]
        ordered += sorted(row, key=lambda one: _middle(one.corners)[0])
        left = left[len(row) :]
    return tuple(ordered)


def _middle(corners: tuple[Point, ...]) -> Point:
    return sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4
