"""What all panes share: a frame with a title, and rows drawn only when they change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from pos_tui.plain_text import plain_text
from pos_tui.text_width import clip, pad, width_of
from pos_tui.tui.theme import Palette

Spans = Iterable[tuple[str, str]]


class Pane(Widget):
    """A widget that paints whole rows of plain segments; product names are never markup."""

    DEFAULT_CSS = "Pane { width: 1fr; height: 1fr; }"
    can_focus = False

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self.palette = palette

    def spans(self, y: int) -> Spans:
        """The row y as (text, style name) pairs; what is missing on the right is filled."""
        raise NotImplementedError

    def render_lines(self, crop: Region) -> list[Strip]:
        """Some rows for Textual, without what its styles could add to them: a pane has none."""
        strips = [self.render_line(y) for y in crop.line_range]
        for line_filter in self.get_line_filters():
            background = self.background_colors[1]
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        if crop.column_span != (0, self.outer_size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        """One row for Textual."""
        width, palette = self.outer_size.width, self.palette
        segments, used = [], 0
        for span, style in self.spans(y):
            text = span if span.isprintable() else plain_text(span)
            if text:
                segments.append(Segment(text, palette[style]))
                used += width_of(text)
        if used < width:
            segments.append(Segment(" " * (width - used), palette["base"]))
        return Strip(segments, max(used, width))

    def repaint_row(self, y: int, width: int | None = None) -> None:
        """Draw one row again, or its first `width` cells."""
        if 0 <= y < self.outer_size.height:
            self.refresh(Region(0, y, self.outer_size.width if width is None else width, 1))

    # ---- frames ------------------------------------------------------------------------------

    def top(self, title: str) -> Spans:
        """The frame's upper edge, with a title in it."""
        room = self.outer_size.width - 5
        title = clip(title, room)
        rest = "─" * (room - width_of(title))
        return (("╭─ ", "frame"), (title, "title"), (f" {rest}╮", "frame"))

    def bottom(self) -> Spans:
        """The frame's lower edge."""
        return ((f"╰{'─' * (self.outer_size.width - 2)}╯", "frame"),)

    def inside(self, text: str, style: str) -> Spans:
        """A row inside the frame, in one style; plain rows carry the frame in the same segment."""
        return self.framed(pad(text, self.outer_size.width - 2), style)

    def framed(self, inner: str, style: str) -> Spans:
        """A row inside the frame of a text that fills it exactly."""
        return (("│", "frame"), (inner, style), ("│", "frame"))


class TextPane(Pane):
    """A framed pane of a few rows of words, made anew when it is refreshed, not for each row."""

    def __init__(self, palette: Palette) -> None:
        super().__init__(palette)
        self._made: tuple[Size, list[Spans]] | None = None

    def make_rows(self) -> tuple[str, list[tuple[str, str]]]:
        """The title, and the rows from the top as (text, style name)."""
        raise NotImplementedError

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Make the rows again, in the language in use, and paint them."""
        self._made = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def spans(self, y: int) -> Spans:
        """One row of the pane."""
        if self._made is None or self._made[0] != self.outer_size:
            self._made = self.outer_size, self._framed_rows()
        return self._made[1][y]

    def _framed_rows(self) -> list[Spans]:
        title, rows = self.make_rows()
        room = self.outer_size.height - 2
        filled = [self.inside(*row) for row in rows[:room]]
        empty = self.framed(" " * (self.outer_size.width - 2), "line")
        return [self.top(title), *filled, *[empty] * (room - len(filled)), self.bottom()]


def changed_cells(old: str, new: str) -> tuple[int, int]:
    """From which cell to which one of two texts in the same place is painted again."""
    same = 0
    for a, b in zip(old, new, strict=False):
        if a != b:
            break
        same += 1
    return width_of(new[:same]), max(width_of(old), width_of(new))
