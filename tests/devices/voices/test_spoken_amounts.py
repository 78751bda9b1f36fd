"""Amounts, heard: espeak-ng reads each character of them as the syllable that it is."""

import ctypes
import re

import pytest

from pos_tui.money import Currency
from pos_tui.receipts.speech_amounts import say_amount
from tests.devices.voices.sounds import espeak, sound_of

YUAN = Currency.of("CNY")
# As a Chinese reads them, in espeak-ng's letters, without tones.
SYLLABLES = {
    "零": "liN", "一": "ji", "二": "@r", "两": "liAN", "三": "san", "四": "si[", "五": "wu",
    "六": "liou", "七": "tS;hi", "八": "pA", "九": "tS;iou", "十": "s.i.", "百": "pai",
    "千": "tS;hiEn", "万": "wAn", "点": "tiEn", "元": "jy&n",
}  # fmt: skip
TONES_AND_STRESS = re.compile(r"[0-9'|,_ ]|:")


@pytest.fixture(scope="module")
def phonemes():
    """What espeak-ng would say of a text, in its own letters."""
    from pos_tui.devices.voices import espeak

    espeak.spoken("0", "zh", 170)
    loaded = espeak._library
    assert loaded is not None
    ask = loaded._library.espeak_TextToPhonemes
    ask.restype = ctypes.c_char_p
    ask.argtypes = (ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int)

    def read(text, language):
        with espeak._lock:
            loaded.choose(language)
            rest, parts = ctypes.c_char_p(text.encode()), []
            while rest.value:
                parts.append((ask(ctypes.byref(rest), 1, 0) or b"").decode())
        return TONES_AND_STRESS.sub("", "".join(parts))

    return read


@espeak
@pytest.mark.parametrize(
    ("minor", "said"),
    [
        (3480, "三十四点八元"),
        (100_500, "一千零五元"),
        (1000, "十元"),
        (5, "零点零五元"),
        (2_000_000, "两万元"),
        (67_920, "六百七十九点二元"),
    ],
)
def test_a_chinese_amount_is_read_syllable_by_syllable(phonemes, minor, said):
    assert say_amount(minor, YUAN, "zh") == said
    assert phonemes(said, "zh") == "".join(SYLLABLES[character] for character in said)


@espeak
def test_the_words_are_needed_digits_would_be_read_with_a_zero_too_many(phonemes):
    assert phonemes("34.80元", "zh") != phonemes(say_amount(3480, YUAN, "zh"), "zh")
    assert "liN" not in phonemes(say_amount(3480, YUAN, "zh"), "zh")


@espeak
@pytest.mark.parametrize(("minor", "digits"), [(3480, "34"), (3500, "35"), (1000, "10")])
def test_an_english_amount_is_read_as_its_digits_are(phonemes, minor, digits):
    words = say_amount(minor, YUAN, "en")
    assert phonemes(words, "en").startswith(phonemes(digits, "en"))


@espeak
@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_amount_lasts_as_long_as_it_has_syllables_and_is_never_cut(language):
    from pos_tui.devices.voices.espeak import spoken

    def seconds(minor):
        return sound_of(spoken(say_amount(minor, YUAN, language), language, 170))[0]

    lengths = [seconds(minor) for minor in (1000, 3480, 123_456, 98_765_432)]
    assert lengths == sorted(lengths)
    assert 0.4 < lengths[0] < 2
    assert lengths[-1] > 2 * lengths[0]


@espeak
def test_a_gap_is_heard_one_thousand_and_five_is_no_thousand_five_hundred():
    from pos_tui.devices.voices.espeak import spoken

    def seconds(text):
        return sound_of(spoken(text, "zh", 170))[0]

    said = say_amount(100_500, YUAN, "zh")
    assert 0.1 < seconds(said) - seconds(said.replace("零", "")) < 0.5
