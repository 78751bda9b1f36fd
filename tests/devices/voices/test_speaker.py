"""Sentences are spoken one after another, and nobody waits for them."""

import threading
import time

import pytest

from pos_tui.devices.voices import Sentence, Speaker, VoiceError
from pos_tui.reasons import Reason, because
from pos_tui.wording.current import in_words
from tests.devices.voices.sounds import PATIENCE_S, until


class SlowVoice:
    """Says nothing until it is let or stopped; `trouble` makes it refuse."""

    def __init__(self, free=True):
        self.said, self.cut, self.trouble = [], [], None
        self.begun, self.ended = [], []
        self.prepared = 0
        self.free = threading.Event()
        self.stopped = self.closed = False
        self._changed = threading.Condition()
        if free:
            self.free.set()

    def prepare(self):
        self.prepared += 1
        if self.trouble is not None:
            raise self.trouble

    def say(self, sentence):
        self.begun.append(sentence)
        with self._changed:
            self._changed.wait_for(lambda: self.free.is_set() or self.stopped, PATIENCE_S)
        try:
            if self.stopped:
                self.cut.append(sentence)
                return
            if self.trouble is not None:
                raise self.trouble
            self.said.append(sentence)
        finally:
            self.ended.append(sentence)

    def stop(self):
        with self._changed:
            self.stopped = True
            self._changed.notify_all()

    def resume(self):
        self.stopped = False

    def let(self):
        with self._changed:
            self.free.set()
            self._changed.notify_all()

    def close(self):
        self.closed = True
        self.stop()


class NotingSpeaker(Speaker):
    """A speaker whose notices are in `told`."""

    def __init__(self, voice):
        self.told: list[Reason | None] = []
        self.seconds = 0.0
        super().__init__(voice, self.told.append, lambda: self.seconds)


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
        speaker.speak(Sentence(f"sentence {number}"))
        until(lambda number=number: len(voice.said) == number)
    assert voice.said == [f"sentence {number}" for number in range(1, 8)]
    assert speaker.told == []


def test_a_new_warning_does_not_wait_behind_a_heap_of_old_ones(speaking):
    voice = SlowVoice(free=False)
    speaker = speaking(voice)
    speaker.speak(Sentence("spoken now"))
    until(lambda: voice.begun)
    for number in range(1, 11):
        speaker.speak(Sentence(f"warning {number}"))
    voice.let()
    until(lambda: "warning 10" in voice.said)
    assert voice.said == ["spoken now", "warning 8", "warning 9", "warning 10"]


def test_who_has_a_sentence_said_never_waits_for_a_voice_that_hangs(speaking):
    voice = SlowVoice(free=False)
    speaker = speaking(voice)
    began = time.perf_counter()
    for number in range(1000):
        speaker.speak(Sentence(f"sentence {number}"))
    assert time.perf_counter() - began < PATIENCE_S
    assert voice.said == []


def test_trouble_is_told_once_and_so_is_its_end(speaking):
    voice = SlowVoice()
    speaker = speaking(voice)

    def say(trouble):
        voice.trouble = trouble
        count = len(voice.ended)
        speaker.speak(Sentence("Hello"))
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
    speaker.speak(Sentence("one"))
    until(lambda: voice.ended)
    voice.trouble = None
    speaker.speak(Sentence("two"))
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
    speaker.speak(Sentence("spoken now"))
    until(lambda: voice.begun)
    speaker.speak(Sentence("waits"))
    speaker.close()
    assert voice.closed
    speaker.speak(Sentence("too late"))
    speaker.close()
    assert voice.begun == ["spoken now"]
    assert told == []


def test_closing_does_not_wait_for_a_voice_that_will_not_stop():
    class Deaf(SlowVoice):
        def close(self):
            raise VoiceError("never")

    voice = Deaf(free=False)
    speaker = Speaker(voice, lambda _: None)
    speaker.speak(Sentence("a very long sentence"))
    until(lambda: voice.begun)
    began = time.perf_counter()
    speaker.close()
    assert time.perf_counter() - began < PATIENCE_S
    voice.let()


# ---- the most urgent first -------------------------------------------------------------------


@pytest.fixture
def busy(speaking):
    """A voice that is in the middle of a sentence of middling urgency, and its speaker."""
    voice = SlowVoice(free=False)
    speaker = speaking(voice)
    speaker.speak(Sentence("paid", rank=2, about="sale 1"))
    until(lambda: voice.begun)
    return voice, speaker


def test_what_is_urgent_interrupts_what_is_not_and_that_is_not_said_again(busy):
    voice, speaker = busy
    speaker.speak(Sentence("take no other payment", rank=0))
    until(lambda: voice.begun == ["paid", "take no other payment"])
    voice.let()
    until(lambda: voice.said == ["take no other payment"])
    assert voice.cut == ["paid"]
    speaker.speak(Sentence("the next", rank=3))
    until(lambda: "the next" in voice.said)
    assert voice.begun == ["paid", "take no other payment", "the next"]


def test_what_is_not_more_urgent_waits_and_the_most_urgent_of_it_comes_first(busy):
    voice, speaker = busy
    for text, rank in (("cola", 3), ("paid too", 2), ("bread", 3)):
        speaker.speak(Sentence(text, rank))
    assert voice.cut == []
    voice.let()
    until(lambda: len(voice.said) == 4)
    assert voice.said == ["paid", "paid too", "cola", "bread"]


def test_of_too_many_the_least_urgent_is_left_out(busy):
    voice, speaker = busy
    for text, rank in (("milk", 3), ("paid 2", 2), ("paid 3", 2), ("paid 4", 2)):
        speaker.speak(Sentence(text, rank))
    voice.let()
    until(lambda: "paid 4" in voice.said)
    assert voice.said == ["paid", "paid 2", "paid 3", "paid 4"]


def test_what_waited_too_long_has_lost_its_moment(busy):
    voice, speaker = busy
    speaker.speak(Sentence("cola", rank=3, good_for_s=2))
    speaker.speak(Sentence("expired", rank=2, good_for_s=20))
    speaker.seconds = 5.0
    voice.let()
    until(lambda: len(voice.said) == 2)
    speaker.speak(Sentence("the end"))
    until(lambda: "the end" in voice.said)
    assert voice.said == ["paid", "expired", "the end"]


def test_what_is_true_no_longer_is_not_said_to_its_end_nor_begun(busy):
    voice, speaker = busy
    speaker.speak(Sentence("not known", rank=2, about="sale 2"))
    speaker.withdraw("sale 2")
    assert voice.cut == []
    speaker.withdraw("sale 1")
    until(lambda: voice.cut == ["paid"])
    voice.let()
    speaker.speak(Sentence("the end"))
    until(lambda: "the end" in voice.said)
    assert voice.begun == ["paid", "the end"]


def test_what_is_interrupted_before_it_has_begun_is_never_begun(speaking):
    """The voice's own thread has it already, and has not come to say it."""
    at_the_door, may_pass = threading.Event(), threading.Event()

    class LateVoice(SlowVoice):
        def say(self, sentence):
            if sentence == "paid":
                at_the_door.set()
                may_pass.wait(PATIENCE_S)
            super().say(sentence)

    voice = LateVoice()
    speaker = speaking(voice)
    speaker.speak(Sentence("paid", rank=2))
    assert at_the_door.wait(PATIENCE_S)
    speaker.speak(Sentence("not known", rank=0))
    may_pass.set()
    until(lambda: "not known" in voice.said)
    assert voice.said == ["not known"]
    assert voice.cut == ["paid"]


def test_a_voice_that_cannot_be_stopped_delays_nobody(speaking):
    class Deaf(SlowVoice):
        def stop(self):
            raise RuntimeError("no")

    voice = Deaf(free=False)
    speaker = speaking(voice)
    speaker.speak(Sentence("paid", rank=2))
    until(lambda: voice.begun)
    speaker.speak(Sentence("not known", rank=0))
    assert voice.begun == ["paid"]
    voice.let()
    until(lambda: voice.said == ["paid", "not known"])


# ---- before the first sentence ---------------------------------------------------------------


def test_a_voice_is_loaded_once_before_it_is_needed_and_trouble_is_told_at_once(speaking):
    voice = SlowVoice()
    voice.trouble = VoiceError("voice.no_player")
    speaker = speaking(voice)
    speaker.prepare()
    until(lambda: speaker.told)
    assert (voice.prepared, voice.begun) == (1, [])
    speaker.speak(Sentence("paid"))
    until(lambda: voice.ended)
    voice.trouble = None
    speaker.speak(Sentence("paid again"))
    until(lambda: voice.said)
    assert speaker.told == [because("voice.no_player"), None]
    assert voice.prepared == 1


def test_a_closed_speaker_loads_nothing(speaking):
    voice = SlowVoice()
    speaker = speaking(voice)
    speaker.close()
    speaker.prepare()
    assert voice.prepared == 0
