"""F1: what can be done now, what is wrong, the keys, and the way to each page of the manual."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from string import ascii_lowercase
from typing import Literal

from msgspec import Struct
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


class Moment(Struct, frozen=True):
    """What the help is about: what can be done now, what is wrong, what stands on the scan line.

    `lamps` are the words there, each with what is behind it.
    """

    now: Reason
    troubles: tuple[Reason, ...] = ()
    lamps: tuple[tuple[Reason, Reason], ...] = ()


class _HelpRow(Struct, frozen=True):
    """A row of the page; one with a code can be chosen."""

    text: str
    style: str = "line"
    code: str = ""


class HelpPane(Pane):
    """Lines of help, which ↑↓ move where they do not fit; codes to try can be chosen."""

    def __init__(
        self,
        palette: Palette,
        moment: Moment,
        keymap: Mapping[str, str],
        more: Sequence[HelpLine],
    ) -> None:
        super().__init__(palette)
        self._moment, self._more = moment, more
        self._keys: dict[str, list[str]] = {command: [] for command in DEFAULT_KEYS}
        for key, command in keymap.items():
            self._keys[command].append(label_of(key))
        self._rows: tuple[int, list[_HelpRow]] = (0, [])
        self._top = 0
        self._chosen = -1

    @property
    def chosen(self) -> str:
        """The code that is chosen; "" when none is."""
        return self._lines()[self._chosen].code if self._chosen >= 0 else ""

    def move(self, by: int) -> None:
        """Move the text by so many lines."""
        self._top = max(0, min(self._top + by, len(self._lines()) - self.size.height + 2))
        if not self._is_in_view(self._chosen):
            self._chosen = -1
        self.refresh()

    def step(self, by: Literal[-1, 1]) -> None:
        """Choose the next code where one is in view; else move the text by a line."""
        lines = self._lines()
        first = self._chosen + by if self._chosen >= 0 else self._top if by > 0 else -1
        place = first
        while self._is_in_view(place) and not lines[place].code.strip():
            place += by
        if self._is_in_view(place):
            self._chosen = place
            self.refresh()
        else:
            self.move(by)

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
        if index >= len(lines):
            return self.inside("", "line")
        row = lines[index]
        style = "selected" if index == self._chosen else row.style
        return self.inside(f" {row.text}", style)

    def _is_in_view(self, place: int) -> bool:
        last = min(self._top + self.size.height - 2, len(self._lines()))
        return self._top <= place < last

    def _lines(self) -> list[_HelpRow]:
        """The text, as it is broken for this width."""
        width = max(self.size.width - 4, _LEAST_ROOM)
        if self._rows[0] != width:
            self._rows = width, self._text(width)
        return self._rows[1]

    def _text(self, width: int) -> list[_HelpRow]:
        moment = self._moment
        rows = [_HelpRow(row, "typed") for row in wrap(in_words(moment.now), width)]
        for trouble in moment.troubles:
            lines = [f"  {row}" for row in wrap(in_words(trouble), width - 2)]
            rows += [_HelpRow(""), _HelpRow(say("help.wrong_now"), "warning"), *_plain(lines)]
        rows += [_HelpRow(""), *_plain(wrap(say("help.a_sale"), width))]
        rows += [*_plain(_topics(width)), _HelpRow("")]
        lines = [
            *_row("3*", "", say("help.times"), width),
            *_row(current().key("confirm"), "", say("help.confirms"), width),
        ]
        for command, labels in self._keys.items():
            first = labels[0] if labels else "—"
            twin = next((label for label in labels[1:] if label.startswith("Alt+")), "")
            lines += _row(first, twin, say(f"command.help_{command}"), width)
        if moment.lamps:
            lines += ["", *wrap(say("help.lamps"), width)]
            for lamp, behind in moment.lamps:
                lines += _row(in_words(lamp), "", in_words(behind), width)
        rows += _plain(lines)
        for code, what in self._more:
            rows += _code(code, "" if what is None else in_words(what), width)
        return rows


def _plain(lines: Iterable[str]) -> Iterator[_HelpRow]:
    return (_HelpRow(line) for line in lines)


def _row(key: str, twin: str, what: str, width: int) -> list[str]:
    head = f" {pad(key, max(5, width_of(key)))} {pad(twin, max(6, width_of(twin)))}"
    rows = wrap(what, width - width_of(head))
    return [
        f"{head}{row}" if at == 0 else " " * width_of(head) + row for at, row in enumerate(rows)
    ]


def _code(code: str, what: str, width: int) -> list[_HelpRow]:
    """A code to try and what it does, beside it or under it; without a code a sentence."""
    if not code:
        return [*_plain(wrap(what, width) or [""])]
    head = f" {pad(code, max(_CODE, width_of(code)))} "
    if width_of(head) + width_of(what) > width and width_of(code) > _CODE:
        under = _plain(f"   {row}" for row in wrap(what, width - 3))
        return [_HelpRow(f" {code}", code=code), *under]
    first, *rest = wrap(what, width - width_of(head))
    more = _plain(" " * width_of(head) + row for row in rest)
    return [_HelpRow(f"{head}{first}", code=code), *more]


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
    """A letter opens its page of the manual; arrows move, and choose a code to try, which the
    confirming key then scans; any other key, or a scan, goes back.
    """

    AUTO_FOCUS = None

    def __init__(
        self,
        palette: Palette,
        moment: Moment,
        keymap: Mapping[str, str],
        more: Sequence[HelpLine],
        scan: Callable[[str, float | None], None],
    ) -> None:
        """`moment`, what matters now, comes first; `scan` gets what is scanned meanwhile."""
        super().__init__()
        self._palette = palette
        self._scan = scan
        self._pane = HelpPane(palette, moment, keymap, more)

    def compose(self) -> ComposeResult:
        """The one pane."""
        yield self._pane

    def accept_key(self, event: events.Key) -> None:
        """Move, open a page of the manual, or go back."""
        page = self._pane.page()
        steps = {"pageup": -page, "pagedown": page, "home": -9999, "end": 9999}
        if event.key in steps:
            self._pane.move(steps[event.key])
        elif event.key in {"up", "down"}:
            self._pane.step(-1 if event.key == "up" else 1)
        elif event.key == "enter" and self._pane.chosen:
            self.accept_scan(self._pane.chosen)
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
