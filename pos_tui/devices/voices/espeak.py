"""A voice by espeak-ng: a sentence becomes a WAV, which the machine's player makes heard."""

from __future__ import annotations

import ctypes
import os
import re
import sys
import threading
from pathlib import Path

from pos_tui.devices.voices.sound import Player, wav_of
from pos_tui.devices.voices.voice import VoiceError
from pos_tui.reasons import plain

_SYNCHRONOUS = 2  # as AUDIO_OUTPUT_RETRIEVAL, with the callback made before espeak_Synth returns
_DONT_EXIT = 0x8000  # without it the library ends the whole program when its data are not found
_UTF8 = 1
_RATE = 1
_SLOWEST, _FASTEST = 80, 450  # words a minute
_LONGEST_PATH = 200 if sys.platform == "win32" else 140  # its own buffers take 230 and 160 bytes
_DATA = ("phontab", "phonindex", "phondata", "intonations")
_ANYTHING = "0"
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)*")
_CANTONESE = ("zh-hk", "zh-mo", "zh-hant-hk", "zh-hant-mo")

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


class EspeakVoice:
    """Says sentences in one language at a rate in words a minute."""

    def __init__(self, language: str, rate: int) -> None:
        self._language, self._rate = language, rate
        self._player = Player()

    def prepare(self) -> None:
        """Load the library and the language's words; raises VoiceError when they, or a player, are
        not there.
        """
        spoken(_ANYTHING, self._language, self._rate)
        self._player.prepare()

    def say(self, sentence: str) -> None:
        """Make the sentence's sound and play it; raises VoiceError when it cannot be heard."""
        if sentence.strip():
            self._player.play(spoken(sentence, self._language, self._rate))

    def stop(self) -> None:
        """Stop playing."""
        self._player.stop()

    def resume(self) -> None:
        """Play what comes next."""
        self._player.resume()

    def close(self) -> None:
        """Stop playing."""
        self._player.stop()


def spoken(sentence: str, language: str, rate: int) -> bytes:
    """The sentence as a WAV (16 bits, mono), made without any sound.

    Raises VoiceError when the library is absent or does not know the language.
    """
    with _lock:
        library = _the_library()
        library.choose(language)
        samples = library.synthesise(sentence, rate)
    return wav_of(samples, library.sample_rate)


class _Library:
    """The loaded library. It is one per process and not thread-safe: `_lock` goes around it."""

    def __init__(self, path: Path, data: Path) -> None:
        self._library = ctypes.CDLL(str(path))
        self._library.espeak_Initialize.argtypes = (
            ctypes.c_int,
            ctypes.c_int,
            ctypes.c_char_p,
            ctypes.c_int,
        )
        self._library.espeak_Synth.argtypes = (
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.c_uint,
            ctypes.c_int,
            ctypes.c_uint,
            ctypes.c_uint,
            ctypes.c_void_p,
            ctypes.c_void_p,
        )
        self._samples = bytearray()
        self._callback = _Callback(self._collect)  # kept: the library only has its address
        # The samples a second; -1 when the data cannot be read.
        self.sample_rate = int(
            self._library.espeak_Initialize(_SYNCHRONOUS, 0, _short(data), _DONT_EXIT)
        )
        if self.sample_rate <= 0:
            raise OSError(f"its data in {data} cannot be read")
        self._library.espeak_SetSynthCallback(self._callback)

    def choose(self, language: str) -> None:
        """Speak this language from now on; raises VoiceError for one that is not known."""
        for name in _names(language):
            if self._library.espeak_SetVoiceByName(name.encode()) == 0:
                return
        raise VoiceError("voice.no_language", language=language)

    def synthesise(self, sentence: str, rate: int) -> bytes:
        """The sentence's samples, 16 bits each in the machine's order."""
        self._library.espeak_SetParameter(_RATE, min(max(rate, _SLOWEST), _FASTEST), 0)
        self._samples.clear()
        text = sentence.replace("\0", " ").encode(errors="replace")
        self._library.espeak_Synth(text, len(text) + 1, 0, 0, 0, _UTF8, None, None)
        return bytes(self._samples)

    def _collect(self, samples: int | None, count: int, _events: int | None) -> int:
        if samples and count > 0:
            self._samples += ctypes.string_at(samples, 2 * count)
        return 0  # go on


_lock = threading.Lock()
_library: _Library | None = None


def _the_library() -> _Library:
    global _library  # noqa: PLW0603 - one per process, as the library has it
    if _library is None:
        try:
            import espeakng_loader
        except ImportError as error:
            raise VoiceError("voice.not_installed") from error
        folder = Path(espeakng_loader.get_library_path()).parent
        data = folder / "espeak-ng-data"
        try:
            # The library itself would complain on the screen, and look elsewhere for old data.
            for name in _DATA:
                (data / name).stat()
            _library = _Library(Path(espeakng_loader.get_library_path()), data)
        except OSError as error:
            raise VoiceError("voice.library", why=plain(str(error))) from error
    return _library


def _short(data: Path) -> bytes:
    """The folder's name in bytes that fit the library's buffers; raises OSError if none do."""
    try:
        name = str(data).encode("mbcs") if sys.platform == "win32" else os.fsencode(data)
    except UnicodeEncodeError as error:
        raise OSError(f"it cannot read a folder with the name {data}") from error
    if len(name) <= _LONGEST_PATH:
        return name
    if sys.platform == "linux":
        # A long name in short: the folder's descriptor, open for as long as the process lives.
        return b"/proc/self/fd/%d" % os.open(data, os.O_PATH | os.O_DIRECTORY)
    raise OSError(f"the name of its folder is too long: {data}")


def _names(language: str) -> tuple[str, ...]:
    """What espeak-ng may call a language (zh-CN, en_GB, fr), best first."""
    tag = language.strip().partition(".")[0].replace("_", "-").lower()
    if not _TAG.fullmatch(tag):
        return ()
    base = tag.partition("-")[0]
    if base == "zh":
        return ("yue",) if tag in _CANTONESE else ("cmn",)
    return tuple(dict.fromkeys((tag, base)))
