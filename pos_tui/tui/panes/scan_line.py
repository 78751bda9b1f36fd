"""The foot of the screen: a row for messages, the scan line, and the keys."""

from __future__ import annotations

from typing import NamedTuple

from textual.geometry import Region, Size

from pos_tui.checkout.events import PaperChanged
from pos_tui.reasons import Reason, because
from pos_tui.text_width import clip, pad, width_of, wrap
from pos_tui.tui.panes.fitting import fitted
from pos_tui.tui.panes.key_bar import BarState, key_bar
from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.panes.standing import StandingMessage, StandingMessages
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import current, in_words, say

_LINK_MARKS = {True: "●", False: "✗", None: "○"}
_MARK = 3  # cells before what is typed or was scanned
_LEAST_ROOM = 8
_ITEM_ROOM = 36
_LEAST_SAID, _MOST_SAID = 2, 3  # rows of the message and the scan line
_NAME = 16  # a name is not made shorter than this where two rows hold all
USABLE = (50, 15)
"""The columns and rows below which prices have no room any more."""


class ScannedItem(NamedTuple):
    """What was put on the list: its name and how much of it, what it costs, the code."""

    name: str
    amount: str
    code: str = ""


class ScanLine(Pane):
    """What the till has to say; what is typed, asked or was scanned, and the links; the keys.

    A message, or a question, that needs two rows has a fourth row for as long as it stands: the
    keys that matter now are always there.
    """

    DEFAULT_CSS = "ScanLine { height: auto; }"

    _typed = ""
    _item: ScannedItem | None = None
    _prompt: Reason | None = None
    _hint: Reason | None = None
    _bar: BarState = "selling"

    def __init__(self, palette: Palette) -> None:
        super().__init__(palette)
        self._links: dict[str, tuple[Reason, bool | None]] = {}
        self._short: dict[str, Reason] = {}
        self._messages = StandingMessages()

    # ---- messages ------------------------------------------------------------------------------

    @property
    def message(self) -> StandingMessage | None:
        """The message that is shown."""
        return self._messages.shown

    def show_message(self, message: StandingMessage) -> None:
        """Show a message, unless a weightier one has come since the cashier's last act."""
        before = self._shown_message()
        self._messages.add(message)
        self._messages_changed(before)

    def drop_message(self, about: str) -> None:
        """What a message was about is over."""
        before = self._shown_message()
        self._messages.remove(about)
        self._messages_changed(before)

    def act(self) -> None:
        """The cashier does something: what was advised goes."""
        if self.message is not None:
            before = self._shown_message()
            self._messages.act()
            self._messages_changed(before)

    def send_away(self) -> None:
        """The cashier sends away what is shown."""
        before = self._shown_message()
        if self._messages.send_away():
            self._messages_changed(before)

    def _messages_changed(self, before: StandingMessage | None) -> None:
        after = self._shown_message()
        if after == before:
            return
        hint = "" if self._hint is None else in_words(self._hint)
        old, new = ([hint] if m is None else self._message_rows(m) for m in (before, after))
        if max(len(old), len(new)) > 1:
            self._refresh_rows()
        else:
            self.repaint_row(0, 1 + max(width_of(row) for row in (*old, *new)))

    # ---- the scan line -------------------------------------------------------------------------

    def show_typed(self, typed: str, prompt: Reason | None = None) -> None:
        """Show what is being typed, after a question if there is one."""
        asked = prompt is not None or self._prompt is not None
        self._typed, self._prompt, self._item = typed, prompt, None
        self._line_changed(asked)

    def show_item(self, item: ScannedItem | None) -> None:
        """Show what was scanned; None when that is gone."""
        asked, before = self._prompt is not None, self._item
        whole = asked or self._typed or before is None or item is None
        self._item, self._prompt, self._typed = item, None, ""
        if whole:
            self._line_changed(asked)
        elif item is not None and before is not None:
            cells = max(self._cells(before), self._cells(item)) - _MARK
            self.refresh(Region(_MARK, self._scan_row(), cells, 1))

    def show_quantity(self, quantity: str) -> None:
        """Show that the next scan is for so many; "" when it is for one again."""
        self.show_item(ScannedItem(f"{quantity} ×", "") if quantity else None)

    def _line_changed(self, asked: bool) -> None:
        if asked or self._prompt is not None:
            self._refresh_rows()
        else:
            self.repaint_row(self._scan_row())

    def _refresh_rows(self) -> None:
        """Draw all rows again, in as many as are needed now."""
        width, height = self.outer_size
        self.refresh(layout=bool(width) and self._rows_needed(width) != height)

    # ---- links, hint, keys ---------------------------------------------------------------------

    @property
    def lamps(self) -> dict[str, Reason]:
        """What each link that is shown is called here."""
        return {name: label for name, (label, _) in self._links.items()}

    def show_link(
        self, name: str, label: Reason, ok: bool | None, short: Reason | None = None
    ) -> None:
        """Show whether something the till depends on is there; `short` where there is less room."""
        if short is not None:
            self._short[name] = short
        if self._links.get(name) != (label, ok):
            self._links[name] = label, ok
            self.repaint_row(self._scan_row())

    def drop_link(self, name: str) -> None:
        """Show nothing of something that is well again and rarely matters."""
        if self._links.pop(name, None) is not None:
            self.repaint_row(self._scan_row())

    def show_hint(self, hint: Reason | None) -> None:
        """What to do next, for someone who learns; it stands where messages do."""
        if hint != self._hint:
            self._hint = hint
            if self.message is None:
                self.repaint_row(0)

    def show_bar(self, state: BarState) -> None:
        """Show the keys that matter in this state."""
        if state != self._bar:
            self._bar = state
            self.repaint_row(self.outer_size.height - 1)

    # ---- drawing -------------------------------------------------------------------------------

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The rows that the foot needs, for Textual, which also asks for a single column's."""
        width = viewport.width or width
        return self._rows_needed(width) if width > _LEAST_ROOM else 1 + _LEAST_SAID

    def _rows_needed(self, width: int) -> int:
        """The rows that message, scan line and keys need in so many columns: three, or four."""
        message = self._shown_message()
        said = 1 if message is None else max(len(self._message_rows(message, width)), 1)
        return 1 + min(said + self._asked_rows(width), _MOST_SAID)

    def spans(self, y: int) -> Spans:
        """One of the rows."""
        message = self._shown_message()
        room = _MOST_SAID - self._asked_rows()
        first = [] if message is None else self._message_rows(message)[:room]
        if y < max(len(first), 1):
            return self._message_row(message, first, y)
        y -= max(len(first), 1)
        if self._prompt is not None:
            question = self._question_rows()
            if y < len(question):
                return self._question(question, y)
        elif y == 0:
            return self._entry()
        return key_bar(current(), self._bar, self.outer_size.width)

    def _scan_row(self) -> int:
        message = self._shown_message()
        return 1 if message is None else min(len(self._message_rows(message)), 2)

    def _shown_message(self) -> StandingMessage | None:
        """The message; in a window that is too small, what to do about that."""
        if self.message is not None:
            return self.message
        columns, rows = self.screen.size
        if columns < USABLE[0] or rows < USABLE[1]:
            too_small = because("screen.too_small", columns=USABLE[0], rows=USABLE[1])
            return StandingMessage(too_small, "warning")
        return None

    def _message_rows(self, message: StandingMessage, width: int | None = None) -> list[str]:
        room = (width or self.outer_size.width) - 2
        rows = wrap(fitted(message.reason, room, _NAME), room)
        return rows if len(rows) < 3 else wrap(fitted(message.reason, 2 * room - 12), room)[:3]

    def _message_row(self, message: StandingMessage | None, rows: list[str], y: int) -> Spans:
        width = self.outer_size.width
        if message is None:
            hint = "" if self._hint is None else in_words(self._hint)
            return ((pad(f" {hint}", width), "muted"),)
        whole = self._message_rows(message)
        last = min(len(rows), 2) - 1
        if y == last and len(whole) > last + 1:
            more = say("screen.help_has_all")
            row = clip(f"{whole[y]} …", width - width_of(more) - 3)
            return ((pad(f" {row} {more}", width), message.style),)
        return ((pad(f" {whole[y]}", width), message.style),)

    def _asked_rows(self, width: int | None = None) -> int:
        """The rows that the scan line needs: two for a long question."""
        return 1 if self._prompt is None else len(self._question_rows(width))

    def _question_rows(self, width: int | None = None) -> list[str]:
        """The question, its answer's room left free: in one row, or in two."""
        assert self._prompt is not None
        room = (width or self.outer_size.width) - 4
        label = fitted(self._prompt, room - _LEAST_ROOM)
        if width_of(label) <= room - _LEAST_ROOM:
            return [label]
        rows = wrap(fitted(self._prompt, 2 * (room - _LEAST_ROOM)), room)
        last = " ".join(rows[1:])
        return [rows[0], clip(last, room - _LEAST_ROOM)]

    def _question(self, rows: list[str], y: int) -> Spans:
        width = self.outer_size.width
        if y < len(rows) - 1:
            return ((pad(f" ▸ {rows[y]}", width), "scan"),)
        label = f" {'▸' if y == 0 else ' '} {rows[y]} "
        tail = self._tail(width_of(label) + max(width_of(self._typed) + 1, _LEAST_ROOM))
        room = width - width_of(label) - width_of(tail)
        return ((label, "scan"), (self._typed_in(room), "typed"), (tail, "muted"))

    def _typed_in(self, room: int) -> str:
        """What is typed; of what is longer than the room, the end."""
        return pad(f"{self._typed}▁"[-max(room, 1) :], room)

    def _entry(self) -> Spans:
        width = self.outer_size.width
        if self._typed:
            tail = self._tail(width_of(self._typed) + 4)
            return ((" ▸ ", "scan"), (self._typed_in(width - width_of(tail) - 3), "typed"),
                    (tail, "muted"))  # fmt: skip
        if self._item is None:
            text = f" ▸ {say('screen.idle')}"
            tail = self._tail(width_of(text))
            return ((pad(text, width - width_of(tail)) + tail, "muted"),)
        name, amount, code = self._item
        tail = self._tail(_ITEM_ROOM)
        room = width - width_of(tail)
        shown = f" ▸ {clip(name, room - width_of(amount) - 5)}  {amount}"
        code = clip(f"  {code}", room - width_of(shown))
        return ((shown, "scan"), (pad(code, room - width_of(shown)) + tail, "muted"))

    def _cells(self, item: ScannedItem) -> int:
        """The cells of the scan line that an item takes."""
        return min(width_of(item.name) + width_of(item.amount) + width_of(item.code) + 7,
                   self.outer_size.width)  # fmt: skip

    def _tail(self, needed: int) -> str:
        """The links, as far as the cells that are needed before them leave room."""
        width = self.outer_size.width
        links = self._links.values()
        bad = [link for link in links if link[1] is not True]
        short = [(self._short.get(name, label), ok)
                 for name, (label, ok) in self._links.items() if ok is not True]  # fmt: skip
        for shown in (links, bad, short):
            names = (f"{in_words(label)} {_LINK_MARKS[ok]}" for label, ok in shown)
            tail = f" {clip(' '.join(names), width // 2)} "
            if width_of(tail) + needed <= width:
                return tail
        return ""


def link_label(name: str) -> Reason:
    """What a link of the till is called on the scan line."""
    return because(f"screen.link_{name}")


def paper_label(paper: PaperChanged) -> Reason | None:
    """What the printer's lamp says of trouble and of papers that wait; None for nothing."""
    if not paper.trouble:
        return because("print_job.lamp_offered", count=paper.offered) if paper.offered else None
    trouble = because(f"print_job.lamp_{paper.trouble}")
    count = paper.waiting + paper.offered
    return because("print_job.lamp_waiting", trouble=trouble, count=count) if count else trouble
