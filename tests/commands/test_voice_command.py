"""`pos-tui voice`: the till's voice, tried without a sale."""

import sys

import pytest

from pos_tui.devices.voices.tones import tone_wav
from tests.command_line import typed
from tests.devices.voices.sounds import espeak, program, sound_of

KINDS = ["fault", "unknown", "not_paid", "expired", "paid", "cash", "item"]


@pytest.fixture
def speaking(tmp_path):
    """Types the command for a till with these settings of its voice."""

    def type_it(voice, *arguments):
        settings = tmp_path / "till.toml"
        settings.write_text(f"[voice]\n{voice}\n", encoding="utf-8")
        return typed("--settings", str(settings), "voice", *arguments)

    return type_it


@pytest.fixture
def recorder(tmp_path):
    """A command line that keeps each sentence, and what it has kept."""
    heard = tmp_path / "heard"
    script = program(
        tmp_path / "say.py", f"open({str(heard)!r}, 'a', encoding='utf-8').write(said + '\\n')"
    )
    command = f"{sys.executable} {script}"
    return f"kind = 'command'\ncommand = '{command}'", lambda: heard.read_text("utf-8").splitlines()


def test_a_sample_of_each_kind_is_said_and_shown(speaking, recorder):
    voice, heard = recorder
    done = speaking(f"{voice}\nlanguage = 'zh'")
    assert (done.returncode, done.stderr) == (0, "")
    shown = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    assert [kind for kind, _ in shown] == KINDS
    assert [text for _, text in shown] == heard()
    assert dict(shown)["paid"] == "微信收款三十四点八元"


def test_a_text_is_said_as_it_stands(speaking, recorder):
    voice, heard = recorder
    assert speaking(voice, "Back in five minutes").returncode == 0
    assert heard() == ["Back in five minutes"]


def test_tones_as_a_file_and_no_sound(speaking, tmp_path):
    file = tmp_path / "tones.wav"
    done = speaking("kind = 'tones'", "--to", str(file))
    assert done.returncode == 0
    assert str(file) in done.stderr
    _, samples = sound_of(file.read_bytes())
    for name in ("low", "short", "rising"):
        _, tone = sound_of(tone_wav(name))
        assert tone.tobytes() in samples.tobytes()


@espeak
def test_a_voice_that_is_off_is_tried_as_a_file(speaking, tmp_path):
    file = tmp_path / "hello.wav"
    done = speaking("language = 'en'", "--kind", "espeak", "--to", str(file), "Good morning")
    assert done.returncode == 0
    seconds, _ = sound_of(file.read_bytes())
    assert 0.8 < seconds < 3


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--kind", "tones", "Hello"), 2, "Tones say no text"),
        (("--kind", "command", "--to", "x.wav"), 2, "makes no sound files"),
        (("--kind", "command"), 1, "no command is set"),
        (("--kind", "tones", "--to", "/nowhere/at/all.wav"), 2, "cannot be written"),
    ],
)
def test_what_cannot_be_is_one_sentence(speaking, arguments, code, told):
    done = speaking("kind = 'none'", *arguments)
    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr
