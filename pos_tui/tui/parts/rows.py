"""A list of rows in columns: arrows select, typing searches, Enter opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.css.styles import RulesMap
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.parts.columns import Column, Columns, Item, Row
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say


class RowList(Vertical, Generic[Item]):
    """Rows of which one is chosen. ↑↓ PgUp PgDn Home End move, Enter opens, letters search.

    A search keeps the rows in which the words stand; with `search` it shows what that finds.
    """

    class Opened(Message):
        """Enter was pressed on the chosen row."""

    class Moved(Message):
        """Another row is chosen."""

    def __init__(
        self,
        palette: Palette,
        columns: Sequence[Column],
        *,
        empty: str = "",
        search: Callable[[str], Sequence[Row[Item]]] | None = None,
        scan: Callable[[str], None] | None = None,
        letters: bool = True,
    ) -> None:
        """`empty` is said where there are no rows; `scan` gets a code that is scanned here;
        without `letters` the page has keys for them, and they search nothing.
        """
        super().__init__()
        self.palette = palette
        self._letters = letters
        self.columns = Columns(columns)
        self.words = ""
        self._empty = empty
        self._search = search
        self._scan = scan
        self._all: Sequence[Row[Item]] = ()
        self.rows: Sequence[Row[Item]] = ()
        self._options = OptionList(markup=False)
        self._head = _Line(palette, lambda: (self._aligned(self.columns.titles), "column"))
        self._typed = _Line(palette, lambda: (f"▸ {self.words}▁", "typed"))
        self._nothing = Static(classes="empty muted", markup=False)

    def compose(self) -> ComposeResult:
        """Titles, rows, and the words that are searched."""
        if self._search is not None:
            yield self._typed
        yield self._head
        yield self._nothing
        yield self._options
        if self._search is None:
            yield self._typed

    def on_mount(self) -> None:
        """Show what there is."""
        self._refill(0)

    def on_resize(self) -> None:
        """Keep the chosen row in view: what the page says takes room, and gives it back."""
        self.call_after_refresh(self._options.scroll_to_highlight)

    @property
    def chosen(self) -> Item | None:
        """What the chosen row stands for; None where there is no row."""
        place = self._options.highlighted
        return None if place is None else self.rows[place].item

    def show(self, rows: Iterable[Row[Item]], choose: int | None = None) -> None:
        """Show these rows; choose one, or stay about where it was."""
        self._all = tuple(rows)
        self._refill(self._options.highlighted or 0 if choose is None else choose)

    def move(self, by: int) -> None:
        """Choose a row so many below (above: less than zero), where the keys go elsewhere."""
        if self.rows:
            place = (self._options.highlighted or 0) + by
            self._options.highlighted = max(0, min(place, len(self.rows) - 1))

    def search(self, words: str) -> None:
        """Search for words; "" shows all rows again."""
        self.words = words
        self._refill(0)
        self.post_message(self.Moved())

    def use_scan(self, text: str, began: float | None) -> bool:
        """Give a scan to whom it concerns."""
        if self._scan is not None:
            self._scan(text)
        return self._scan is not None

    def on_key(self, event: events.Key) -> None:
        """Letters are searched for."""
        words = self.words
        if event.key == "escape" and words and self._search is None:
            words = ""
        elif event.key == "backspace" and words:
            words = words[:-1]
        elif not self._letters:
            return
        elif event.is_printable and event.character and (words or event.character != " "):
            words += event.character
        else:
            return
        event.stop()
        self.search(words)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, or a click."""
        event.stop()
        self.post_message(self.Opened())

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """An arrow."""
        event.stop()
        self.post_message(self.Moved())

    def style_of(self, row: Row[Item]) -> RichStyle:
        """A row's style as it is now."""
        place = self._options.highlighted
        if place is None or self.rows[place] is not row:
            return self.palette[row.style]
        return self.palette["selected"]

    def _refill(self, choose: int) -> None:
        words = self.words.casefold().split()
        if self._search is not None:
            self.rows = self._search(self.words) if words else ()
        elif words:
            texts = ((row, " ".join(row.cells).casefold()) for row in self._all)
            self.rows = [row for row, text in texts if all(word in text for word in words)]
        else:
            self.rows = self._all
        self.columns.fit(row.cells for row in self.rows)
        with self._options.prevent(OptionList.OptionHighlighted):
            self._options.set_options(Option(_Painted(self, row)) for row in self.rows)
            if self.rows:
                self._options.highlighted = min(choose, len(self.rows) - 1)
        self._head.display = bool(self.rows)
        self._nothing.display = not self.rows
        self._nothing.update(say("parts.nothing_found") if words else self._empty)
        self._typed.display = bool(self.words) or self._search is not None
        self._head.refresh()
        self._typed.refresh()

    def _aligned(self, cells: Sequence[str]) -> str:
        return self.columns.line(cells, max(self.size.width - 1, 0))  # the scrollbar's column


class TotalsTable(RowList[Item]):
    """A list of rows with a row of totals below, which never scrolls away."""

    def __init__(
        self,
        palette: Palette,
        columns: Sequence[Column],
        *,
        empty: str = "",
        scan: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(palette, columns, empty=empty, scan=scan)
        self.totals: tuple[str, ...] = ("",) * len(columns)
        self._rule = _Line(palette, lambda: ("─" * max(self.size.width - 1, 0), "frame"))
        self._sums = _Line(palette, lambda: (self._aligned(self.totals), "total"))

    def compose(self) -> ComposeResult:
        """The list, a rule, the totals."""
        yield from super().compose()
        yield self._rule
        yield self._sums

    def show_totals(self, rows: Iterable[Row[Item]], totals: Sequence[str]) -> None:
        """Show these rows, with these cells below them. A search does not change the totals."""
        self.totals = tuple(totals)
        self.show(rows)

    def _refill(self, choose: int) -> None:
        super()._refill(choose)
        self.columns.fit([*(row.cells for row in self.rows), self.totals])
        self._sums.refresh()


class _Line(Pane):
    """One row of text in one style."""

    def __init__(self, palette: Palette, text: Callable[[], tuple[str, str]]) -> None:
        super().__init__(palette)
        self.add_class("line")
        self._text = text

    def spans(self, y: int) -> Spans:
        return (self._text(),)


class _Painted(Visual, Generic[Item]):
    """A row as Textual's list draws it."""

    def __init__(self, owner: RowList[Item], row: Row[Item]) -> None:
        self._owner = owner
        self._row = row

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        text = self._owner.columns.line(self._row.cells, width)
        return [Strip([Segment(text, self._owner.style_of(self._row))], width)]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        return 1
