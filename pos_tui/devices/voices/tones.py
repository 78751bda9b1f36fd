"""A voice of tones: two rising ones, a low one, three short ones, by their names."""

from __future__ import annotations

import array
import math
from functools import cache
from typing import Literal, NamedTuple

from pos_tui.devices.voices.sound import Player, wav_of

ToneName = Literal["rising", "low", "short"]

TONE_RATE = 22_050
_LOUDNESS = 0.6 * 32767
_SOFT_S = 0.005  # a tone that begins or ends at once clicks


class _Tone(NamedTuple):
    hertz: int
    seconds: float


_PAUSE = _Tone(0, 0.06)
_SHORT = _Tone(988, 0.12)
TONES: dict[ToneName, tuple[_Tone, ...]] = {
    "rising": (_Tone(660, 0.16), _PAUSE, _Tone(880, 0.24)),
    "low": (_Tone(262, 0.7),),
    "short": (_SHORT, _PAUSE, _SHORT, _PAUSE, _SHORT),
}
"""What is heard by each name: frequencies in hertz and their lengths in seconds; 0 is silence."""


class TonesVoice:
    """Plays the tones whose name it gets to say."""

    def __init__(self) -> None:
        self._player = Player()

    def prepare(self) -> None:
        """Make the tones; raises VoiceError where no player is there."""
        for name in TONES:
            tone_wav(name)
        self._player.prepare()

    def say(self, sentence: str) -> None:
        """Play the tones of this name, none for a name without any; raises VoiceError when they
        cannot be heard.
        """
        for name in TONES:
            if name == sentence:
                self._player.play(tone_wav(name))

    def stop(self) -> None:
        """Stop playing."""
        self._player.stop()

    def resume(self) -> None:
        """Play what comes next."""
        self._player.resume()

    def close(self) -> None:
        """Stop playing."""
        self._player.stop()


@cache
def tone_wav(name: ToneName) -> bytes:
    """The tones of a name as a WAV (16 bits, mono)."""
    samples = array.array("h")
    for tone in TONES[name]:
        count = round(tone.seconds * TONE_RATE)
        soft = _SOFT_S * TONE_RATE
        for place in range(count):
            swell = min(1.0, place / soft, (count - 1 - place) / soft)
            wave = math.sin(2 * math.pi * tone.hertz * place / TONE_RATE)
            samples.append(round(_LOUDNESS * swell * wave))
    return wav_of(samples.tobytes(), TONE_RATE)
