"""A WAV made heard: by the sound player that the machine has, or by Windows itself."""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
import threading
import wave
from collections.abc import Callable, Sequence
from pathlib import Path

from pos_tui.devices.voices.child import Child
from pos_tui.devices.voices.voice import VoiceError
from pos_tui.reasons import Reason, because

_PLAYERS = ("paplay", "pw-play", "aplay")  # a sound server first: ALSA alone may find it busy
_GRACE_S = 10.0  # a sound card or loudspeaker that has to wake up
_TAIL_S = 0.3  # Windows has the last samples in its buffers when the time is over
_ASYNC, _NO_DEFAULT, _PURGE, _FILE_NAME = 1, 2, 0x40, 0x20000  # winsound's


class Player:
    """Plays one WAV at a time; `stop` ends it from any other thread, and keeps others from being
    played until `resume`.
    """

    def __init__(self) -> None:
        self._child = Child()
        self._stopped = threading.Event()

    def prepare(self) -> None:
        """Raises VoiceError where nothing can play."""
        if sys.platform == "win32":
            if not _has_windows_sound():
                raise VoiceError("voice.windows_cannot_play")
        elif not _players():
            raise VoiceError("voice.no_player")

    def play(self, wav: bytes) -> None:
        """Play a WAV to its end; raises VoiceError when it cannot be heard."""
        if self._stopped.is_set():
            return
        self.prepare()
        # A file, not standard input: not every version of every player reads a WAV from there, and
        # Windows cannot be stopped while it plays from memory.
        with tempfile.TemporaryDirectory(
            prefix="pos-tui-voice-", ignore_cleanup_errors=True
        ) as folder:
            path = Path(folder) / "sentence.wav"
            path.write_bytes(wav)
            if sys.platform == "win32":
                import winsound

                play_by_windows(str(path), _length_s(wav), self._stopped, winsound.PlaySound)
            else:
                self._play_by_program(path, _length_s(wav))

    def stop(self) -> None:
        """End what plays, and play nothing more until `resume`."""
        self._stopped.set()
        self._child.stop()

    def resume(self) -> None:
        """Play what comes next."""
        self._stopped.clear()
        self._child.resume()

    def _play_by_program(self, path: Path, seconds: float) -> None:
        troubles: list[Reason] = []
        for player in _players():
            trouble = self._child.run([player, str(path)], seconds + _GRACE_S)
            if not trouble:
                return
            troubles.append(because("voice.player_failed", player=Path(player).name, why=trouble))
        raise VoiceError("voice.not_heard", why=tuple(troubles))


def play_by_windows(
    path: str,
    seconds: float,
    stopped: threading.Event,
    play_sound: Callable[[str | None, int], None],
) -> None:
    """Have a file played that lasts so long, until its end or until it is stopped.

    `play_sound` is winsound's. Raises VoiceError when Windows refuses.
    """
    try:
        play_sound(path, _FILE_NAME | _ASYNC | _NO_DEFAULT)
        stopped.wait(seconds + _TAIL_S)
        play_sound(None, _PURGE)
    except RuntimeError as error:
        raise VoiceError("voice.windows_cannot_play") from error


def wav_of(samples: bytes, rate: int) -> bytes:
    """Samples of 16 bits, so many a second, as a WAV (mono)."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(samples)
    return file.getvalue()


def join_wavs(wavs: Sequence[bytes], pause_s: float) -> bytes:
    """Several WAVs of one kind, as `wav_of` makes them, as one, with a pause after each."""
    rate, samples = 0, bytearray()
    for wav in wavs:
        with wave.open(io.BytesIO(wav)) as sound:
            rate = sound.getframerate()
            samples += sound.readframes(sound.getnframes())
        samples += bytes(2 * round(pause_s * rate))
    return wav_of(bytes(samples), rate)


def _players() -> list[str]:
    return [found for name in _PLAYERS if (found := shutil.which(name))]


def _length_s(wav: bytes) -> float:
    with wave.open(io.BytesIO(wav)) as sound:
        length: float = sound.getnframes() / sound.getframerate()
    return length


if sys.platform == "win32":
    import ctypes

    def _has_windows_sound() -> bool:
        """Whether there is a sound device; a file that is played beside says nothing of that."""
        return bool(ctypes.windll.winmm.waveOutGetNumDevs())
