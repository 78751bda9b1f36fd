"""What goes to the terminal begins at the first changed cell of a row and ends at the last."""

from functools import partial

import pyte
from rich.console import Console
from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip

from pos_tui.tui.lean_update import LeanCompositor, _LeanUpdate
from pos_tui.tui.panes.settlement import SettlementPane
from tests.conftest import COLA
from tests.tui.seat import sitting


def written(spans):
    row = {0: Strip([Segment("left side ")]), 10: Strip([Segment("right")])}
    update = _LeanUpdate([row, row], spans, [[10, 15], [10, 15]])
    return update.render_segments(Console(force_terminal=True))


def test_a_row_is_painted_from_the_first_changed_cell_to_the_last():
    assert written([(0, 5, 9)]) == "\x1b[1;6Hside"
    assert written([(1, 12, 15)]) == "\x1b[2;13Hght"


def test_a_change_over_two_widgets_paints_a_piece_of_each():
    assert written([(0, 5, 12)]) == "\x1b[1;6Hside \x1b[1;11Hri"


async def test_the_till_paints_so(shop):
    async with sitting(shop) as seat:
        assert isinstance(seat.till_screen._compositor, LeanCompositor)
        await seat.scan(COLA)
        assert "Cola 330 ml" in seat.text


def rows_of(made, widget, crop):
    made += [(widget, y) for y in crop.line_range]
    return [Strip([Segment("")]) for _ in crop.line_range]


async def test_what_lies_behind_a_change_and_the_rows_between_are_not_made(shop, monkeypatch):
    made: list[object] = []
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        compositor = seat.till_screen._compositor
        for widget in compositor.visible_widgets:
            monkeypatch.setattr(widget, "render_lines", partial(rows_of, made, widget))
        pane = next(each for each in compositor.visible_widgets if type(each) is SettlementPane)
        compositor._dirty_regions = {Region(1, 3, 4, 1), Region(1, 9, 4, 2)}
        assert compositor.render_partial_update() is not None
        monkeypatch.undo()
    assert made == [(pane, y) for y in (2, 8, 9)]


async def test_a_change_over_two_panes_makes_the_rows_of_both(shop):
    async with sitting(shop) as seat:
        compositor = seat.till_screen._compositor
        compositor._dirty_regions = {Region(40, 5, 40, 1)}
        update = compositor.render_partial_update()
        assert update is not None
        both = update.render_segments(Console(force_terminal=True))
        compositor._dirty_regions = set()
        whole = compositor.render_full_update().render_segments(Console(force_terminal=True))
    glasses = []
    for frames in ([whole], [whole, both]):
        screen = pyte.Screen(80, 24)
        for frame in frames:
            pyte.Stream(screen).feed(frame.replace("\n", ""))
        glasses.append((screen.display, screen.buffer))
    assert glasses[0] == glasses[1]
    assert both.count("H") == 2
