"""Speaking beside the till's work: sentences go to a voice, and nobody waits for them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from pos_tui.devices.voices.voice import Voice, VoiceError
from pos_tui.reasons import Reason, because, plain

_WAITING = 3  # sentences; a warning that is older than three others has lost its moment
_CLOSING_S = 0.8


class Speaker:
    """Says sentences one after another in one thread, which starts with the first of them.

    `notify` gets the reason of a trouble once, and None when the voice works again; it is called
    from that thread.
    """

    def __init__(self, voice: Voice, notify: Callable[[Reason | None], None]) -> None:
        self._voice, self._notify = voice, notify
        self._waiting: deque[str] = deque(maxlen=_WAITING)
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._trouble: Reason | None = None

    def speak(self, sentence: str) -> None:
        """Have the sentence said soon; never waits, never raises.

        At most three sentences wait: a fourth puts out the one that has waited longest.
        """
        with self._changed:
            if self._closed:
                return
            self._waiting.append(sentence)
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="voice", daemon=True)
                # A machine out of threads: the next sentence tries again.
                with suppress(RuntimeError):
                    thread.start()
                    self._thread = thread
            self._changed.notify()

    def close(self) -> None:
        """Say nothing more, not even what waits; returns within a second."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        with suppress(Exception):  # the till closes, whatever a voice does
            self._voice.close()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_CLOSING_S)

    def _run(self) -> None:
        while (sentence := self._next()) is not None:
            trouble: Reason | None = None
            try:
                self._voice.say(sentence)
            except VoiceError as error:
                trouble = error.reason
            except Exception as error:
                why = plain(f"{type(error).__name__}: {error}")
                trouble = because("voice.failed", why=why)
            if trouble != self._trouble and not self._closed:
                self._trouble = trouble
                with suppress(Exception):  # a screen that is gone ends no voice
                    self._notify(trouble)

    def _next(self) -> str | None:
        """The sentence that has waited longest; None when the speaker is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._waiting)
            return None if self._closed else self._waiting.popleft()
