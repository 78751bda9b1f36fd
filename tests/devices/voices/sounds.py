"""What the tests of voices share: a sentence, a program that plays it, a sound's length."""

import array
import importlib.util
import io
import sys
import time
import wave

import pytest

PATIENCE_S = 20
EXPIRED = "法式面包已过期"
BREAD = "The French bread has expired. Do not sell it."

espeak = pytest.mark.skipif(
    importlib.util.find_spec("espeakng_loader") is None,
    reason="espeakng-loader is not installed (it is in the extra `voice`)",
)
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows plays sound by itself")


def until(condition):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.005)


def program(path, body):
    """A Python program as an executable file; `said` is its last argument."""
    path.write_text(f"#!{sys.executable}\nimport os, sys, time\nsaid = sys.argv[-1]\n{body}\n")
    path.chmod(0o755)
    return path


def sound_of(wav):
    with wave.open(io.BytesIO(wav)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth()) == (1, 2)
        samples = array.array("h", sound.readframes(sound.getnframes()))
        return len(samples) / sound.getframerate(), samples
