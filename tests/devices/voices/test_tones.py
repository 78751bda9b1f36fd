"""Tones: two that rise, a low one, three short ones, each at its own frequency."""

import cmath
import math

import pytest

from pos_tui.devices.voices import make_voice
from pos_tui.devices.voices.tones import TONE_RATE, TONES, tone_wav
from tests.devices.voices.sounds import posix, program, sound_of

WINDOW = TONE_RATE // 50  # 20 ms


def windows_of(samples):
    return [samples[place : place + WINDOW] for place in range(0, len(samples) - WINDOW, WINDOW)]


def loudness(samples):
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples))


def heard(samples):
    """The runs of sound in it, each with its frequency (by its spectrum) and its length."""
    runs: list[list[int]] = [[]]
    for window in windows_of(samples):
        if loudness(window) > 2000:
            runs[-1].extend(window)
        elif runs[-1]:
            runs.append([])
    return [(strongest(run), len(run) / TONE_RATE) for run in runs if run]


def strongest(samples):
    """The frequency that is strongest in it, of those from 100 Hz to 2 kHz, to 4 Hz."""

    def power(hertz):
        turn = cmath.exp(-2j * math.pi * hertz / TONE_RATE)
        total = 0j
        for sample in reversed(samples):
            total = total * turn + sample
        return abs(total)

    return max(range(100, 2000, 4), key=power)


@pytest.mark.parametrize(
    ("name", "frequencies"),
    [("rising", [660, 880]), ("low", [262]), ("short", [988, 988, 988])],
)
def test_each_has_its_own_number_and_height_of_tones(name, frequencies):
    _, samples = sound_of(tone_wav(name))
    tones = heard(samples[: TONE_RATE * 6 // 10])
    assert [hertz for hertz, _ in tones] == pytest.approx(frequencies, abs=6)
    assert max(samples) > 15_000


def test_each_lasts_as_long_as_it_says_and_none_clicks():
    for name, tones in TONES.items():
        seconds, samples = sound_of(tone_wav(name))
        assert seconds == pytest.approx(sum(tone.seconds for tone in tones), abs=0.01)
        assert seconds < 1
        assert abs(samples[0]) < 500 > abs(samples[-1])


@posix
def test_the_voice_plays_the_tones_that_it_is_named(tmp_path, monkeypatch):
    heard_file = tmp_path / "heard"
    program(tmp_path / "aplay", f"open({str(heard_file)!r}, 'ab').write(open(said, 'rb').read())")
    monkeypatch.setenv("PATH", str(tmp_path))
    voice = make_voice("tones", "en", 170)
    voice.prepare()
    assert not heard_file.exists()
    voice.say("rising")
    voice.say("a sentence that is no tone")
    voice.say("low")
    assert heard_file.read_bytes() == tone_wav("rising") + tone_wav("low")
    voice.close()
    voice.say("low")
    assert heard_file.read_bytes() == tone_wav("rising") + tone_wav("low")
