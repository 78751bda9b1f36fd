"""Which reads of a picture are believed: those that agree, at a place where nothing speaks against.

Most wrong reads are not chance: the left half of an EAN-13 is a right UPC-E of number system 1,
and every pass reads it alike. So the weak kinds must agree more often and have paper around them,
and a small code inside a larger one counts as a piece of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from pos_tui.devices.scanners.picture_bars import turn_between
from pos_tui.devices.scanners.picture_search import Read
from pos_tui.reasons import Reason, because

_WEAK = ("UPC-E", "EAN-8", "Code 39", "ITF", "DataBar", "Micro QR")
_NEEDS_PAPER = ("UPC-E", "EAN-8", "Code 39", "ITF")
_LOCATED = ("EAN-13", "Code 128", "QR Code", "Data Matrix", "Aztec", "PDF417")

ONCE = because("picture.once")
PIECE = because("picture.piece")
DISAGREE = because("picture.disagree")
TWICE = because("picture.twice")
UNREADABLE = because("picture.unreadable")
BARS = because("picture.bars")


class Doubt(Struct, frozen=True):
    """A read that is not believed, and why."""

    text: str
    read: Read
    why: Reason


class Claim(Struct, frozen=True):
    """All reads of one text at one place, the largest first."""

    reads: tuple[Read, ...]

    @property
    def read(self) -> Read:
        """The read that shows best where it is."""
        return self.reads[0]

    @property
    def is_enough(self) -> bool:
        """Whether as many independent reads agree as its kind needs."""
        ways = {read.way for read in self.reads}
        return len(ways) >= (3 if self.is_weak else 2)

    @property
    def is_weak(self) -> bool:
        """Whether its kind is easily read out of something else."""
        return self.read.symbology.startswith(_WEAK)


def claims_of(reads: Iterable[Read]) -> list[Claim]:
    """The reads that gave a text, put together by text and place."""
    by_text: dict[str, list[Read]] = {}
    for read in reads:
        if read.text:
            by_text.setdefault(read.text, []).append(read)
    return [Claim(tuple(spot)) for alike in by_text.values() for spot in spots_of(alike)]


def spots_of(reads: Iterable[Read]) -> list[list[Read]]:
    """Reads that lie on one another, or are joined by one that does; the largest of each first."""
    spots: list[list[Read]] = []
    for read in sorted(reads, key=lambda read: -read.place.along * (read.place.across + 1)):
        joined = [spot for spot in spots if any(is_same_place(one, read) for one in spot)]
        spots = [spot for spot in spots if spot not in joined]
        spots.append([*(one for spot in joined for one in spot), read])
    return spots


def is_same_place(one: Read, other: Read) -> bool:
    """Whether two reads are of one place; bars may be read at different heights of one code."""
    a, b = one.place, other.place
    if one.is_linear and other.is_linear and turn_between(a.turn, b.turn) < 0.45:
        u, v = a.seen_from(b.x, b.y)
        shared = min(a.along, u + b.along) - max(-a.along, u - b.along)
        gap = abs(v) - a.across - b.across
        return shared >= min(a.along, b.along) and gap <= 0.24 * max(a.along, b.along)
    large, small = (a, b) if a.along * a.across >= b.along * b.across else (b, a)
    return large.has(small.x, small.y, slack=0.2 * min(large.along, large.across))


def weigh_reads(reads: Sequence[Read]) -> tuple[list[Read], list[Doubt]]:
    """What is certain, and what is doubtful: each place once."""
    claims = sorted(claims_of(reads), key=lambda claim: (-len(claim.reads), claim.read.text))
    certain: list[Read] = []
    doubts: list[Doubt] = []
    for claim in claims:
        rivals = [
            other for other in claims
            if other.read.text != claim.read.text and is_same_place(claim.read, other.read)
        ]  # fmt: skip
        why = _why_alone(claim)
        if not why and not all(_is_piece(other, claim) for other in rivals):
            why = DISAGREE
        if not why and any(_may_be_one(claim.read, other) for other in certain):
            why = TWICE
        if why:
            doubts.append(Doubt("" if why == DISAGREE else claim.read.text, claim.read, why))
        else:
            certain.append(claim.read)
    doubts += [Doubt("", read, UNREADABLE) for read in _located(reads)]
    return certain, _each_place_once(certain, doubts)


def _why_alone(claim: Claim) -> Reason | None:
    """What speaks against a claim in itself; None where nothing does."""
    if not claim.is_enough:
        return ONCE
    if claim.read.symbology == "UPC-E" and not claim.read.text.startswith("]E000"):
        return PIECE
    quiet = sum(read.quiet for read in claim.reads)
    if claim.read.symbology.startswith(_NEEDS_PAPER) and 2 * quiet <= len(claim.reads):
        return PIECE
    return None


def _is_piece(small: Claim, large: Claim) -> bool:
    """Whether a bar code is what a piece of another, longer one looks like."""
    return small.read.is_linear and small.read.place.along < 0.8 * large.read.place.along


def _may_be_one(read: Read, other: Read) -> bool:
    """Whether two reads of a text are perhaps the upper and the lower part of one code."""
    if read.text != other.text or not read.is_linear:
        return False
    a, b = read.place, other.place
    u, v = a.seen_from(b.x, b.y)
    return (
        abs(u) < 0.12 * a.along
        and turn_between(a.turn, b.turn) < 0.06
        and abs(a.along - b.along) < 0.08 * a.along
        and abs(v) - a.across - b.across < a.along
    )


def _located(reads: Sequence[Read]) -> list[Read]:
    """Codes that were seen in two ways, and read in none."""
    failed = [read for read in reads if not read.text and read.symbology.startswith(_LOCATED)]
    return [spot[0] for spot in spots_of(failed) if len({read.way for read in spot}) >= 2]


def _each_place_once(certain: Sequence[Read], doubts: Sequence[Doubt]) -> list[Doubt]:
    kept: list[Doubt] = []
    for doubt in doubts:
        others = [other.read for other in kept]
        if doubt.why != TWICE:
            others += certain
        if not any(is_same_place(doubt.read, other) for other in others):
            kept.append(doubt)
    return kept
