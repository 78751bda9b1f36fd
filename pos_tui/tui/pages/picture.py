"""F3, F3: a picture of several goods; what was found in it, and what to turn and take again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from pos_tui.reasons import Reason, because, reason_of
from pos_tui.text_width import clip, pad, width_of
from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    from pos_tui.devices.scanners.picture import Picture
    from pos_tui.till.picture import PictureRow

_STYLES = {"✓": "line", "✗": "warning", "!": "muted"}


class PicturePane(Pane):
    """Which file; then a row for each code, and how many can be sold."""

    def __init__(self, palette: Palette, files: Sequence[Path]) -> None:
        super().__init__(palette)
        self.files = files
        self.selected = 0
        self.typed = ""
        self.message: Reason | None = None
        self.title = because("picture_page.title")
        self.rows: tuple[PictureRow, ...] | None = None

    @property
    def sellable(self) -> list[str]:
        """The scans that Enter would add to the sale."""
        return [row.scan for row in self.rows or () if row.scan]

    def spans(self, y: int) -> Spans:
        """One row."""
        height = self.size.height
        if y == 0:
            return self.top(in_words(self.title))
        if y == height - 1:
            return self.bottom()
        if y == height - 2:
            return self.inside(f" {self._hint()}", "muted")
        if self.rows is None:
            return self._choosing(y)
        return self._found(y)

    def _hint(self) -> str:
        if self.rows is None:
            return say("picture_page.keys_choose")
        if self.sellable:
            return say("picture_page.keys_add", number=len(self.sellable))
        return say("picture_page.keys_none")

    def _choosing(self, y: int) -> Spans:
        if y == 1:
            return self.inside(f" ▸ {self.typed}▁", "typed")
        if y == 2:
            message = self.message
            return self.inside("" if message is None else f" {in_words(message)}", "warning")
        index = y - 3
        if index >= len(self.files):
            return self.inside("", "line")
        selected = index == self.selected and not self.typed
        return self.inside(f"   {self.files[index].name}", "selected" if selected else "line")

    def _found(self, y: int) -> Spans:
        rows = self.rows or ()
        if y == 1:
            message = self.message
            if message is not None:
                return self.inside(f" {in_words(message)}", "warning")
            return self.inside(f" {self._summary(rows)}", "info")
        room = self.size.height - 5
        shown = rows if len(rows) <= room else rows[: room - 1]
        index = y - 3
        if y == 2 or index < 0 or index > len(shown):
            return self.inside("", "line")
        if index == len(shown):
            left = len(rows) - len(shown)
            more = say("picture_page.more", number=left) if left else ""
            return self.inside(f"   {more}", "muted")
        row = shown[index]
        code = pad(clip(row.code, 26), 28) if row.code else ""
        words = clip(in_words(row.what), self.size.width - 6 - width_of(code))
        return self.inside(f" {row.mark} {code}{words}", _STYLES[row.mark])

    def _summary(self, rows: Sequence[PictureRow]) -> str:
        missed = sum(row.mark == "!" for row in rows)
        found, sellable = len(rows) - missed, len(self.sellable)
        if missed:
            return say(
                "picture_page.found_and_missed", found=found, sellable=sellable, missed=missed
            )
        return say("picture_page.found", found=found, sellable=sellable)


class PictureScreen(Screen[None]):
    """Reads a picture beside the event loop; nothing is sold before Enter."""

    AUTO_FOCUS = None

    def __init__(
        self,
        palette: Palette,
        files: Sequence[Path],
        rows_of: Callable[[Picture], tuple[PictureRow, ...]],
        sell: Callable[[Sequence[str]], Reason | None],
        now: Path | None = None,
        encoding: str = "",
    ) -> None:
        """`files` to choose from; `now` is read at once. `sell` says why nothing can be sold.

        `encoding` is that of the shop's language.
        """
        super().__init__()
        self._pane = PicturePane(palette, files)
        self._rows_of = rows_of
        self._sell = sell
        self._now = now
        self._encoding = encoding

    def compose(self) -> ComposeResult:
        """The one pane."""
        yield self._pane

    def on_mount(self) -> None:
        """Read the picture that came by itself."""
        if self._now is not None:
            self._read(self._now)

    def accept_scan(self, text: str, began: float | None = None) -> None:
        """A scan sells as ever while a file is being chosen. Over the codes of a picture it is
        answered in words: they are neither added nor lost by it.
        """
        pane = self._pane
        if pane.rows is None:
            self.dismiss(None)
            pane.message = self._sell([text])
            return
        self.app.bell()
        pane.message = because("picture_page.scan_not_accepted")
        pane.refresh()

    def accept_key(self, event: events.Key) -> None:
        """Choose or type a file; Enter reads it, then Enter adds what it holds."""
        pane = self._pane
        if event.key == "escape":
            self.dismiss(None)
        elif event.key == "enter":
            self._enter()
        elif pane.rows is None:
            self._choose(event)
        pane.refresh()

    def _choose(self, event: events.Key) -> None:
        pane = self._pane
        pane.message = None
        if event.key in {"up", "down"}:
            step = -1 if event.key == "up" else 1
            pane.selected = max(0, min(pane.selected + step, len(pane.files) - 1))
        elif event.key == "backspace":
            pane.typed = pane.typed[:-1]
        elif event.character and event.character.isprintable():
            pane.typed += event.character

    def _enter(self) -> None:
        pane = self._pane
        if pane.rows is not None:
            pane.message = self._sell(pane.sellable)
            if pane.message is None:
                self.dismiss(None)
        elif pane.typed.strip():
            self._read(Path(pane.typed.strip()).expanduser())
        elif pane.files:
            self._read(pane.files[pane.selected])
        else:
            pane.message = because("picture_page.type_path")

    def _read(self, path: Path) -> None:
        self._pane.message = because("picture_page.reading", file=path.name)
        self._pane.refresh()
        self.run_worker(self._read_beside(path), exclusive=True)

    async def _read_beside(self, path: Path) -> None:
        from pos_tui.devices.scanners.picture import PictureError, read_picture
        from pos_tui.till import BooksError

        pane = self._pane
        try:
            rows = self._rows_of(await asyncio.to_thread(read_picture, path, self._encoding))
        except (PictureError, BooksError) as error:
            pane.message = reason_of(error)
        else:
            pane.rows = rows
            pane.title, pane.message = because("picture_page.title_of", file=path.name), None
        pane.refresh()
