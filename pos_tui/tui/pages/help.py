"""F1: what is wrong now, the keys, and the way to each page of the manual."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from string import ascii_lowercase

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from pos_tui.manual.pages import TOPICS, manual_page
from pos_tui.reasons import Reason
from pos_tui.text_width import pad, width_of, wrap
from pos_tui.tui.hints import HelpLine
from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import current, in_words, say
from pos_tui.wording.keymap import DEFAULT_KEYS, label_of

_LEAST_ROOM = 40
_CODE = 18
_TOPIC_OF_LETTER = dict(zip(ascii_lowercase, TOPICS[1:], strict=False))  # the first is the index


class HelpPane(Pane):
    """Lines of help, which ↑↓ move where they do not fit."""

    def __init__(
        self,
        palette: Palette,
        troubles: Sequence[Reason],
        keymap: Mapping[str, str],
        more: Sequence[HelpLine],
    ) -> None:
        super().__init__(palette)
        self._troubles, self._more = troubles, more
        self._keys: dict[str, list[str]] = {command: [] for command in DEFAULT_KEYS}
        for key, command in keymap.items():
            self._keys[command].append(label_of(key))
        self._rows: tuple[int, list[str]] = (0, [])
        self._top = 0

    def move(self, by: int) -> None:
        """Move the text by so many lines."""
        self._top = max(0, min(self._top + by, len(self._lines()) - self.size.height + 2))
        self.refresh()

    def page(self) -> int:
        """How many lines fit."""
        return max(self.size.height - 3, 1)

    def spans(self, y: int) -> Spans:
        """One row."""
        if y == 0:
            return self.top(say("help.title"))
        if y == self.size.height - 1:
            return self.bottom()
        lines, index = self._lines(), self._top + y - 1
        return self.inside(f" {lines[index]}" if index < len(lines) else "", "line")

    def _lines(self) -> list[str]:
        """The text, as it is broken for this width."""
        width = max(self.size.width - 4, _LEAST_ROOM)
        if self._rows[0] != width:
            self._rows = width, self._text(width)
        return self._rows[1]

    def _text(self, width: int) -> list[str]:
        lines: list[str] = []
        for trouble in self._troubles:
            rows = (f"  {row}" for row in wrap(in_words(trouble), width - 2))
            lines += [say("help.wrong_now"), *rows, ""]
        lines += [*wrap(say("help.a_sale"), width), *_topics(width), ""]
        lines += _row("3*", "", say("help.times"), width)
        lines += _row(current().key("confirm"), "", say("help.confirms"), width)
        for command, labels in self._keys.items():
            first = labels[0] if labels else "—"
            twin = next((label for label in labels[1:] if label.startswith("Alt+")), "")
            lines += _row(first, twin, say(f"command.help_{command}"), width)
        for code, what in self._more:
            lines += _code(code, "" if what is None else in_words(what), width)
        return lines


def _row(key: str, twin: str, what: str, width: int) -> list[str]:
    head = f" {pad(key, max(5, width_of(key)))} {pad(twin, max(6, width_of(twin)))}"
    rows = wrap(what, width - width_of(head))
    return [
        f"{head}{row}" if at == 0 else " " * width_of(head) + row for at, row in enumerate(rows)
    ]


def _code(code: str, what: str, width: int) -> list[str]:
    """A code to try and what it does, beside it or under it; without a code a sentence."""
    if not code:
        return wrap(what, width) or [""]
    head = f" {pad(code, max(_CODE, width_of(code)))} "
    if width_of(head) + width_of(what) > width and width_of(code) > _CODE:
        return [f" {code}", *(f"   {row}" for row in wrap(what, width - 3))]
    first, *rest = wrap(what, width - width_of(head))
    return [f"{head}{first}", *(" " * width_of(head) + row for row in rest)]


def _topics(width: int) -> list[str]:
    """The topics of the manual, each behind the letter that opens it."""
    words = current()
    lines = [say("help.manual")]
    for letter, topic in _TOPIC_OF_LETTER.items():
        page = manual_page(topic, words.language, words.key)
        title = page.partition("\n")[0].lstrip("# ")
        entry = f" {letter} {title} "
        if len(lines) > 1 and width_of(lines[-1]) + width_of(entry) <= width:
            lines[-1] += entry
        else:
            lines.append(entry)
    return lines


class HelpScreen(Screen[None]):
    """A letter opens its page of the manual; arrows move; any other key, or a scan, goes back."""

    AUTO_FOCUS = None

    def __init__(
        self,
        palette: Palette,
        troubles: Sequence[Reason],
        keymap: Mapping[str, str],
        more: Sequence[HelpLine],
        scan: Callable[[str, float | None], None],
    ) -> None:
        """`troubles`, what is wrong now, come first; `scan` gets what is scanned meanwhile."""
        super().__init__()
        self._palette = palette
        self._scan = scan
        self._pane = HelpPane(palette, troubles, keymap, more)

    def compose(self) -> ComposeResult:
        """The one pane."""
        yield self._pane

    def accept_key(self, event: events.Key) -> None:
        """Move, open a page of the manual, or go back."""
        steps = {"up": -1, "down": 1, "pageup": -self._pane.page(), "pagedown": self._pane.page()}
        if event.key in steps:
            self._pane.move(steps[event.key])
        elif event.key in _TOPIC_OF_LETTER:
            from pos_tui.tui.pages.manual import ManualScreen

            topic = _TOPIC_OF_LETTER[event.key]
            self.app.switch_screen(ManualScreen(self._palette, topic, self._scan))
        else:
            self.dismiss(None)

    def accept_scan(self, text: str, began: float | None = None) -> None:
        """Go back, and let the till have the scan at once: the next one may be on its way."""
        self._scan(text, began)
        if self.is_current:
            self.dismiss(None)
