"""The code on a Z report: forty digits that anybody can type, and that find what is typed wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.receipts.paper_code import (
    PaperCode,
    PaperCodeError,
    paper_code,
    paper_digits,
    read_paper_code,
)

HASHES = st.binary(min_size=32, max_size=32)


@given(row=st.integers(0, 10**10 - 1), hashed=HASHES)
def test_it_is_read_as_it_was_written(row, hashed):
    code = paper_code(row, hashed)
    assert [len(group) for group in code.split()] == [5] * 8
    assert read_paper_code(code) == PaperCode(row, paper_digits(hashed))
    assert read_paper_code(code.replace(" ", "")) == read_paper_code(code.replace(" ", "-"))


@given(
    row=st.integers(0, 10**10 - 1), hashed=HASHES, place=st.integers(0, 39), by=st.integers(1, 9)
)
def test_one_digit_typed_wrong_is_found(row, hashed, place, by):
    digits = paper_code(row, hashed).replace(" ", "")
    wrong = f"{digits[:place]}{(int(digits[place]) + by) % 10}{digits[place + 1 :]}"
    with pytest.raises(PaperCodeError):
        read_paper_code(wrong)


@given(row=st.integers(0, 10**10 - 1), hashed=HASHES, place=st.integers(0, 38))
def test_two_digits_swapped_are_found(row, hashed, place):
    digits = paper_code(row, hashed).replace(" ", "")
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    if swapped != digits:
        with pytest.raises(PaperCodeError):
            read_paper_code(swapped)


@pytest.mark.parametrize("text", ["", "12", "x" * 40, "١" * 40, "1" * 41])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(PaperCodeError):
        read_paper_code(text)
