"""Texts for a customer's bill: cut where a platform cuts, and never within a character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.cloud.platforms.bill_texts import fit_bytes, fit_characters

CHINESE = "街角小店柠檬水果零食饮料杂货铺" * 4  # 60 characters, 180 bytes
FAMILY = "👨\u200d👩\u200d👧"


def test_a_long_chinese_name_is_cut_by_its_bytes() -> None:
    assert len(CHINESE) == 60
    assert fit_bytes(CHINESE + " 000123", 127) == CHINESE[:42]
    assert fit_characters(CHINESE * 5, 256) == (CHINESE * 5)[:256]


@pytest.mark.parametrize("most", range(1, 20))
def test_an_emoji_is_whole_or_not_there(most: int) -> None:
    assert fit_bytes(FAMILY, most) in ("", "👨", "👨\u200d👩", FAMILY)


@pytest.mark.parametrize(
    "text", ["", "  ", "\n", "\x1b\x00\x9b", "\u202e\u2066", "\ud800", "\u2028", "\ufffe", "\u3000"]
)
def test_what_cannot_be_printed_is_nothing(text: str) -> None:
    assert fit_bytes(text, 127) == fit_characters(text, 256) == ""


def test_what_cannot_be_printed_separates_what_can() -> None:
    assert fit_bytes("Corner\r\nMarket\x1b\u202e", 127) == "Corner Market"


@given(st.text(), st.integers(0, 40))
def test_any_text_fits_and_is_printable(text: str, most: int) -> None:
    fitted = fit_bytes(text, most)
    assert len(fitted.encode()) <= most
    assert len(fit_characters(text, most)) <= most
    assert fitted == fitted.strip()
    assert not set("\r\n\t\x00\x1b\x7f\x9b\u2028\u202e") & set(fitted)
