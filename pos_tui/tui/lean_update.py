"""Updates of the screen that paint a row from its first changed cell on.

Textual's own begin where the row's widget begins, and paint again what has not changed.
"""

from __future__ import annotations

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor


class LeanCompositor(Compositor):
    """Textual's compositor, with its partial updates cut on both sides."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """What changed since the last frame; None when nothing did."""
        update = super().render_partial_update()
        if update is None:
            return None
        return _LeanUpdate(update.chops, update.spans, update.chop_ends)


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
