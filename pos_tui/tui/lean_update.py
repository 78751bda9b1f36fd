"""Updates of the screen that cost what has changed.

Textual's own paint a row from where its widget begins, and ask each widget for its rows that lies
between the first changed row and the last. What is private to Textual is used here only.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip


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
        """The rows of the widgets that something has changed in; of all where everything has."""
        if not self._changed:
            yield from super()._get_renders(crop)
            return
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            if any(seen.overlaps(changed) for changed in self._changed):
                within = Region(seen.x - region.x, seen.y - region.y, seen.width, seen.height)
                yield region, clip, widget.render_lines(within)


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
