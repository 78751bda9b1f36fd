"""Programs that play a sound, or say a sentence themselves; each ends when the voice is closed."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pos_tui.devices.voices import NullVoice, VoiceError, make_voice
from pos_tui.devices.voices.child import Child
from pos_tui.devices.voices.command import windows_line
from pos_tui.devices.voices.sound import play_by_windows, wav_of
from pos_tui.reasons import because
from pos_tui.wording.current import in_words
from tests.devices.voices.sounds import BREAD, EXPIRED, PATIENCE_S, espeak, posix, program, until

# ---- playing ---------------------------------------------------------------------------------


def silence(seconds):
    return wav_of(bytes(int(16000 * seconds)), 8000)


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
        Player().play(silence(0.1))


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
    Player().play(silence(0.1))
    assert (tmp_path / "heard").read_bytes() == silence(0.1)
    assert not list(rest.iterdir())


@posix
def test_where_one_player_fails_the_next_plays_and_where_all_fail_both_are_named(
    players, tmp_path, capfd
):
    from pos_tui.devices.voices.sound import Player

    program(players / "paplay", "sys.exit('Connection failure: Connection refused')")
    program(players / "aplay", f"open({str(tmp_path / 'heard')!r}, 'a')")
    Player().play(silence(0.1))
    assert (tmp_path / "heard").exists()

    program(players / "aplay", "sys.exit('audio open error: No such file or directory')")
    with pytest.raises(VoiceError) as told:
        Player().play(silence(0.1))
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


@espeak
@posix
def test_a_voice_that_is_stopped_falls_silent_and_says_the_next_sentence(players, tmp_path):
    started = tmp_path / "started"
    program(
        players / "paplay",
        f"open({str(started)!r}, 'a').write('.')\nif len(open({str(started)!r}).read()) < 2:"
        " time.sleep(60)",
    )
    voice = make_voice("espeak", "en", 170)
    saying = threading.Thread(target=voice.say, args=(BREAD,))
    saying.start()
    until(lambda: started.exists() and started.read_text())
    voice.stop()
    saying.join(PATIENCE_S)
    assert not saying.is_alive()
    voice.say("not now")
    assert started.read_text() == "."
    voice.resume()
    voice.say(BREAD)
    assert started.read_text() == ".."


@posix
def test_who_stops_a_program_that_is_just_about_to_begin_waits_for_nothing(tmp_path, monkeypatch):
    """Beginning a program takes as long as the system likes."""
    begins, may_begin = threading.Event(), threading.Event()
    popen = subprocess.Popen

    def slow(*arguments, **options):
        begins.set()
        assert may_begin.wait(PATIENCE_S)
        return popen(*arguments, **options)

    monkeypatch.setattr("pos_tui.devices.voices.child.subprocess.Popen", slow)
    child, troubles = Child(), []
    hangs = program(tmp_path / "hangs", "time.sleep(60)")
    running = threading.Thread(target=lambda: troubles.append(child.run([str(hangs)], 60)))
    running.start()
    assert begins.wait(PATIENCE_S)
    child.stop()  # returns, although the program has not begun
    may_begin.set()
    running.join(PATIENCE_S)
    assert troubles == [None]


def test_windows_plays_beside_the_voice_and_is_stopped_in_the_middle():
    asked, stopped = [], threading.Event()
    playing = threading.Thread(
        target=play_by_windows,
        args=("sentence.wav", 60, stopped, lambda *each: asked.append(each)),
    )
    playing.start()
    until(lambda: asked)
    assert playing.is_alive()
    stopped.set()
    playing.join(PATIENCE_S)
    assert asked == [("sentence.wav", 0x20003), (None, 0x40)]


def test_windows_is_given_the_time_that_a_sound_takes_and_may_refuse():
    asked = []
    play_by_windows("s.wav", 0.01, threading.Event(), lambda *each: asked.append(each))
    assert [path for path, _ in asked] == ["s.wav", None]

    def refuse(*_):
        raise RuntimeError("Failed to play sound")

    with pytest.raises(VoiceError, match=r"voice\.windows_cannot_play"):
        play_by_windows("s.wav", 0.01, threading.Event(), refuse)


@posix
def test_a_machine_without_a_player_is_known_before_anything_is_to_be_said(players):
    from pos_tui.devices.voices.sound import Player

    with pytest.raises(VoiceError, match=r"voice\.no_player"):
        Player().prepare()
    program(players / "aplay", "sys.exit('it was run')")
    Player().prepare()


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
