"""What is typed by hand: into the scan line, or into a question that the till has asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pos_tui.reasons import Reason


class Prompt(NamedTuple):
    """A question on the scan line: its label, what to do with the answer, what a scan does.

    `on_scan` gets a code that is scanned meanwhile, and gives True where the question stays open;
    without it the scan is answered in words, and never becomes the answer. `again` is done when
    the key of `command` is pressed once more. A secret answer is not shown.
    """

    label: Reason
    answer: Callable[[str], None]
    on_scan: Callable[[str], bool | None] | None = None
    command: str = ""
    again: Callable[[], None] | None = None
    secret: bool = False


class TypedLine:
    """The characters typed so far, and the question they answer if there is one."""

    def __init__(self) -> None:
        self.text = ""
        self.prompt: Prompt | None = None

    def put(self, character: str) -> None:
        """Type one character."""
        if len(self.text) < 64:
            self.text += character

    def delete_last(self) -> None:
        """Delete the last character."""
        self.text = self.text[:-1]

    def ask(self, prompt: Prompt) -> None:
        """Ask a question; what was typed before is dropped."""
        self.text, self.prompt = "", prompt

    def clear(self) -> bool:
        """Drop question and text; False when there was nothing to drop."""
        had = bool(self.text or self.prompt)
        self.text, self.prompt = "", None
        return had

    def pop(self) -> tuple[str, Prompt | None]:
        """The text and its question, and begin anew."""
        popped = self.text, self.prompt
        self.clear()
        return popped
