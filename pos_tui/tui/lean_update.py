"""Updates of the screen that cost what has changed.

Textual's own paint a row from where its widget begins, and ask each widget for its rows that lies
between the first changed row and the last. What is private to Textual is used here only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class LeanCompositor(Compositor):
    """Textual's compositor, with its partial updates cut on both sides."""

    _changed: tuple[Region, ...] = ()

    def render_partial_update(self) -> ChopsUpdate | None:
        """What changed since the last frame; None when nothing did."""
        self._changed = tuple(self._dirty_regions)
        update = super().render_partial_update()
        self._changed = ()
        if update is None:
            return None
        return _LeanUpdate(update.chops, update.spans, update.chop_ends)

    def _get_renders(
        self, crop: Region | None = None
    ) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """The rows that something has changed in, of the widgets in front; everything of all where
        everything has.
        """
        if not self._changed:
            yield from super()._get_renders(crop)
            return
        places = self.visible_widgets
        for widget, rows in self._changed_rows().items():
            region, clip = places[widget]
            for top, bottom in rows:
                band = clip.intersection(Region(clip.x, top, clip.width, bottom - top))
                seen = region.intersection(band)
                within = Region(seen.x - region.x, seen.y - region.y, seen.width, seen.height)
                yield region, band, widget.render_lines(within)

    def _changed_rows(self) -> dict[Widget, list[tuple[int, int]]]:
        """The bands of rows to make again, by widget from the front to the back.

        What lies behind a widget that has all of a change is not seen there.
        """
        rows: dict[Widget, set[int]] = {widget: set() for widget in self.visible_widgets}
        for changed in self._changed:
            for widget, (region, clip) in self.visible_widgets.items():
                seen = region.intersection(clip)
                if seen.overlaps(changed):
                    part = seen.intersection(changed)
                    rows[widget].update(part.line_range)
                    if part == changed:
                        break
        return {widget: _bands(sorted(each)) for widget, each in rows.items() if each}


def _bands(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbouring rows as (first, end)."""
    bands: list[tuple[int, int]] = []
    for row in rows:
        if bands and bands[-1][1] == row:
            bands[-1] = bands[-1][0], row + 1
        else:
            bands.append((row, row + 1))
    return bands


class _LeanUpdate(ChopsUpdate):
    """Pieces of rows, each from its first changed cell to its last."""

    def render_segments(self, console: Console) -> str:
        """The update as it is written to the terminal."""
        written: list[str] = []
        for y, x1, x2 in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is None or x >= x2 or end <= x1:
                    continue
                first, last = max(x, x1), min(end, x2)
                if (first, last) != (x, end):
                    strip = strip.crop(first - x, last - x)  # noqa: PLW2901
                written += (Control.move_to(first, y).segment.text, strip.render(console))
        return "".join(written)
