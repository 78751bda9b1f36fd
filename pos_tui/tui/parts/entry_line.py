"""A line that asks one thing after another: what is typed, and what Enter alone stands for."""

from __future__ import annotations

from collections.abc import Callable

from textual import events

from pos_tui.text_width import clip, pad, width_of
from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.theme import Palette

_LONGEST = 64


class EntryLine(Pane):
    """Printable keys are typed, Enter gives the answer; every other key is the page's."""

    DEFAULT_CSS = "EntryLine { height: 1; }"
    can_focus = True

    def __init__(
        self, palette: Palette, answer: Callable[[str], None], scan: Callable[[str], None]
    ) -> None:
        """`answer` gets what was typed, `scan` a code that is scanned here."""
        super().__init__(palette)
        self.text = ""
        self._sentence: Callable[[str], str] = str
        self._subject = ""
        self._usual: str | None = None
        self._answer = answer
        self._scan = scan

    def ask(
        self, sentence: Callable[[str], str], subject: str = "", usual: str | None = None
    ) -> None:
        """Ask; `sentence` puts the subject, or as much of it as there is room for, into words.

        `usual` is what Enter without typing answers, and is shown.
        """
        self._sentence, self._subject, self._usual = sentence, subject, usual
        self.refresh()

    def clear(self) -> bool:
        """Drop what is typed; False where nothing is."""
        had = bool(self.text)
        self.text = ""
        self.refresh()
        return had

    def spans(self, y: int) -> Spans:
        """The one row; what it is about gives way to the question, that to what is typed."""
        usual = f" [{self._usual}]" if self._usual and not self.text else ""
        typed = f" ▸ {self.text}▁{usual}"
        room = max(self.size.width - width_of(typed), 0)
        subject = clip(self._subject, max(room - width_of(self._sentence("")), 1))
        label = clip(self._sentence(subject), room)
        return ((pad(label + typed, self.size.width), "typed"),)

    def use_scan(self, text: str, began: float | None) -> bool:
        """Give a scan to whom it concerns."""
        self._scan(text)
        return True

    def on_key(self, event: events.Key) -> None:
        """Type, delete, answer."""
        if event.key == "enter":
            answer, self.text = self.text.strip(), ""
            self._answer(answer)
        elif event.key == "backspace":
            self.text = self.text[:-1]
        elif event.is_printable and event.character:
            if len(self.text) < _LONGEST:
                self.text += event.character
        else:
            return
        event.stop()
        self.refresh()
