"""What is typed by hand: into the scan line, or into a question that the till has asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pos_tui.reasons import Reason


class Prompt(NamedTuple):
    """A question on the scan line: its label, what to do with the answer, what a scan does.

    `on_scan` gets a code that is scanned meanwhile, and gives True where the question stays open;
    without it the scan is answered in words, and never becomes the answer. `again` is done when
    the key of `command` is pressed once more. `on_part` gets what was typed, and the code that is
    scanned behind it. A secret answer is not shown. `usual` is what confirming without an answer,
    or =, answers. `next_answer` gives another answer for what is typed, when the key of `command`
    is pressed.
    """

    label: Reason
    answer: Callable[[str], None]
    on_scan: Callable[[str], bool | None] | None = None
    command: str = ""
    again: Callable[[], None] | None = None
    secret: bool = False
    on_part: Callable[[str, str], None] | None = None
    usual: str = ""
    next_answer: Callable[[str], str] | None = None


class TypedLine:
    """The characters typed so far, and the question they answer if there is one."""

    def __init__(self) -> None:
        self.text = ""
        self.prompt: Prompt | None = None
        self._is_offered = False

    def put(self, character: str) -> None:
        """Type one character; what was only offered goes."""
        if self._is_offered:
            self.text, self._is_offered = "", False
        if len(self.text) < 64:
            self.text += character

    def offer(self, text: str) -> None:
        """Put an answer there, in place of what is typed."""
        self.text, self._is_offered = text, True

    def delete_last(self) -> None:
        """Delete the last character."""
        self.text, self._is_offered = self.text[:-1], False

    def ask(self, prompt: Prompt) -> None:
        """Ask a question; what was typed before is dropped."""
        self.text, self.prompt, self._is_offered = "", prompt, False

    def clear(self) -> bool:
        """Drop question and text; False when there was nothing to drop."""
        had = bool(self.text or self.prompt)
        self.text, self.prompt, self._is_offered = "", None, False
        return had

    def pop(self) -> tuple[str, Prompt | None]:
        """The text and its question, and begin anew."""
        popped = self.text, self.prompt
        self.clear()
        return popped
