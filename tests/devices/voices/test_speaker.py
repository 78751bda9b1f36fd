"""Sentences are spoken one after another, and nobody waits for them."""

import threading
import time

import pytest

from pos_tui.devices.voices import Speaker, VoiceError
from pos_tui.reasons import Reason, because
from pos_tui.wording.current import in_words
from tests.devices.voices.sounds import PATIENCE_S, until


class SlowVoice:
    """Says nothing until it is let; `trouble` makes it refuse."""

    def __init__(self, free=True):
        self.said, self.trouble = [], None
        self.begun, self.ended = [], []
        self.free = threading.Event()
        self.closed = False
        if free:
            self.free.set()

    def say(self, sentence):
        self.begun.append(sentence)
        self.free.wait(PATIENCE_S)
        try:
            if self.trouble is not None:
                raise self.trouble
            self.said.append(sentence)
        finally:
            self.ended.append(sentence)

    def close(self):
        self.closed = True
        self.free.set()


class NotingSpeaker(Speaker):
    """A speaker whose notices are in `told`."""

    def __init__(self, voice):
        self.told: list[Reason | None] = []
        super().__init__(voice, self.told.append)


@pytest.fixture
def speaking():
    """Makes speakers, and closes them in the end."""
    made = []

    def make(voice):
        speaker = NotingSpeaker(voice)
        made.append(speaker)
        return speaker

    yield make
    for speaker in made:
        speaker.close()


def test_sentences_are_spoken_in_their_order(speaking):
    voice = SlowVoice()
    speaker = speaking(voice)
    for number in range(1, 8):
        speaker.speak(f"sentence {number}")
        until(lambda number=number: len(voice.said) == number)
    assert voice.said == [f"sentence {number}" for number in range(1, 8)]
    assert speaker.told == []


def test_a_new_warning_does_not_wait_behind_a_heap_of_old_ones(speaking):
    voice = SlowVoice(free=False)
    speaker = speaking(voice)
    speaker.speak("spoken now")
    until(lambda: voice.begun)
    for number in range(1, 11):
        speaker.speak(f"warning {number}")
    voice.free.set()
    until(lambda: "warning 10" in voice.said)
    assert voice.said == ["spoken now", "warning 8", "warning 9", "warning 10"]


def test_who_has_a_sentence_said_never_waits_for_a_voice_that_hangs(speaking):
    voice = SlowVoice(free=False)
    speaker = speaking(voice)
    began = time.perf_counter()
    for number in range(1000):
        speaker.speak(f"sentence {number}")
    assert time.perf_counter() - began < PATIENCE_S
    assert voice.said == []


def test_trouble_is_told_once_and_so_is_its_end(speaking):
    voice = SlowVoice()
    speaker = speaking(voice)

    def say(trouble):
        voice.trouble = trouble
        count = len(voice.ended)
        speaker.speak("Hello")
        until(lambda: len(voice.ended) > count)

    for _ in range(3):
        say(VoiceError("voice.no_player"))
    say(None)
    say(None)
    say(RuntimeError("a voice like no other"))
    until(lambda: len(speaker.told) == 3)
    assert speaker.told[:2] == [because("voice.no_player"), None]
    assert "a voice like no other" in in_words(speaker.told[2])


def test_a_screen_that_is_gone_ends_no_voice():
    def gone(_):
        raise RuntimeError("no screen")

    voice = SlowVoice()
    voice.trouble = VoiceError("voice.no_player")
    speaker = Speaker(voice, gone)
    speaker.speak("one")
    until(lambda: voice.ended)
    voice.trouble = None
    speaker.speak("two")
    until(lambda: "two" in voice.said)
    speaker.close()


def test_a_till_that_never_speaks_has_no_thread_for_it():
    before = set(threading.enumerate())
    speaker = Speaker(SlowVoice(), lambda _: None)
    assert set(threading.enumerate()) <= before
    speaker.close()


def test_closing_stops_the_voice_and_forgets_what_waits():
    voice = SlowVoice(free=False)
    told: list[Reason | None] = []
    speaker = Speaker(voice, told.append)
    speaker.speak("spoken now")
    until(lambda: voice.begun)
    speaker.speak("waits")
    speaker.close()
    assert voice.closed
    speaker.speak("too late")
    speaker.close()
    assert voice.begun == ["spoken now"]
    assert told == []


def test_closing_does_not_wait_for_a_voice_that_will_not_stop():
    class Deaf(SlowVoice):
        def close(self):
            raise VoiceError("never")

    voice = Deaf(free=False)
    speaker = Speaker(voice, lambda _: None)
    speaker.speak("a very long sentence")
    until(lambda: voice.begun)
    began = time.perf_counter()
    speaker.close()
    assert time.perf_counter() - began < PATIENCE_S
    voice.free.set()
