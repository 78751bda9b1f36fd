"""F3: find an item by name, initials or code."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from pos_tui.money import format_amount
from pos_tui.settings import TillSettings
from pos_tui.text_width import pad, width_of
from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say

if TYPE_CHECKING:
    from pos_tui.till import Product


class FindPane(Pane):
    """The words typed, and what matches them."""

    def __init__(self, palette: Palette, settings: TillSettings) -> None:
        super().__init__(palette)
        self._currency = settings.currency
        self.words = ""
        self.found: list[Product] = []
        self.selected = 0

    def spans(self, y: int) -> Spans:
        """One row."""
        height = self.size.height
        if y == 0:
            return self.top(say("find.title"))
        if y == height - 1:
            return self.bottom()
        if y == 1:
            return self.inside(f" ▸ {self.words}▁", "typed")
        if y == height - 2:
            return self.inside(f" {say('find.keys')}", "muted")
        if not self.found and y == 3:
            empty = say("find.nothing_found" if self.words.strip() else "find.how")
            return self.inside(f"   {empty}", "muted")
        top = max(0, self.selected - (height - 6))
        index = top + y - 3
        if y == 2 or index >= len(self.found):
            return self.inside("", "line")
        return self.inside(
            self._row(self.found[index]), "selected" if index == self.selected else "line"
        )

    def _row(self, product: Product) -> str:
        price = format_amount(product.price, self._currency)
        right = f" {pad(product.unit, 6)} {product.code.lstrip('0'):>14} {price:>9} "
        name = f"{product.name} {product.size}".rstrip()
        return f" {pad(name, self.size.width - 3 - width_of(right))}{right}"


class FindScreen(Screen[None]):
    """Hands the code of the chosen item to the till, or what is scanned meanwhile."""

    AUTO_FOCUS = None

    def __init__(
        self,
        palette: Palette,
        settings: TillSettings,
        find: Callable[[str], list[Product]],
        scan: Callable[[str], None],
        find_keys: Collection[str],
        picture: Callable[[], None],
    ) -> None:
        """One of `find_keys`, pressed here again, goes on to a picture of goods."""
        super().__init__()
        self._find_keys = find_keys
        self._picture = picture
        self._find = find
        self._scan = scan
        self._pane = FindPane(palette, settings)

    def compose(self) -> ComposeResult:
        """The one pane."""
        yield self._pane

    def accept_scan(self, text: str, began: float | None = None) -> None:
        """A scan is a scan here too, sold at once: the next one may be on its way."""
        self._scan(text)
        if self.is_current:
            self.dismiss(None)

    def accept_key(self, event: events.Key) -> None:
        """Words are typed; arrows select; Enter sells."""
        pane = self._pane
        if event.key == "escape":
            self.dismiss(None)
        elif event.key in self._find_keys:
            self.dismiss(None)
            self._picture()
        elif event.key == "enter" and pane.found:
            self._scan(pane.found[pane.selected].code)
            self.dismiss(None)
        elif event.key in {"up", "down"}:
            step = -1 if event.key == "up" else 1
            pane.selected = max(0, min(pane.selected + step, len(pane.found) - 1))
        elif event.key == "backspace":
            self._search(pane.words[:-1])
        elif event.character and event.character.isprintable():
            self._search(pane.words + event.character)
        pane.refresh()

    def _search(self, words: str) -> None:
        self._pane.words, self._pane.selected = words, 0
        self._pane.found = self._find(words) if words.strip() else []
