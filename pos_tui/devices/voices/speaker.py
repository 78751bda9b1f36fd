"""Speaking beside the till's work: sentences go to a voice, the most urgent first, and nobody waits
for them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from msgspec import Struct

from pos_tui.devices.voices.voice import Voice, VoiceError
from pos_tui.reasons import Reason, because, plain

_WAITING = 3  # sentences; what waits behind so many has lost its moment
_CLOSING_S = 0.8


class Sentence(Struct, frozen=True):
    """What is to be said; `rank` 0 is the most urgent.

    After `good_for_s` seconds of waiting it has lost its moment and is dropped. `about` is what it
    can be withdrawn by.
    """

    text: str
    rank: int = 0
    about: str = ""
    good_for_s: float = 60.0


class Speaker:
    """Says sentences one after another in one thread, which starts with the first of them.

    A more urgent one interrupts what is being said, and that is not said again: half of it was
    heard, and an amount that is heard twice can be taken for two payments.

    `notify` gets the reason of a trouble once, and None when the voice works again; it is called
    from that thread.
    """

    def __init__(
        self,
        voice: Voice,
        notify: Callable[[Reason | None], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` gives seconds that never go back."""
        self._voice, self._notify, self._clock = voice, notify, clock
        self._waiting: list[tuple[Sentence, float]] = []
        self._now: Sentence | None = None
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._trouble: Reason | None = None

    def prepare(self) -> None:
        """Have the voice loaded before there is anything to say; never waits, never raises."""
        with self._changed:
            self._start()

    def speak(self, sentence: Sentence) -> None:
        """Have the sentence said soon; never waits, never raises.

        At most three sentences wait: a fourth puts out the least urgent, of these the oldest.
        """
        with self._changed:
            if self._closed:
                return
            self._waiting.append((sentence, self._clock() + sentence.good_for_s))
            if len(self._waiting) > _WAITING:
                self._waiting.remove(max(self._waiting, key=lambda waiting: waiting[0].rank))
            if self._now is not None and sentence.rank < self._now.rank:
                self._stop()
            self._start()
            self._changed.notify()

    def withdraw(self, about: str) -> None:
        """What is said or waits to be said about this is no longer true; never waits."""
        with self._changed:
            self._waiting = [each for each in self._waiting if each[0].about != about]
            if self._now is not None and self._now.about == about:
                self._stop()

    def close(self) -> None:
        """Say nothing more, not even what waits; returns within a second."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        with suppress(Exception):  # the till closes, whatever a voice does
            self._voice.close()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_CLOSING_S)

    # ---- inside ------------------------------------------------------------------------------

    def _start(self) -> None:
        if self._thread is None and not self._closed:
            thread = threading.Thread(target=self._run, name="voice", daemon=True)
            # A machine out of threads: the next sentence tries again.
            with suppress(RuntimeError):
                thread.start()
                self._thread = thread

    def _stop(self) -> None:
        """End what is being said, or is just about to be."""
        with suppress(Exception):  # a sale goes on, whatever a voice does
            self._voice.stop()

    def _run(self) -> None:
        self._attempt(self._voice.prepare)
        while (sentence := self._next()) is not None:
            self._attempt(partial(self._voice.say, sentence.text))

    def _attempt(self, act: Callable[[], None]) -> None:
        """Do what may fail, and tell of a trouble that is new, or over."""
        trouble: Reason | None = None
        try:
            act()
        except VoiceError as error:
            trouble = error.reason
        except Exception as error:
            trouble = because("voice.failed", why=plain(f"{type(error).__name__}: {error}"))
        if trouble != self._trouble and not self._closed:
            self._trouble = trouble
            with suppress(Exception):  # a screen that is gone ends no voice
                self._notify(trouble)

    def _next(self) -> Sentence | None:
        """The most urgent sentence, of these the oldest; None when the speaker is closed."""
        with self._changed:
            self._now = None
            while not self._closed:
                now = self._clock()
                self._waiting = [each for each in self._waiting if each[1] > now]
                if self._waiting:
                    found = min(self._waiting, key=lambda waiting: waiting[0].rank)
                    self._waiting.remove(found)
                    self._now = found[0]
                    with suppress(Exception):
                        self._voice.resume()
                    return self._now
                self._changed.wait()
            return None
