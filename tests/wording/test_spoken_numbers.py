"""Numbers as people say them; others' libraries are the judges, where they are right."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pos_tui.wording.spoken_numbers import (
    english_number,
    mandarin_digits,
    mandarin_number,
    number_speaker,
)

cn2an = pytest.importorskip("cn2an")
num2words = pytest.importorskip("num2words")

# As many with gaps as without: those are the ones that are said wrongly.
numbers = st.integers(0, 10**12) | st.text("0012", min_size=1, max_size=12).map(int)


@given(numbers)
@example(10**12)
def test_english_is_what_num2words_says(number):
    assert english_number(number) == num2words.num2words(number)


@given(numbers)
@example(10**12)
@example(9_200_001_950)
def test_mandarin_is_what_cn2an_says(number):
    said = mandarin_number(number)
    if number // 10**4 % 10**4 == 0 and number % 10**4 >= 1000:
        # cn2an leaves the 零 out that stands for a whole missing 万: 九十二亿零一千九百五十.
        said = said.replace("亿零", "亿")
    assert said == cn2an.an2cn(number, "low")


@given(numbers)
def test_what_is_said_in_mandarin_is_that_number_and_no_other(number):
    assert cn2an.cn2an(mandarin_number(number), "normal") == number


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "零"),
        (10, "十"),
        (12, "十二"),
        (100, "一百"),
        (110, "一百一十"),
        (1005, "一千零五"),
        (10_010, "一万零一十"),
        (100_000, "十万"),
        (101_000, "十万一千"),
        (9_200_001_950, "九十二亿零一千九百五十"),
        (1_234_500_000_000, "一万二千三百四十五亿"),
    ],
)
def test_gaps_and_tens_in_mandarin(number, said):
    assert mandarin_number(number) == said


def test_digits_are_said_one_by_one():
    assert mandarin_digits("0509") == "零五零九"


@pytest.mark.parametrize("number", [-1, 10**16])
def test_what_is_no_amount_is_refused(number):
    for say in (english_number, mandarin_number):
        with pytest.raises(ValueError, match=str(number)):
            say(number)


def test_a_language_without_words_for_numbers_has_none():
    assert number_speaker("zh_CN") is mandarin_number
    assert number_speaker("en") is english_number
    assert number_speaker("fr") is None
