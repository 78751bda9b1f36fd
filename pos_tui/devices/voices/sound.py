"""A WAV made heard: by the sound player that the machine has, or by Windows itself."""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
import wave
from pathlib import Path

from pos_tui.devices.voices.child import Child
from pos_tui.devices.voices.voice import VoiceError
from pos_tui.reasons import Reason, because

_PLAYERS = ("paplay", "pw-play", "aplay")  # a sound server first: ALSA alone may find it busy
_GRACE_S = 10.0  # a sound card or loudspeaker that has to wake up


class Player:
    """Plays one WAV at a time; `stop` ends it from any other thread, for good."""

    def __init__(self) -> None:
        self._child = Child()
        self._stopped = False

    def play(self, wav: bytes) -> None:
        """Play a WAV to its end; raises VoiceError when it cannot be heard."""
        if self._stopped:
            return
        if sys.platform == "win32":
            import winsound

            try:
                winsound.PlaySound(wav, winsound.SND_MEMORY | winsound.SND_NODEFAULT)
            except RuntimeError as error:
                raise VoiceError("voice.windows_cannot_play") from error
        else:
            self._play_by_program(wav)

    def stop(self) -> None:
        """End what plays, and play nothing more."""
        self._stopped = True
        self._child.stop()

    def _play_by_program(self, wav: bytes) -> None:
        players = [found for name in _PLAYERS if (found := shutil.which(name))]
        if not players:
            raise VoiceError("voice.no_player")
        troubles: list[Reason] = []
        # A file, not standard input: not every version of every player reads a WAV from there.
        with tempfile.TemporaryDirectory(prefix="pos-tui-voice-") as folder:
            path = Path(folder) / "sentence.wav"
            path.write_bytes(wav)
            for player in players:
                trouble = self._child.run([player, str(path)], _length_s(wav) + _GRACE_S)
                if not trouble:
                    return
                name = Path(player).name
                troubles.append(because("voice.player_failed", player=name, why=trouble))
        raise VoiceError("voice.not_heard", why=tuple(troubles))


def _length_s(wav: bytes) -> float:
    with wave.open(io.BytesIO(wav)) as sound:
        length: float = sound.getnframes() / sound.getframerate()
    return length
