"""Hebrew on printers that print from left to right: names and figures as a reader expects."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.devices.printers.printer_letters import printer_bytes
from pos_tui.devices.printers.visual_order import visual_order

# As python-bidi, another hand's reading of the rules of Unicode, orders them.
ORDERED = [
    ("Cola 3.50", "Cola 3.50"),
    ("קפה הפוך", "ךופה הפק"),
    ("חלב 1.5 ליטר", "רטיל 1.5 בלח"),
    ("חלב (טרי) 3%", "3% (ירט) בלח"),
    ("Cola קפה x", "Cola הפק x"),
    ("Cola קפה 12", "Cola 12 הפק"),
    ("קפה Cola Zero", "Cola Zero הפק"),
    ("₪ 12.90 - קפה", "הפק - 12.90 ₪"),
    ("12:30 קפה", "הפק 12:30"),
]


@pytest.mark.parametrize(("text", "seen"), ORDERED)
def test_a_name_stands_as_it_is_read(text: str, seen: str) -> None:
    assert visual_order(text) == seen


@given(st.text(alphabet="אבגדabC0123 .,-()%₪:/+", max_size=20))
def test_nothing_is_lost_and_nothing_added(text: str) -> None:
    seen = visual_order(text)

    turned = str.maketrans("()", "((")
    assert sorted(seen.translate(turned)) == sorted(text.translate(turned))


@given(st.text(alphabet="abC 0123,.()éЖ中", max_size=20))
def test_what_is_written_from_left_to_right_stays(text: str) -> None:
    assert visual_order(text) == text


def test_a_hebrew_row_is_turned_for_the_printer_and_its_amount_is_not() -> None:
    row = "קפה הפוך                   12.90"

    printed = printer_bytes(row, "cp862", columns=32)

    assert printed.decode("cp862") == "ךופה הפק                   12.90"
