"""Columns that share a width."""

import pytest

from pos_tui.text_width import width_of
from pos_tui.tui.parts.columns import Column, Columns

COLUMNS = (
    Column("Item", share=3),
    Column("Offer", share=1, needs=50),
    Column("Price", right=True),
)
ROWS = [
    ("Hazelnut spread", "2 for 6", "32.90"),
    ("红烧牛肉面 120 g 家庭装", "", "1,204.50"),
    ("Milk", "−10 %", "9.00"),
]


@pytest.mark.parametrize("room", [24, 37, 49, 50, 58, 78, 118])
def test_every_row_is_as_wide_as_the_room_and_a_number_is_never_cut(room):
    columns = Columns(COLUMNS)
    columns.fit(ROWS)
    for cells in ROWS:
        line = columns.line(cells, room)
        assert width_of(line) == room
        assert line.endswith(cells[2])


def test_names_give_way_and_say_that_they_do():
    columns = Columns(COLUMNS)
    columns.fit(ROWS)
    assert columns.line(ROWS[1], 24) == "红烧牛肉面 120… 1,204.50"
    assert columns.line(ROWS[2], 24) == "Milk                9.00"


def test_a_column_that_needs_more_room_is_left_out():
    columns = Columns(COLUMNS)
    columns.fit(ROWS)
    assert "−10 %" not in columns.line(ROWS[2], 49)
    assert "−10 %" in columns.line(ROWS[2], 50)


def test_titles_stand_above_their_cells():
    columns = Columns(COLUMNS)
    columns.fit(ROWS)
    assert columns.line(columns.titles, 60).endswith("   Price")
    columns.fit([("a", "b", "1")])
    assert columns.line(("a", "b", "1"), 60).endswith("     1")
