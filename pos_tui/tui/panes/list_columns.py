"""The columns of the settlement list: they share the width by what is in them."""

from __future__ import annotations

from typing import NamedTuple

from pos_tui.checkout.line import SettlementLine
from pos_tui.money import Currency, format_amount
from pos_tui.text_width import clip, pad, pad_left, width_of

_OFFERS_FROM = 48  # below so many cells offers and unit prices give way, never the amount
_SHORT_NAME, _LEAST_NAME, _USUAL_NAME = 20, 26, 34


class LineCells(NamedTuple):
    """What stands in a row: the unit price only where it is not the amount itself."""

    number: str
    name: str
    quantity: str
    unit: str
    offer: str
    gain: str
    actual: str


class _Widths(NamedTuple):
    """The cells of each column; 0: it is left out."""

    number: int
    name: int
    quantity: int
    unit: int
    offer: int
    actual: int


class ListColumns:
    """Lays the rows of a list out. Columns only become wider, so that rows rarely move.

    With less room the number goes first, then the unit price, then names get shorter, and the
    words of an offer give way last; what it takes off stays.
    """

    def __init__(self) -> None:
        self._room = 0
        self._widest = [0] * len(LineCells._fields)
        self._offer = 0
        self._widths = _Widths(0, 0, 0, 0, 0, 0)

    def begin(self, room: int, heads: LineCells) -> None:
        """Begin anew in so many cells, under these heads."""
        self._room = room
        self._widest = [width_of(head) for head in heads]
        self._widest[1] = 0
        self._offer = self._widest[4]
        self._widths = self._shared()

    def make_room(self, cells: LineCells) -> bool:
        """Make room for a row; True when the columns are others now."""
        self._widest = [max(width_of(each), w) for each, w in zip(cells, self._widest, strict=True)]
        self._offer = max(self._offer, width_of(_offer(cells, 999)))
        before, self._widths = self._widths, self._shared()
        return self._widths != before

    def shows_whole(self, cells: LineCells) -> bool:
        """Whether the name has its room, and the unit price if there is one."""
        return width_of(cells.name) <= self._widths.name and bool(
            self._widths.unit or not cells.unit
        )

    def row(self, cells: LineCells) -> str:
        """A row, filling the room exactly."""
        widths = self._widths
        parts = [pad_left(cells.number, widths.number)] if widths.number else [""]
        parts += [pad(cells.name, widths.name), pad_left(cells.quantity, widths.quantity)]
        if widths.unit:
            parts.append(pad_left(cells.unit, widths.unit))
        if widths.offer:
            offer = _offer(cells, widths.offer)
            parts.append(pad_left(offer, widths.offer))
        parts.append(pad_left(cells.actual, widths.actual))
        return pad(" ".join(parts), self._room)

    def _shared(self) -> _Widths:
        number, name, quantity, unit, _, gain, actual = self._widest
        left = self._room - quantity - actual - 3
        if self._room < _OFFERS_FROM:
            return _Widths(0, max(left, 1), quantity, 0, 0, actual)
        least = max(_SHORT_NAME, min(name, _LEAST_NAME))
        offer = max(min(self._offer, left - least - 1), gain, 1)
        left -= offer + 1
        enough = max(_LEAST_NAME, min(name, _USUAL_NAME))
        if left - unit - 1 >= enough:
            left -= unit + 1
        else:
            unit = 0
        if left - number >= _USUAL_NAME:
            left -= number
        else:
            number = 0
        return _Widths(number, left, quantity, unit, offer, actual)


def cells_of_line(index: int, line: SettlementLine, currency: Currency) -> LineCells:
    """The cells of a line."""
    saved = line.saved
    plain = line.quantity == 1 and not saved
    return LineCells(
        str(index + 1),
        line.item.name,
        str(line.quantity),
        "" if plain else format_amount(line.item.unit_price, currency),
        line.offer,
        f"−{format_amount(saved, currency)}" if saved > 0 else "",
        format_amount(line.actual, currency),
    )


def _offer(cells: LineCells, columns: int) -> str:
    """An offer's words and what it takes off, in at most so many cells: its words give way."""
    words = clip(cells.offer, columns - width_of(cells.gain) - 1 if cells.gain else columns)
    return (
        f"{words} {cells.gain}" if words and words != "…" and cells.gain else (cells.gain or words)
    )
