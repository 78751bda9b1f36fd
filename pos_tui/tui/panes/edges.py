"""The edges of the screen: who and when at the top; the scan line and the keys at the bottom."""

from __future__ import annotations

from pos_tui.text_width import clip, pad, width_of, wrap
from pos_tui.tui.keymap import KEY_BAR, KEY_COMMANDS
from pos_tui.tui.panes.pane import Pane, Spans

_IDLE = "scan or type a code"
_LINK_MARKS = {True: "●", False: "✗", None: "○"}


class HeaderBar(Pane):
    """Shop, till, cashier; sale; time of day."""

    _left = _sale = _time = ""

    def show_header(
        self, left: str | None = None, sale: str | None = None, time: str | None = None
    ) -> None:
        """Change any of the three parts."""
        self._left = self._left if left is None else left
        self._sale = self._sale if sale is None else sale
        self._time = self._time if time is None else time
        self.refresh()

    def spans(self, y: int) -> Spans:
        """The one row."""
        right = f"{self._sale}   {self._time} "
        room = self.size.width - width_of(right)
        return ((pad(f" {self._left}", room) + right, "header"),)


class ScanLine(Pane):
    """What is typed, what was scanned last, what the till has to say, and the links.

    It has two rows; a sentence that needs both takes the key bar's until the next scan or key. One
    that needs more stands on the help page, and the second row says so.
    """

    _typed = _prompt = _code = ""
    _say: tuple[str, str] | None = None
    _hint = ""

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        self._links: dict[str, bool | None] = {}

    @property
    def says(self) -> bool:
        """Whether a sentence is shown."""
        return self._say is not None

    def show_typed(self, typed: str, prompt: str = "") -> None:
        """Show what is being typed, after a prompt if there is one."""
        wide = self._say is not None or self._code != ""
        self._typed, self._prompt, self._say, self._code = typed, prompt, None, ""
        if wide:
            self.refresh()
        else:
            self.repaint_row(0)

    def show_code(self, code: str) -> None:
        """Show the code that was just scanned."""
        wide = self._say is not None or self._prompt != "" or self._typed != ""
        before = len(self._code) or len(_IDLE)
        self._code, self._say, self._prompt, self._typed = code, None, "", ""
        if wide:
            self.refresh()
        else:
            self.repaint_row(0, 4 + max(len(code), before))

    def show_sentence(self, sentence: str, style: str) -> None:
        """Show a sentence in place of the rest, until something else happens."""
        self._say, self._typed, self._prompt, self._code = (sentence, style), "", "", ""
        self.refresh()

    def show_link(self, name: str, ok: bool | None) -> None:
        """Show whether something the till depends on is there."""
        if self._links.get(name, ...) != ok:
            self._links[name] = ok
            self.repaint_row(0)

    def drop_link(self, name: str) -> None:
        """Show nothing of something that is well again and rarely matters."""
        if self._links.pop(name, None) is not None:
            self.repaint_row(0)

    def show_hint(self, hint: str) -> None:
        """What to do next, for someone who learns."""
        if hint != self._hint:
            self._hint = hint
            self.repaint_row(0)

    def spans(self, y: int) -> Spans:
        """One of the two rows."""
        width = self.size.width
        if self._say is not None:
            sentence, style = self._say
            rows = wrap(sentence, width - 4)
            if y == 0:
                return ((pad(f" ▸ {rows[0] if rows else ''}", width), style),)
            if len(rows) > 2:
                return ((pad(f"   {clip(rows[1] + ' …', width - 17)} F1 has all", width), style),)
            if len(rows) > 1:
                return ((pad(f"   {rows[1]}", width), style),)
        if y == 0:
            return self._entry(width)
        return self._keys(width)

    def _entry(self, width: int) -> Spans:
        links = " ".join(f"{name} {_LINK_MARKS[ok]}" for name, ok in self._links.items())
        room = width - width_of(links) - 2
        tail = (f" {links} ", "muted")
        if self._prompt:
            label = clip(f" ▸ {self._prompt} ", room - 8)
            return (
                (label, "scan"),
                (pad(f"{self._typed}▁", room - width_of(label)), "typed"),
                tail,
            )
        if self._typed:
            return ((" ▸ ", "scan"), (pad(f"{self._typed}▁", room - 3), "typed"), tail)
        if self._code:
            code = f" ▸ {self._code} "
            return ((code, "scan"), (pad(self._hint, room - width_of(code)), "muted"), tail)
        return ((pad(f" ▸ {self._hint or _IDLE}", room), "muted"), tail)

    def _keys(self, width: int) -> Spans:
        room = width
        shown = set[str]()
        for command in KEY_BAR:
            needed = len(command.shown) + len(command.bar) + 3
            if command.bar and needed <= room:
                shown.add(command.id)
                room -= needed
        spans: list[tuple[str, str]] = []
        for command in KEY_COMMANDS:
            if command.id in shown:
                spans += [(f" {command.shown} ", "key"), (f"{command.bar} ", "keys")]
        return [*spans, (" " * room, "keys")]
