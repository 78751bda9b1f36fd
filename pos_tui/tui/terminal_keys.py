"""What a terminal sends, as keys: unknown sequences are left out whole, no key is lost."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Generator, Iterator
from typing import Literal

from textual import constants, events
from textual._parser import ParseEOF, ParseTimeout, Read1, TokenCallback
from textual._xterm_parser import XTermParser
from textual.keys import Keys, _character_to_key
from textual.message import Message

_ESC, _BEL, _DELETE = "\x1b", "\x07", "\x7f"
_REST_S = 1.0
"""So long the rest of a sequence, or of a paste, may be on its way."""
_LONGEST_STRING = 4096
_LONGEST_SEQUENCE = 64

_CSI = re.compile(r"[0-?]*[ -/]*[@-~]")
_CSI_BEGUN = re.compile(r"[0-?]*[ -/]*")
_RXVT_SHIFTED = re.compile(r"\d+\$")
_SS3 = re.compile(r"[0-9;]*[@-~]")
_SS3_BEGUN = re.compile(r"[0-9;]*")
_STRINGS = frozenset("P]X^_")
_CURSOR = re.compile(r"\x1b\[(\d+);(\d+)R")
_MODE = re.compile(r"\x1b\[\?2026;([1-9])\$y")
_MOUSE = re.compile(r"\x1b\[<\d+;-?\d+;-?\d+[mM]")
_SIZE = re.compile(r"\x1b\[48;(\d+)(?::\d*)*;(\d+)(?::\d*)*;(\d+)(?::\d*)*;(\d+)(?::\d*)*t")

_Reading = Generator[Read1, str, str]
_Progress = Literal["more", "whole", "none"]


class TerminalParser(XTermParser):
    """Textual's parser with its own reading of escapes.

    Textual's types a sequence that it does not know into the program, and loses the key that
    follows Esc at once, as it does where a line bunches keys (tmux, SSH).
    """

    def __init__(self, is_bound: Callable[[str], bool], debug: bool = False) -> None:
        """`is_bound`: whether a key ("alt+h") runs a command; other keys with Alt are Esc and
        the key.
        """
        self._is_bound = is_bound
        self._pending: deque[str] = deque()
        super().__init__(debug)

    def parse(self, token_callback: TokenCallback[Message]) -> Generator[Read1, str, None]:
        """Turn characters into keys and what else a terminal reports."""
        while True:
            try:
                character = yield from self._next(None)
            except ParseEOF:
                return
            if character != _ESC:
                tokens = self._typed(character)
            else:
                body = yield from self._after_escape()
                if body.startswith("[200~"):
                    text = yield from self._pasted()
                    tokens = iter([events.Paste(text.replace("\x00", ""))])
                else:
                    tokens = self._meaning(body)
            for token in tokens:
                token_callback(token)

    def _next(self, timeout_s: float | None) -> _Reading:
        if self._pending:
            return self._pending.popleft()
        return (yield Read1(timeout_s))

    def _after_escape(self) -> _Reading:
        """What belongs to an Esc. Whatever breaks it off is read again, on its own."""
        body, wait_s = "", constants.ESCAPE_DELAY
        while True:
            try:
                character = yield from self._next(wait_s)
            except (ParseTimeout, ParseEOF):
                return body
            is_string = len(body) > 1 and body[0] in _STRINGS
            if is_string and body[-1] == _ESC and character != "\\":
                self._pending.extendleft((character, _ESC))
                return body[:-1]
            ends_string = is_string and character in {_ESC, _BEL}
            if (character < " " or character == _DELETE) and not ends_string:
                self._pending.appendleft(character)
                return body
            body += character
            if _progress(body) != "more":
                return body
            wait_s = constants.ESCAPE_DELAY if body in _STRINGS or body == "O" else _REST_S

    def _pasted(self) -> _Reading:
        """The text of a paste, until its end or until nothing more comes."""
        text, end = "", f"{_ESC}[201~"
        while not text.endswith(end):
            try:
                text += yield from self._next(_REST_S)
            except (ParseTimeout, ParseEOF):
                return text
        return text.removesuffix(end)

    def _meaning(self, body: str) -> Iterator[Message]:
        """What Esc and what belongs to it means; nothing where nobody knows."""
        progress = _progress(body)
        if len(body) == 1:
            yield from self._with_alt(body)
        elif body[:1] == "[" and progress != "none":
            yield from self._sequence(_ESC + body)  # one without its end means nothing
        elif body[:1] == "O" and progress == "whole":
            yield from self._sequence(_ESC + body)
        elif body[:1] not in _STRINGS or progress != "whole":
            yield events.Key("escape", _ESC)
            for character in body:
                yield from self._typed(character)

    def _with_alt(self, character: str) -> Iterator[Message]:
        name = character if character.isalnum() else _character_to_key(character)
        if len(name) == 1 and name.isupper():
            name = f"shift+{name.lower()}"
        if self._is_bound(f"alt+{name}"):
            yield events.Key(f"alt+{name}", character)
        else:
            yield events.Key("escape", _ESC)
            yield from self._typed(character)

    def _typed(self, text: str) -> Iterator[Message]:
        """The keys that Textual knows for a character or a sequence."""
        try:
            keys = list(self._sequence_to_key_events(text))
        except (ValueError, OverflowError):  # numbers that no key has
            return
        yield from (key for key in keys if key.key != Keys.Ignore)

    def _sequence(self, sequence: str) -> Iterator[Message]:
        """What a whole sequence reports: a key, the mouse, the focus, the size, …"""
        if match := _SIZE.fullmatch(sequence):
            height, width, pixel_height, pixel_width = (int(each) for each in match.groups())
            resized = events.Resize.from_dimensions((width, height), (pixel_width, pixel_height))
            self.terminal_size, self.terminal_pixel_size = resized.size, resized.pixel_size
            self.mouse_pixels = True
            yield resized
        elif match := _CURSOR.fullmatch(sequence):
            yield events.CursorPosition(int(match[2]) - 1, int(match[1]) - 1)
        elif _MODE.fullmatch(sequence):
            from textual.messages import TerminalSupportsSynchronizedOutput

            yield TerminalSupportsSynchronizedOutput()
        elif _MOUSE.fullmatch(sequence):
            moved = self.parse_mouse_code(sequence)
            if moved is not None:
                yield moved
        elif sequence == "\x1b[I":
            yield events.AppFocus()
        elif sequence == "\x1b[O":
            yield events.AppBlur()
        else:
            yield from self._typed(sequence)


def _progress(body: str) -> _Progress:
    """Whether what follows an Esc is a whole sequence, may become one, or is none."""
    kind, rest = body[:1], body[1:]
    if kind == "[":
        return _progress_of_csi(rest)
    if kind == "O":
        return _grows(rest, _SS3.fullmatch(rest), _SS3_BEGUN.fullmatch(rest))
    if kind in _STRINGS and kind:
        ended = rest.endswith((_BEL, f"{_ESC}\\"))
        if ended or len(rest) > _LONGEST_STRING:
            return "whole" if ended else "none"
        return "more"
    return "none"


def _progress_of_csi(rest: str) -> _Progress:
    if rest[:1] == "[":  # the Linux console's F1 to F5
        return "more" if len(rest) == 1 else "whole"
    if rest[:1] == "M":  # a mouse of old: three bytes follow
        return "more" if len(rest) < 4 else "whole"
    is_whole = _CSI.fullmatch(rest) or _RXVT_SHIFTED.fullmatch(rest)
    return _grows(rest, is_whole, _CSI_BEGUN.fullmatch(rest))


def _grows(rest: str, is_whole: re.Match[str] | None, is_begun: re.Match[str] | None) -> _Progress:
    if is_whole:
        return "whole"
    return "more" if is_begun and len(rest) < _LONGEST_SEQUENCE else "none"
