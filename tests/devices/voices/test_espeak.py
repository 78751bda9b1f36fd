"""espeak-ng turns sentences into sound, in each its own language."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pos_tui.devices.voices import VoiceError, make_voice
from tests.devices.voices.sounds import BREAD, EXPIRED, PATIENCE_S, espeak, sound_of


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
