"""A page: a frame with a title, a body, what the page says, a question, and its keys."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen, ScreenResultType
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker, WorkerError

from pos_tui.reasons import Reason
from pos_tui.tui.parts.question import AnswerKey, Question
from pos_tui.tui.parts.style import PAGE_STYLE
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import in_words, say

Tone = Literal["info", "good", "warning", "error"]


@runtime_checkable
class ScanTarget(Protocol):
    """A part that may have a use for a scan while it has the focus."""

    def use_scan(self, text: str, began: float | None) -> bool:
        """Use a scan, or say why not; False where it has nothing to do with scans at all."""


class PageScreen(Screen[ScreenResultType]):
    """A page of Textual's widgets in the till's colours. Keys go to the widgets, scans never.

    A page gives its parts in `body`; its bindings have the ids of commands (`remove`, `find`, …)
    where a shop may have given those other keys.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", id="back")]
    HORIZONTAL_BREAKPOINTS = [(100, "-wide")]  # noqa: RUF012 - Textual's own
    # As CSS of the screen, each kind of page would have all styles read anew when it is opened.
    DEFAULT_CSS = PAGE_STYLE
    SCOPED_CSS = False  # it is about #page only, and about every page

    def __init__(self, palette: Palette, title: str, keys: str) -> None:
        """`keys` names the keys of the page, on its last row."""
        super().__init__()
        self.palette = palette
        self._title = title
        self._keys = keys
        self.question = Question(palette)
        self._message = Static(id="message", classes="foot", markup=False)
        self._message.display = False
        self.said = ""
        self._loader: Worker[None] | None = None

    def body(self) -> Iterable[Widget]:
        """The parts of the page, in their order."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """The frame, and all that stands in it."""
        with Vertical(id="page") as frame:
            frame.border_title = Content(self._title)
            yield from self.body()
            yield self._message
            yield self.question
            yield Static(self._keys, classes="foot muted", markup=False)

    def say(self, what: str | Reason, tone: Tone = "info") -> None:
        """Say a sentence above the keys, until the next one."""
        self.said = in_words(what) if isinstance(what, Reason) else what
        self._message.update(Content(self.said))
        self._message.display = bool(self.said)
        self._message.set_classes(f"foot {tone}")

    def ask(
        self,
        sentence: Callable[[str], str],
        subject: str,
        answers: Sequence[AnswerKey],
        then: Callable[[str], None],
    ) -> None:
        """Ask a question in place of the message; `then` gets the answer's key, "" for none."""
        self.say("")
        self.question.ask(sentence, subject, answers, then)

    def load(self, work: Coroutine[Any, Any, None], group: str = "default") -> None:
        """Do what waits for the books before the page is whole, in place of what it loads now; keys
        that are pressed meanwhile wait for it too. `group` is that of Textual's workers.
        """
        self._loader = self.run_worker(work, exclusive=True, group=group)

    async def until_loaded(self) -> None:
        """Wait for what the page loads, if it loads anything."""
        while self._loader is not None and not self._loader.is_finished:
            with contextlib.suppress(WorkerError):
                await self._loader.wait()

    def action_back(self) -> None:
        """Go back to the page before."""
        self.dismiss(None)

    def leave_pages(self) -> None:
        """Go back to the sale, past every page that lies over it."""
        while isinstance(self.app.screen, PageScreen):
            self.app.pop_screen()

    def accept_scan(self, text: str, began: float | None = None) -> None:
        """A scan goes to the part that has the focus, after the keys that came before it; where
        that has no use for it, it is answered in words.
        """
        (self.focused or self).call_later(self._give_scan, text, began)

    def accept_badge(self, code: str) -> None:
        """A badge was scanned: it answers nothing here."""
        self.refuse_scan(say("staff.badge_is_no_answer"))

    def _give_scan(self, text: str, began: float | None) -> None:
        for part in () if self.focused is None else self.focused.ancestors_with_self:
            if isinstance(part, ScanTarget) and part.use_scan(text, began):
                return
        self.refuse_scan(say("parts.scan_not_accepted"))

    def refuse_scan(self, sentence: str) -> None:
        """Say, with the bell, why a scan was not accepted."""
        self.say(sentence, "warning")
        self.app.bell()
