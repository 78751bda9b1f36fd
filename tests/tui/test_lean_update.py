"""What goes to the terminal begins at the first changed cell of a row and ends at the last."""

from rich.console import Console
from rich.segment import Segment
from textual.strip import Strip

from pos_tui.tui.lean_update import LeanCompositor, _LeanUpdate
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
