"""The till's voice: sentences become sound, one after another, and nobody waits for them."""

import array
import importlib.util
import io
import os
import queue
import subprocess
import sys
import threading
import time
import wave
from pathlib import Path

import pytest

from pos_tui.devices.voices import NullVoice, Speaker, VoiceError, make_voice
from pos_tui.devices.voices.child import Child
from pos_tui.devices.voices.command import windows_line
from pos_tui.devices.voices.sapi import SapiVoice, language_numbers, sapi_rate
from pos_tui.reasons import Reason, because
from pos_tui.wording.current import in_words

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


# ---- espeak-ng -------------------------------------------------------------------------------


@espeak
@pytest.mark.parametrize(
    ("sentence", "language", "shortest", "longest"),
    [(BREAD, "en", 1.5, 5), (EXPIRED, "zh", 1.0, 3), ("Le pain est périmé.", "fr_FR", 0.8, 3)],
)
def test_a_sentence_becomes_sound_that_lasts_as_long_as_speech(
    sentence, language, shortest, longest
):
    from pos_tui.devices.voices.espeak import spoken

    seconds, samples = sound_of(spoken(sentence, language, 170))
    assert shortest < seconds < longest
    assert max(samples) > 3000
    loud = sum(abs(sample) > 300 for sample in samples)
    assert loud > len(samples) / 4


@espeak
def test_every_chinese_character_is_a_syllable_and_not_the_name_of_its_sign():
    from pos_tui.devices.voices.espeak import spoken

    def length(text):
        return sound_of(spoken(text, "zh-CN", 170))[0]

    assert 0.1 < (length(EXPIRED * 2) - length(EXPIRED)) / len(EXPIRED) < 0.4


@espeak
def test_a_higher_rate_is_quicker_and_a_mad_one_is_still_speech():
    from pos_tui.devices.voices.espeak import spoken

    slow, usual, quick, mad = (
        sound_of(spoken(BREAD, "en", rate))[0] for rate in (100, 170, 300, 99999)
    )
    assert slow > usual > quick > mad > 0.3


@espeak
def test_each_sentence_is_in_its_own_language_whatever_was_spoken_before():
    from pos_tui.devices.voices.espeak import spoken

    before = sound_of(spoken(EXPIRED, "zh", 170))[0]
    english = sound_of(spoken(EXPIRED, "en", 170))[0]
    after = sound_of(spoken(EXPIRED, "zh", 170))[0]
    assert after == pytest.approx(before, abs=0.1)
    assert abs(english - before) > 0.5


@espeak
@pytest.mark.parametrize("language", ["xx", "", "../en", "english please"])
def test_a_language_that_nobody_speaks_is_one_sentence(language):
    from pos_tui.devices.voices.espeak import spoken

    with pytest.raises(VoiceError, match=r"voice\.no_language"):
        spoken(BREAD, language, 170)


@espeak
def test_signs_that_nobody_can_say_harm_nothing():
    from pos_tui.devices.voices.espeak import spoken

    alone = sound_of(spoken("Milk and bread", "en", 170))[0]
    assert sound_of(spoken("Milk\0and bread", "en", 170))[0] == pytest.approx(alone, abs=0.2)
    for sentence in ("\ud800", "<speak>", "[[", "🥖", "\x1b[2J", ""):
        sound_of(spoken(sentence, "zh", 170))


@espeak
def test_many_threads_may_ask_at_once():
    from pos_tui.devices.voices.espeak import spoken

    asked = [("en", BREAD), ("zh", EXPIRED)] * 2
    wanted = {(each, round(sound_of(spoken(each[1], each[0], 170))[0], 1)) for each in asked}
    heard = set()
    start = threading.Barrier(len(asked))

    def ask(language, sentence):
        start.wait(PATIENCE_S)
        for _ in range(20):
            seconds = sound_of(spoken(sentence, language, 170))[0]
            heard.add(((language, sentence), round(seconds, 1)))

    threads = [threading.Thread(target=ask, args=each) for each in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert heard == wanted


@espeak
@pytest.mark.skipif(sys.platform != "linux", reason="the way around long names is Linux's own")
def test_a_till_installed_in_a_folder_with_a_long_name_speaks_too(tmp_path):
    """espeak-ng cuts names at 160 bytes, and then looks for its data elsewhere."""
    import espeakng_loader

    deep = tmp_path / ("店" * 40) / ("long" * 30)
    deep.mkdir(parents=True)
    (deep / "espeakng_loader").symlink_to(Path(espeakng_loader.__file__).parent)
    code = (
        "import espeakng_loader, sys\n"
        "from pos_tui.devices.voices.espeak import spoken\n"
        f"assert espeakng_loader.__file__.startswith({str(deep)!r})\n"
        f"sys.stdout.write(str(len(spoken({EXPIRED!r}, 'zh', 170))))"
    )
    python_path = os.pathsep.join([str(deep), str(Path(__file__).parents[3])])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": python_path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert int(done.stdout) > 40_000


def test_a_till_without_the_library_says_how_to_install_it(monkeypatch):
    from pos_tui.devices.voices import espeak

    monkeypatch.setattr(espeak, "_library", None)
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    with pytest.raises(VoiceError, match=r"voice\.not_installed"):
        make_voice("espeak", "zh", 170).say(EXPIRED)


def test_a_damaged_library_is_one_sentence_and_nothing_on_the_screen(tmp_path, monkeypatch, capfd):
    from pos_tui.devices.voices import espeak

    library = tmp_path / "libespeak-ng.so"
    loader = type(sys)("espeakng_loader")
    monkeypatch.setattr(loader, "get_library_path", lambda: str(library), raising=False)
    monkeypatch.setattr(espeak, "_library", None)
    monkeypatch.setitem(sys.modules, "espeakng_loader", loader)
    with pytest.raises(VoiceError, match=r"voice\.library .*phontab"):
        espeak.spoken(EXPIRED, "zh", 170)
    (tmp_path / "espeak-ng-data").mkdir()
    for name in ("phontab", "phonindex", "phondata", "intonations"):
        (tmp_path / "espeak-ng-data" / name).touch()
    library.write_bytes(b"half a download")
    with pytest.raises(VoiceError, match=r"voice\.library"):
        espeak.spoken(EXPIRED, "zh", 170)
    assert capfd.readouterr() == ("", "")


# ---- playing ---------------------------------------------------------------------------------


def wav_of(seconds):
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(int(16000 * seconds)))
    return file.getvalue()


@pytest.fixture
def players(tmp_path, monkeypatch):
    """A folder that alone holds the machine's players."""
    folder = tmp_path / "players"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@posix
def test_a_machine_without_a_player_says_which_package_brings_one(players):
    from pos_tui.devices.voices.sound import Player

    with pytest.raises(VoiceError, match=r"voice\.no_player"):
        Player().play(wav_of(0.1))


@posix
@pytest.mark.parametrize("name", ["paplay", "pw-play", "aplay"])
def test_whichever_player_there_is_gets_the_whole_sound_and_nothing_is_left(
    players, tmp_path, monkeypatch, name
):
    from pos_tui.devices.voices.sound import Player

    rest = tmp_path / "rest"
    rest.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(rest))
    program(
        players / name, f"open({str(tmp_path / 'heard')!r}, 'wb').write(open(said,'rb').read())"
    )
    Player().play(wav_of(0.1))
    assert (tmp_path / "heard").read_bytes() == wav_of(0.1)
    assert not list(rest.iterdir())


@posix
def test_where_one_player_fails_the_next_plays_and_where_all_fail_both_are_named(
    players, tmp_path, capfd
):
    from pos_tui.devices.voices.sound import Player

    program(players / "paplay", "sys.exit('Connection failure: Connection refused')")
    program(players / "aplay", f"open({str(tmp_path / 'heard')!r}, 'a')")
    Player().play(wav_of(0.1))
    assert (tmp_path / "heard").exists()

    program(players / "aplay", "sys.exit('audio open error: No such file or directory')")
    with pytest.raises(VoiceError) as told:
        Player().play(wav_of(0.1))
    assert "paplay: Connection failure: Connection refused, aplay: audio open" in in_words(
        told.value.reason
    )
    assert capfd.readouterr() == ("", "")


@espeak
@posix
def test_a_voice_that_is_closed_falls_silent_in_the_middle_of_a_word(players, tmp_path):
    started = tmp_path / "started"
    program(players / "paplay", f"open({str(started)!r}, 'a'); time.sleep(60)")
    voice = make_voice("espeak", "en", 170)
    saying = threading.Thread(target=voice.say, args=(BREAD,))
    saying.start()
    until(started.exists)
    voice.close()
    saying.join(PATIENCE_S)
    assert not saying.is_alive()
    started.unlink()
    voice.say(BREAD)
    assert not started.exists()


@posix
def test_a_program_that_never_ends_is_ended_with_all_that_it_started(tmp_path):
    alive = tmp_path / "alive"
    waits = "import os, time; os.write(1, b'.'); time.sleep(60)"
    hangs = program(
        tmp_path / "hangs",
        "import subprocess\n"
        f"child = subprocess.Popen([sys.executable, '-c', {waits!r}],"
        " stdout=subprocess.PIPE)\n"
        "child.stdout.read(1)\n"
        f"open({str(alive) + '.new'!r}, 'w').write(str(child.pid))\n"
        f"os.rename({str(alive) + '.new'!r}, {str(alive)!r})\n"
        "time.sleep(60)",
    )
    child = Child()
    troubles = []
    running = threading.Thread(target=lambda: troubles.append(child.run([str(hangs)], 60)))
    running.start()
    until(alive.exists)
    child.stop()
    running.join(PATIENCE_S)
    assert troubles == [None]
    state = Path(f"/proc/{alive.read_text()}/stat")
    until(lambda: not state.exists() or ") Z " in state.read_text())


@posix
def test_a_program_that_takes_too_long_is_told(tmp_path):
    slow = program(tmp_path / "slow", "time.sleep(60)")
    assert Child().run([str(slow)], 0.2) == because("voice.program_too_slow", seconds=0)


# ---- a command -------------------------------------------------------------------------------


@pytest.fixture
def recorder(tmp_path):
    """A command line that writes down its arguments, and what it has written down."""
    heard = tmp_path / "heard"
    script = tmp_path / "say it.py"
    script.write_text(
        "import sys\n"
        f"with open({str(heard)!r}, 'a', encoding='utf-8') as file:\n"
        "    file.write(repr(sys.argv[1:]) + '\\n')\n"
    )
    return f'"{sys.executable}" "{script}" --loud', lambda: heard.read_text("utf-8").splitlines()


def test_a_command_gets_the_sentence_whole_as_its_last_argument(recorder):
    command, heard = recorder
    voice = make_voice("command", "zh", 170, command)
    for sentence in (EXPIRED, 'it\'s "old"; rm -rf $HOME `ls` %PATH% \\', "two\nlines\0 "):
        voice.say(sentence)
    assert heard() == [
        repr(["--loud", EXPIRED]),
        repr(["--loud", 'it\'s "old"; rm -rf $HOME `ls` %PATH% \\']),
        repr(["--loud", "two lines"]),
    ]


def test_a_sentence_that_begins_with_a_hyphen_is_no_option(recorder):
    command, heard = recorder
    make_voice("command", "en", 170, command).say("--quiet milk")
    assert heard() == [repr(["--loud", " --quiet milk"])]


def test_a_command_that_is_closed_runs_no_more(recorder, tmp_path):
    command, _ = recorder
    voice = make_voice("command", "en", 170, command)
    voice.close()
    voice.say("Hello")
    assert not (tmp_path / "heard").exists()


@posix
@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("", "no command is set"),
        ("/nowhere/say", r"No such file or directory"),
        ("say 'half", "No closing quotation"),
        (f"{sys.executable} -c 'import sys; sys.exit(3)'", "it ended with status 3"),
        (f"{sys.executable} -c 'import sys; sys.exit(\"no tongue\")'", "(no tongue)"),
    ],
)
def test_a_command_that_does_not_work_is_one_sentence(command, told, capfd):
    with pytest.raises(VoiceError) as failed:
        make_voice("command", "en", 170, command).say("Hello")
    assert told in in_words(failed.value.reason)
    assert capfd.readouterr() == ("", "")


def test_on_windows_a_batch_file_never_gets_a_sentence():
    assert windows_line(r"C:\say\say.exe /loud", 'a "b" c') == (r'C:\say\say.exe /loud "a \"b\" c"')
    for command in (r"C:\say.bat", r'"C:\my shop\SAY.CMD" /loud'):
        with pytest.raises(VoiceError, match=r"voice\.command_batch"):
            windows_line(command, "milk & del *")


def test_a_kind_that_does_not_exist_is_one_sentence():
    with pytest.raises(VoiceError, match=r"voice\.no_kind kind=parrot"):
        make_voice("parrot", "en", 170)
    voice = make_voice("none", "en", 170)
    assert isinstance(voice, NullVoice)
    voice.say("Hello")
    voice.close()


# ---- Windows ---------------------------------------------------------------------------------


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


# ---- the speaker -----------------------------------------------------------------------------


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
