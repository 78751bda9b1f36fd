"""The scan line as an entry: keys become text, a scan, or the answer to a question."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events

from pos_tui.reasons import because
from pos_tui.tui.panes.scan_line import ScanLine
from pos_tui.tui.panes.standing import standing
from pos_tui.tui.parts.prompt import Prompt, TypedLine

if TYPE_CHECKING:
    from pos_tui.till import Till

_TORN_S = 0.3
_STALLED_S = 5.0
_HASTY_S = 0.7
LONGEST_BURST = 7
_NO_ACTS = frozenset(("back", "help", "language"))  # what is said stays
_ENTER = frozenset(("enter", "ctrl+m"))
_ENTER_WHILE_TYPING = frozenset(("ctrl+j", "tab"))


class ScanEntry:
    """What is typed so far and the question it answers; hands scans and answers on."""

    def __init__(
        self,
        line: ScanLine,
        till: Till,
        bell: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
        on_badge: Callable[[str], None] = lambda _code: None,
    ) -> None:
        """`on_badge` gets a badge whose head came as keys.

        `typed_at` (the last character) and `key_at` (any key) are times of `clock`, seconds
        that only rise; keys say themselves when they were read.
        """
        self._line = line
        self._till = till
        self._bell = bell
        self._clock = clock
        self._on_badge = on_badge
        self._typed = TypedLine()
        self.typed_at = self.key_at = 0.0
        self._hasty_until = 0.0
        self._has_moved = False

    @property
    def is_used(self) -> bool:
        """Whether something is being typed or asked."""
        return bool(self._typed.text or self._typed.prompt)

    @property
    def asks(self) -> str:
        """The command whose question is open, "question" where that is no command's; "": none."""
        prompt = self._typed.prompt
        return "" if prompt is None else prompt.command or "question"

    @property
    def prompt(self) -> Prompt | None:
        """The question that is open."""
        return self._typed.prompt

    def ask(self, prompt: Prompt) -> None:
        """Ask a question; what was typed before is dropped."""
        self._typed.ask(prompt)
        self._show()

    def warn(self) -> None:
        """A warning has come up: an Enter that comes too soon after it was not meant for it."""
        self._hasty_until = self._clock() + _HASTY_S

    def close(self, prompt: Prompt) -> None:
        """Take a question off, if it is still the one that is asked."""
        if self._typed.prompt is prompt:
            self._typed.clear()
            self._line.show_typed("")

    def change(self, prompt: Prompt, into: Prompt) -> None:
        """Ask a question in other words, where it is still the one that is asked; what is typed
        stays.
        """
        if self._typed.prompt is prompt:
            self._typed.prompt = into
            self._show()

    def back(self) -> None:
        """Drop the question, the text and a waiting quantity; a sale is never cancelled by it."""
        self._till.forget_quantity()
        if self._typed.clear():
            self._line.show_typed("")
        else:
            self._line.send_away()

    def accept_scan(self, text: str, began: float | None = None) -> None:
        """A whole code from a scanner; it never becomes the answer to a question.

        What was typed before it may belong to it. `began` (time.monotonic) where it is known.
        """
        self.key_at = self._clock()
        self._hasty_until, self._has_moved = self.key_at + _HASTY_S, False
        self._line.act()
        prompt = self._typed.prompt
        if prompt is None:
            text = self._with_head(text, began)
            self._typed.clear()
            if self._till.staff.holder_of(text):
                self._line.show_typed("")
                self._on_badge(text)
            else:
                self._till.scan(text)
        elif began is not None and len(text) <= LONGEST_BURST and not self._knows(text):
            # An answer typed over a line that bunches keys looks like a scan of a few characters.
            # It is put into the question, and a person's Enter gives it.
            for character in text:
                self._typed.put(character)
            self._show()
        elif prompt.on_scan is None:
            self._bell()
            self._line.show_message(standing(because("screen.scan_not_accepted"), "warning"))
        elif prompt.on_part is not None and self._typed.text.strip():
            whole = self._with_head(text, began)
            part, _ = self._typed.pop()
            if whole == text:
                prompt.on_part(part, text)
            else:
                prompt.on_scan(whole)
        else:
            self._typed.clear()
            self._line.show_typed("")
            if prompt.on_scan(text) and self._typed.prompt is None:
                self.ask(prompt)

    def _knows(self, text: str) -> bool:
        return self._till.codes.knows(text)

    def _with_head(self, text: str, began: float | None) -> str:
        """A scan with the quantity typed before it, or with the keys that are its own head.

        A machine or a line that stalls tears a scan apart: its head comes as keys, its tail as a
        scan. The longer ago the keys came, the surer it must be that only both together are a code.
        """
        head = self._typed.text.strip()
        if not head or (head.endswith(("*", "×")) and len(head) > 1):
            return head + text
        since_s = math.inf if began is None else began - self.typed_at
        if since_s >= _STALLED_S:
            return text
        knows = self._till.codes.knows
        if since_s < _TORN_S:
            return text if knows(text) and not knows(head + text) else head + text
        return head + text if knows(head + text) and not knows(text) else text

    def accept_key(self, event: events.Key, command: str | None) -> str | None:
        """One key of a person; returns the command that is to be run for it, if one is.

        `command` is the one that the key is bound to.
        """
        self.key_at = event.time
        typing = self.is_used
        if event.key in _ENTER or (typing and event.key in _ENTER_WHILE_TYPING):
            is_hasty = event.time < self._hasty_until
            self._hasty_until = max(self._hasty_until, event.time + _HASTY_S)
            self._line.act()
            self._enter(is_hasty)
            self._has_moved = False
            return None
        self._has_moved = True
        if event.key == "backspace" or (event.key == "delete" and typing):
            self._typed.delete_last()
            self._show()
            return None
        character = event.character
        plain = character is not None and character.isprintable() and len(character) == 1
        prompt = self._typed.prompt
        if prompt is not None and prompt.usual and character == "=":
            self._typed.clear()
            self._enter_answer(prompt, prompt.usual)
            return None
        offers = prompt is not None and prompt.next_answer and prompt.command == command
        if command is not None and (offers or not (plain and typing)):
            if command not in _NO_ACTS:
                self._line.act()
            return self._asked_again(command)
        if plain and character is not None:
            self._typed.put(character)
            self.typed_at = event.time
            self._show()
        return None

    def _asked_again(self, command: str) -> str | None:
        """The key of the command whose question is open goes on to the next question or answer."""
        prompt = self._typed.prompt
        if prompt is None or prompt.command != command:
            return command
        if prompt.again is not None:
            prompt.again()
        elif prompt.next_answer is not None:
            self._typed.offer(prompt.next_answer(self._typed.text))
            self._show()
        else:
            return command
        return None

    def _enter(self, is_hasty: bool) -> None:
        """Enter: an answer, a typed code, that an expired item was dealt with or an age checked.

        A hasty one is a scanner's second end, or a key held down, and confirms nothing.
        """
        if is_hasty and self._typed.prompt is not None and not self._has_moved:
            return
        text, prompt = self._typed.pop()
        if prompt is not None:
            self._enter_answer(prompt, text.strip() or prompt.usual)
        elif text.strip():
            self._line.show_typed("")
            self._till.scan(text)
        elif is_hasty and (self._till.sale.warnings or self._till.sale.age_to_check):
            return
        elif self._till.confirm_expired() or self._till.confirm_age():
            self._line.show_typed("")
        else:
            self._till.ask_now()

    def _enter_answer(self, prompt: Prompt, answer: str) -> None:
        self._line.show_typed("")
        if answer:
            prompt.answer(answer)

    def _show(self) -> None:
        prompt = self._typed.prompt
        secret = prompt is not None and prompt.secret
        typed = "•" * len(self._typed.text) if secret else self._typed.text
        self._line.show_typed(typed, None if prompt is None else prompt.label)
