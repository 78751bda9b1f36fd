"""A question on one line: its answers' keys are always seen; what it is about gives way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from textual import events
from textual.widget import Widget

from pos_tui.text_width import clip, pad, width_of
from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say


class AnswerKey(Struct, frozen=True):
    """A key that answers a question, and what it does, in a word or two."""

    key: str
    words: str


class Question(Pane):
    """Asks for one key and Enter. Esc, and Enter without a key, are no answer.

    A scan never answers: its page says so in words.
    """

    DEFAULT_CSS = "Question { height: 1; display: none; }"
    can_focus = True

    def __init__(self, palette: Palette) -> None:
        super().__init__(palette)
        self._sentence: Callable[[str], str] = str
        self._subject = self._picked = ""
        self._answers: Sequence[AnswerKey] = ()
        self._then: Callable[[str], object] = str
        self._before: Widget | None = None

    def ask(
        self,
        sentence: Callable[[str], str],
        subject: str,
        answers: Sequence[AnswerKey],
        then: Callable[[str], None],
    ) -> None:
        """Ask; `sentence` puts the subject, or as much of it as there is room for, into words."""
        self._sentence, self._subject = sentence, subject
        self._answers, self._then, self._picked = answers, then, ""
        self._before = self.screen.focused
        self.display = True
        self.focus()
        self.refresh()

    def spans(self, y: int) -> Spans:
        """The one row."""
        answers = " · ".join(
            say("parts.answer", answer=each.key, words=each.words) for each in self._answers
        )
        answers = f"{say('parts.answers', answers=answers)} ▸ {self._picked}▁"
        room = max(self.size.width - width_of(answers) - 1, 0)
        subject = clip(self._subject, max(room - width_of(self._sentence("")), 1))
        return ((f"{pad(self._sentence(subject), room)} {answers}", "typed"),)

    def on_key(self, event: events.Key) -> None:
        """A key picks an answer; Enter gives it."""
        event.stop()
        if event.key in {"enter", "escape"}:
            self.display = False
            if self._before is not None:
                self._before.focus()
            picked = [each.key for each in self._answers if each.key == self._picked.lower()]
            self._then(picked[0] if picked and event.key == "enter" else "")
        elif event.key == "backspace":
            self._picked = ""
        elif event.is_printable and event.character:
            self._picked = event.character
        self.refresh()
