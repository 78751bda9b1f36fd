"""The voice that Windows has: SAPI's SpVoice, which belongs to the thread that made it."""

from __future__ import annotations

import locale
import math
import queue
import sys
import threading
from collections.abc import Callable
from typing import Protocol

from pos_tui.devices.voices.voice import VoiceError
from pos_tui.reasons import Reason, because, plain

_ASYNC, _PURGE, _NOT_XML = 1, 2, 16
_NOTHING = ""
_LOOK_MS = 50  # how long a voice that is stopped speaks on at most
_USUAL_RATE = 180  # words a minute at SAPI's rate 0; its rates 10 and -10 are thrice and a third
_LOOKS = 1200  # a minute, which no sentence takes
_SCRIPTS = {"cmn": "zh_cn", "zh_hans": "zh_cn", "zh_hant": "zh_tw", "yue": "zh_hk"}


class SapiTokens(Protocol):
    """ISpeechObjectTokens: the voices that fit a question."""

    Count: int

    def Item(self, index: int) -> object:  # noqa: N802 - SAPI's own names
        """One voice."""


class Sapi(Protocol):
    """The part of ISpeechVoice that is used."""

    Voice: object
    Rate: int

    def GetVoices(self, required: str, optional: str) -> SapiTokens:  # noqa: N802
        """The voices with these attributes."""

    def Speak(self, text: str, flags: int) -> int:  # noqa: N802
        """Start to say a text."""

    def WaitUntilDone(self, timeout_ms: int) -> bool:  # noqa: N802
        """Whether everything was said within the time."""


class SapiVoice:
    """Says sentences in one language at a rate in words a minute, by a thread of its own."""

    def __init__(
        self, language: str, rate: int, open_sapi: Callable[[], Sapi] | None = None
    ) -> None:
        """`open_sapi` makes SAPI's voice, in the thread that will use it."""
        self._language, self._rate = language, rate
        self._open = open_sapi or _windows_sapi
        self._lock = threading.Lock()
        self._asked: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[Reason | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()
        self._closed = threading.Event()

    def prepare(self) -> None:
        """Have Windows load its voice; raises VoiceError where it has none for the language."""
        self._ask(_NOTHING)

    def say(self, sentence: str) -> None:
        """Say one sentence; raises VoiceError when Windows cannot."""
        if sentence.strip():
            self._ask(sentence)

    def stop(self) -> None:
        """Stop speaking, within 50 ms."""
        self._stopped.set()

    def resume(self) -> None:
        """Speak what comes next."""
        self._stopped.clear()

    def close(self) -> None:
        """Stop speaking and end the thread."""
        self._closed.set()
        self._stopped.set()
        self._asked.put(None)

    # ---- inside ------------------------------------------------------------------------------

    def _ask(self, sentence: str) -> None:
        with self._lock:
            if self._closed.is_set():
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="sapi", daemon=True)
                self._thread.start()
            self._asked.put(sentence)
            trouble = self._answers.get()
        if trouble:
            raise VoiceError(trouble)

    def _run(self) -> None:
        sapi: Sapi | None = None
        while (sentence := self._asked.get()) is not None and not self._closed.is_set():
            trouble: Reason | None = None
            try:
                if sapi is None:
                    sapi = self._open()
                    _set_up(sapi, self._language, self._rate)
                if sentence != _NOTHING and not self._stopped.is_set():
                    self._speak(sapi, sentence)
            except VoiceError as error:
                sapi, trouble = None, error.reason
            except Exception as error:
                sapi = None
                trouble = because("voice.windows_failed", why=plain(str(error)))
            self._answers.put(trouble)
        self._answers.put(None)  # for a sentence that came while the voice was being closed

    def _speak(self, sapi: Sapi, sentence: str) -> None:
        sapi.Speak(sentence, _ASYNC | _NOT_XML)
        for _ in range(_LOOKS):
            if sapi.WaitUntilDone(_LOOK_MS):
                return
            if self._stopped.is_set():
                break
        sapi.Speak("", _ASYNC | _PURGE | _NOT_XML)
        if not self._stopped.is_set():
            raise VoiceError("voice.windows_unfinished")


def _set_up(sapi: Sapi, language: str, rate: int) -> None:
    """Choose the voice and its rate; raises VoiceError where no voice speaks the language."""
    sapi.Rate = sapi_rate(rate)
    for number in language_numbers(language):
        voices = sapi.GetVoices(f"Language={number:x}", "")
        if voices.Count:
            sapi.Voice = voices.Item(0)
            return
    raise VoiceError("voice.windows_no_language", language=language)


def sapi_rate(words_a_minute: int) -> int:
    """SAPI's rate (-10 to 10) for a rate in words a minute."""
    thirds = math.log(max(words_a_minute, 1) / _USUAL_RATE, 3)
    return min(max(round(10 * thirds), -10), 10)


def language_numbers(language: str) -> tuple[int, ...]:
    """Windows' numbers of a language (zh-CN, en_GB, fr), best first; of other regions too."""
    tag = language.strip().partition(".")[0].replace("-", "_").lower()
    tag = _SCRIPTS.get(tag, tag)
    usual = locale.normalize(tag).partition(".")[0].lower()
    base = tag.partition("_")[0]
    numbers: dict[str, int] = {}
    for number, name in locale.windows_locale.items():
        numbers.setdefault(name.lower(), number)
    same = (name for name in numbers if name.partition("_")[0] == base)
    return tuple(numbers[name] for name in dict.fromkeys((tag, usual, *same)) if name in numbers)


if sys.platform == "win32":

    def _windows_sapi() -> Sapi:
        try:
            import comtypes
            import comtypes.client
        except ImportError as error:
            raise VoiceError("voice.not_installed") from error
        comtypes.CoInitialize()  # its import does that for the importing thread only
        # Late binding: the other kind writes modules into comtypes' own folder.
        sapi: Sapi = comtypes.client.CreateObject("SAPI.SpVoice", dynamic=True)
        return sapi

else:

    def _windows_sapi() -> Sapi:
        raise VoiceError("voice.windows_only")
