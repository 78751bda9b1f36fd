"""Windows speaks by itself, in a thread of its own."""

import queue
import threading

import pytest

from pos_tui.devices.voices import VoiceError, make_voice
from pos_tui.devices.voices.sapi import SapiVoice, language_numbers, sapi_rate
from tests.devices.voices.sounds import BREAD, EXPIRED, PATIENCE_S, posix, until


class FakeTokens:
    def __init__(self, names):
        self.names, self.Count = names, len(names)

    def Item(self, index):  # noqa: N802
        return self.names[index]


class FakeSapi:
    """SpVoice as Windows documents it; `busy` sentences never end."""

    def __init__(self, speaks="804", busy=False):
        self.speaks, self.busy = speaks, busy
        self.Voice, self.Rate = None, 0
        self.said, self.threads, self.broken = [], set(), False

    def GetVoices(self, required, optional):  # noqa: N802
        return FakeTokens(["Huihui"] if required == f"Language={self.speaks}" else [])

    def Speak(self, text, flags):  # noqa: N802
        if self.broken:
            raise RuntimeError("no loudspeaker")
        self.threads.add(threading.current_thread())
        self.said.append((text, flags))
        return 1

    def WaitUntilDone(self, timeout_ms):  # noqa: N802
        if not self.busy:
            return True
        threading.Event().wait(timeout_ms / 1000)
        return False


def test_windows_speaks_in_one_thread_that_is_not_the_callers():
    sapi = FakeSapi()
    voice = SapiVoice("zh", 170, lambda: sapi)
    voice.say(EXPIRED)
    voice.say("<b>")
    voice.close()
    assert [text for text, flags in sapi.said if flags == 17] == [EXPIRED, "<b>"]
    assert sapi.Voice == "Huihui"
    assert len(sapi.threads) == 1
    assert threading.current_thread() not in sapi.threads


def test_windows_falls_silent_when_it_is_closed_in_the_middle_of_a_sentence():
    sapi = FakeSapi(busy=True)
    voice = SapiVoice("zh", 170, lambda: sapi)
    saying = threading.Thread(target=voice.say, args=(EXPIRED,))
    saying.start()
    until(lambda: sapi.said)
    voice.close()
    saying.join(PATIENCE_S)
    assert not saying.is_alive()
    assert sapi.said[-1] == ("", 19)
    voice.say(BREAD)
    assert len(sapi.said) == 2


def test_a_sentence_that_comes_while_windows_voice_is_being_closed_waits_for_nothing():
    voice = SapiVoice("zh", 170, FakeSapi)

    class ClosedMeanwhile(queue.SimpleQueue[str | None]):
        def put(self, item, block=True, timeout=None):
            if item is not None:
                voice.close()
            super().put(item, block, timeout)

    voice._asked = ClosedMeanwhile()
    saying = threading.Thread(target=voice.say, args=(EXPIRED,), daemon=True)
    saying.start()
    saying.join(PATIENCE_S)
    assert not saying.is_alive()


def test_windows_is_stopped_in_the_middle_of_a_sentence_and_says_the_next():
    sapi = FakeSapi(busy=True)
    voice = SapiVoice("zh", 170, lambda: sapi)
    saying = threading.Thread(target=voice.say, args=(EXPIRED,))
    saying.start()
    until(lambda: sapi.said)
    voice.stop()
    saying.join(PATIENCE_S)
    assert not saying.is_alive()
    assert sapi.said == [(EXPIRED, 17), ("", 19)]
    voice.say("interrupted before it began")
    assert len(sapi.said) == 2
    sapi.busy = False
    voice.resume()
    voice.say(BREAD)
    assert sapi.said[2:] == [(BREAD, 17)]
    voice.close()


def test_windows_loads_its_voice_before_it_is_needed_and_says_nothing():
    sapi, opened = FakeSapi(), []

    def open_sapi():
        opened.append(threading.current_thread())
        return sapi

    voice = SapiVoice("zh", 170, open_sapi)
    voice.prepare()
    assert (sapi.Voice, sapi.said, len(opened)) == ("Huihui", [], 1)
    voice.say(EXPIRED)
    voice.close()
    assert [text for text, _ in sapi.said] == [EXPIRED]
    assert len(opened) == 1
    voice = SapiVoice("fr", 170, lambda: FakeSapi(speaks="804"))
    with pytest.raises(VoiceError, match=r"voice\.windows_no_language"):
        voice.prepare()
    voice.close()


def test_windows_without_a_voice_for_the_language_says_where_to_add_one():
    voice = SapiVoice("fr", 170, lambda: FakeSapi(speaks="804"))
    with pytest.raises(VoiceError, match=r"voice\.windows_no_language"):
        voice.say("Bonjour")
    voice.close()


def test_windows_speaks_again_once_the_loudspeaker_is_back():
    sapi = FakeSapi()
    voice = SapiVoice("zh", 170, lambda: sapi)
    sapi.broken = True
    with pytest.raises(VoiceError, match="no loudspeaker"):
        voice.say(EXPIRED)
    sapi.broken = False
    voice.say(EXPIRED)
    voice.close()
    assert [text for text, _ in sapi.said] == [EXPIRED]


@posix
def test_the_voice_of_windows_on_another_system_is_one_sentence():
    voice = make_voice("sapi", "zh", 170)
    with pytest.raises(VoiceError, match=r"voice\.windows_only"):
        voice.say(EXPIRED)
    voice.close()


def test_languages_and_rates_in_windows_own_numbers():
    first = {tag: language_numbers(tag)[0] for tag in ("zh", "zh-TW", "yue", "en", "en_GB", "fr")}
    assert first == {
        "zh": 0x804,
        "zh-TW": 0x404,
        "yue": 0xC04,
        "en": 0x409,
        "en_GB": 0x809,
        "fr": 0x40C,
    }
    assert language_numbers("xx") == ()
    assert [sapi_rate(rate) for rate in (1, 60, 180, 540, 9999)] == [-10, -10, 0, 10, 10]
