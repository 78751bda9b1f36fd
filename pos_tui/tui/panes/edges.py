"""The edges of the screen: who and when at the top; the scan line and the keys at the bottom."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from pos_tui.reasons import Reason, because
from pos_tui.text_width import clip, pad, width_of, wrap
from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import current, in_words, say
from pos_tui.wording.language import Wording

_LINK_MARKS = {True: "●", False: "✗", None: "○"}
_LEAST_ROOM = 8


class HeaderBar(Pane):
    """Shop, till, cashier; payments that run aside; sale; time of day."""

    _left: Reason | None = None
    _payments: Reason | None = None
    _sale: Reason | None = None
    _time = ""

    def show_header(
        self, left: Reason | None = None, sale: Reason | None = None, time: str | None = None
    ) -> None:
        """Change any of the three parts."""
        self._left = self._left if left is None else left
        self._sale = self._sale if sale is None else sale
        self._time = self._time if time is None else time
        self.refresh()

    def show_payments(self, payments: Reason | None) -> None:
        """Change what is said of the payments that run aside."""
        self._payments = payments
        self.refresh()

    def spans(self, y: int) -> Spans:
        """The one row."""
        payments = "" if self._payments is None else f"{in_words(self._payments)}   "
        left = "" if self._left is None else in_words(self._left)
        sale = "" if self._sale is None else in_words(self._sale)
        right = f"{payments}{sale}   {self._time} "
        room = self.size.width - width_of(right)
        return ((pad(f" {left}", room) + right, "header"),)


class ScanLine(Pane):
    """What is typed, what was scanned last, what the till has to say, and the links.

    It has two rows; a sentence or a question that needs both takes the key bar's until the next
    scan or key. A sentence that needs more stands on the help page, and the second row says so.
    Links that are well give way to what needs the room.
    """

    _typed = _code = ""
    _prompt: Reason | None = None
    _hint: Reason | None = None
    _sentence: tuple[Reason, str] | None = None

    def __init__(self, palette: Palette, bar: Sequence[tuple[str, bool]]) -> None:
        """`bar` are the commands of the key bar, and whether each stands there in any case."""
        super().__init__(palette)
        self._bar = tuple(bar)
        self._links: dict[str, tuple[Reason, bool | None]] = {}

    @property
    def says(self) -> bool:
        """Whether a sentence is shown."""
        return self._sentence is not None

    def show_typed(self, typed: str, prompt: Reason | None = None) -> None:
        """Show what is being typed, after a prompt if there is one."""
        asked = prompt is not None or self._prompt is not None
        wide = asked or self._sentence is not None or self._code != ""
        self._typed, self._prompt, self._sentence, self._code = typed, prompt, None, ""
        if wide:
            self.refresh()
        else:
            self.repaint_row(0)

    def show_code(self, code: str) -> None:
        """Show the code that was just scanned."""
        wide = self._sentence is not None or self._prompt is not None or self._typed != ""
        before = width_of(self._code) or width_of(say("screen.idle"))
        self._code, self._sentence, self._prompt, self._typed = code, None, None, ""
        if wide:
            self.refresh()
        elif self._hint is not None:
            self.repaint_row(0)
        else:
            self.repaint_row(0, 4 + max(width_of(code), before))

    def show_sentence(self, sentence: Reason, style: str) -> None:
        """Show a sentence in place of the rest, until something else happens."""
        self._sentence, self._typed, self._prompt, self._code = (sentence, style), "", None, ""
        self.refresh()

    def show_link(self, name: str, label: Reason, ok: bool | None) -> None:
        """Show whether something the till depends on is there."""
        if self._links.get(name, (label, ...))[1] != ok:
            self._links[name] = label, ok
            self.repaint_row(0)

    def drop_link(self, name: str) -> None:
        """Show nothing of something that is well again and rarely matters."""
        if self._links.pop(name, None) is not None:
            self.repaint_row(0)

    def show_hint(self, hint: Reason) -> None:
        """What to do next, for someone who learns."""
        if hint != self._hint:
            self._hint = hint
            self.repaint_row(0)

    def spans(self, y: int) -> Spans:
        """One of the two rows."""
        width = self.size.width
        if self._sentence is not None:
            sentence, style = self._sentence
            rows = wrap(in_words(sentence), width - 4)
            if y == 0:
                return ((pad(f" ▸ {rows[0] if rows else ''}", width), style),)
            if len(rows) > 2:
                more = say("screen.help_has_all")
                row = clip(f"{rows[1]} …", width - width_of(more) - 5)
                return ((pad(f"   {row} {more}", width), style),)
            if len(rows) > 1:
                return ((pad(f"   {rows[1]}", width), style),)
        if self._prompt is not None:
            label = in_words(self._prompt)
            if width_of(label) > width - _LEAST_ROOM - 4:
                return self._long_question(wrap(label, width - 4), y, width)
            if y == 0:
                return self._question(label, width)
        return self._entry(width) if y == 0 else _key_bar(current(), self._bar, width)

    def _question(self, label: str, width: int) -> Spans:
        label = f" ▸ {label} "
        tail = self._tail(width_of(label) + max(width_of(self._typed) + 1, _LEAST_ROOM))
        room = width - width_of(label) - width_of(tail)
        return ((label, "scan"), (self._typed_in(room), "typed"), (tail, "muted"))

    def _long_question(self, rows: Sequence[str], y: int, width: int) -> Spans:
        """A question in two rows; of a longer one the end gives way to the answer."""
        if y == 0:
            return ((pad(f" ▸ {rows[0]}", width), "scan"),)
        label = f"   {clip(' '.join(rows[1:]), width - _LEAST_ROOM - 4)} "
        return ((label, "scan"), (self._typed_in(width - width_of(label)), "typed"))

    def _typed_in(self, room: int) -> str:
        """What is typed; of what is longer than the room, the end."""
        return pad(f"{self._typed}▁"[-max(room, 1) :], room)

    def _entry(self, width: int) -> Spans:
        if self._typed:
            tail = self._tail(width_of(self._typed) + 4)
            return ((" ▸ ", "scan"), (self._typed_in(width - width_of(tail) - 3), "typed"),
                    (tail, "muted"))  # fmt: skip
        hint = "" if self._hint is None else in_words(self._hint)
        if self._code:
            code = f" ▸ {self._code} "
            tail = self._tail(width_of(code + hint) if hint else 0)
            code = clip(code, width - width_of(tail))
            room = width - width_of(code) - width_of(tail)
            return ((code, "scan"), (pad(hint, room), "muted"), (tail, "muted"))
        text = f" ▸ {hint or say('screen.idle')}"
        tail = self._tail(width_of(text))
        return ((pad(text, width - width_of(tail)) + tail, "muted"),)

    def _tail(self, needed: int) -> str:
        """The links, as far as the cells that are needed before them leave room."""
        width = self.size.width
        links = self._links.values()
        for shown in (links, [link for link in links if link[1] is not True]):
            names = (f"{in_words(label)} {_LINK_MARKS[ok]}" for label, ok in shown)
            tail = f" {clip(' '.join(names), width // 2)} "
            if width_of(tail) + needed <= width:
                return tail
        return ""


@lru_cache(maxsize=8)
def _key_bar(wording: Wording, bar: tuple[tuple[str, bool], ...], width: int) -> Spans:
    """The keys and what they do: first those that always stand there, the others given room."""
    words = {id_: (f" {wording.key(id_)} ", f"{wording(f'command.bar_{id_}')} ") for id_, _ in bar}
    shown, room = set[str](), width
    for id_, _ in sorted(bar, key=lambda each: not each[1]):
        needed = sum(map(width_of, words[id_]))
        if wording.key(id_) and needed <= room:
            shown.add(id_)
            room -= needed
    spans: list[tuple[str, str]] = []
    for id_, _ in bar:
        if id_ in shown:
            key, word = words[id_]
            spans += [(key, "key"), (word, "keys")]
    return [*spans, (" " * room, "keys")]


def link_label(name: str) -> Reason:
    """What a link of the till is called on the scan line."""
    return because(f"screen.link_{name}")
