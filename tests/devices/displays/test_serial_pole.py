"""The pole on a serial line: whole rows, from the first, and again when it comes back."""

from __future__ import annotations

import os
import sys
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.devices.displays.pole_commands import (
    POLE_COLUMNS,
    pole_begin,
    pole_can_show,
    pole_row,
    pole_show,
)
from pos_tui.devices.displays.serial_pole import DisplayError, SerialPole, serial_port
from tests.devices.displays.pole_grid import PoleGrid

KINDS = ("cd5220", "escpos")


class Line:
    """A port whose other end is a display; it can be pulled out."""

    def __init__(self, grid: PoleGrid):
        self.grid = grid
        self.is_out = False
        self.writes = 0

    def open(self):
        if self.is_out:
            raise DisplayError("display.absent", port="usb:067B:2303")
        return self

    def write(self, data):
        if self.is_out:
            raise OSError(5, "Input/output error")
        self.writes += 1
        self.grid.feed(data)
        return len(data)

    def close(self):
        pass


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.mark.parametrize("kind", KINDS)
def test_both_rows_are_whole_and_nothing_of_before_is_left(kind):
    grid = PoleGrid()
    grid.feed(pole_begin(kind, 3))
    for upper, lower in (("Hazelnut spread 32.90", "Total          12345"), ("Tea", "")):
        rows = (pole_row(upper, "ascii"), pole_row(lower, "ascii"))
        grid.feed(pole_show(kind, *rows))
        assert [each.encode() for each in grid.rows] == list(rows)
    assert grid.rows == ["Tea".ljust(20), " " * 20]
    assert grid.begun == 1
    assert grid.brightness == 3
    assert grid.faults == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_display_that_was_off_in_between_shows_the_next_rows_all_the_same(kind):
    rows = (pole_row("Tea", "ascii"), pole_row("Total", "ascii"))
    grid = PoleGrid()
    grid.feed(pole_show(kind, *rows))
    assert grid.rows == ["Tea".ljust(20), "Total".ljust(20)]
    grid.feed(pole_begin(kind))
    grid.feed(pole_show(kind, *rows))
    assert grid.rows == ["Tea".ljust(20), "Total".ljust(20)]
    assert grid.faults == []


def test_another_programs_way_to_write_is_understood_by_our_grid_too():
    grid = PoleGrid("cp858")
    grid.feed(b"\x0c\x1f$\x01\x01" + "Café          2,50€".encode("cp858"))
    grid.feed(b"\x1f$\x01\x02Total".ljust(9))
    assert grid.rows[0].rstrip() == "Café          2,50€"
    assert grid.rows[1].startswith("Total")
    assert grid.faults == []


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(["ascii", "cp437", "cp858", "gbk", "gb18030", "latin-1", "cp932"]),
)
def test_a_row_is_always_twenty_bytes_none_of_which_steers(text, encoding):
    row = pole_row(text, encoding)
    assert len(row) == POLE_COLUMNS
    assert min(row) >= 0x20
    assert b"\x7f" not in row
    row.decode("gbk" if encoding == "gb18030" else encoding)  # no half of a sign


def test_letters_that_the_pole_lacks_are_replaced():
    assert pole_row("Crème brûlée −1", "ascii") == b"Creme brulee -1     "
    assert pole_row("可乐 330 毫升", "gbk").decode("gbk").rstrip() == "可乐 330 毫升"
    assert pole_can_show("Crème", "ascii")
    assert not pole_can_show("可乐", "ascii")


def pole_on(line, kind="cd5220", **more):
    said: list[object] = []
    pole = SerialPole(kind, line.open, "ascii", said.append, **{"retry_s": 0.02, **more})
    return pole, said


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_begun_once_and_shows_the_newest_rows(kind):
    line = Line(PoleGrid())
    pole, said = pole_on(line, kind)
    for number in range(100):
        pole.show(f"Item {number}", f"Total {number}")
    until(lambda: line.grid.rows[0].rstrip() == "Item 99")
    pole.close()
    assert line.grid.begun == 1
    assert line.grid.faults == []
    assert said == []


def test_rows_are_sent_again_for_a_display_that_has_forgotten_them():
    line = Line(PoleGrid())
    pole, _ = pole_on(line, again_s=0.05)
    pole.show("Tea 3.50", "Total 3.50")
    until(lambda: line.grid.rows[0].startswith("Tea"))
    line.grid.__init__()  # type: ignore[misc]  # its power went
    until(lambda: line.grid.rows == ["Tea 3.50".ljust(20), "Total 3.50".ljust(20)])
    pole.close()


def test_a_display_that_is_pulled_out_is_said_once_and_shows_the_sale_when_it_is_back():
    line = Line(PoleGrid())
    pole, said = pole_on(line)
    pole.show("Tea", "3.50")
    until(lambda: line.grid.rows[0].startswith("Tea"))
    line.is_out = True
    pole.show("Coffee", "4.00")
    until(lambda: said)
    time.sleep(0.1)
    assert len(said) == 1
    pole.show("Cake", "5.00")
    line.is_out = False
    until(lambda: line.grid.rows[0].startswith("Cake"))
    until(lambda: len(said) == 2)
    assert said[1] is None
    assert line.grid.begun == 2
    pole.close()


def test_what_is_shown_last_stands_there_after_the_end():
    line = Line(PoleGrid())
    pole, _ = pole_on(line)
    pole.show("Corner Market", "Checkout closed")
    pole.close()
    assert line.grid.rows[1].rstrip() == "Checkout closed"


def test_a_line_that_hangs_holds_nobody_up():
    let_go = threading.Event()

    class Hanging(Line):
        def write(self, data):
            let_go.wait(20)
            return len(data)

    pole, _ = pole_on(Hanging(PoleGrid()))
    began = time.monotonic()
    for number in range(1000):
        pole.show(f"Item {number}", "")
    assert time.monotonic() - began < 1
    let_go.set()
    pole.close()


def test_an_encoding_that_there_is_not_is_said():
    line = Line(PoleGrid())
    said: list[object] = []
    pole = SerialPole("cd5220", line.open, "no-such", said.append, retry_s=0.02)
    pole.show("Tea", "")
    until(lambda: said)
    assert "no_encoding" in str(said[0])
    pole.close()


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is not there on Windows")
@pytest.mark.parametrize("kind", KINDS)
def test_over_a_real_serial_line(kind):
    ours, theirs = os.openpty()
    import tty

    tty.setraw(theirs)
    grid = PoleGrid("gbk")

    def read():
        while True:
            try:
                data = os.read(ours, 4096)
            except OSError:
                return
            grid.feed(data)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    path = os.ttyname(theirs)
    pole = SerialPole(kind, lambda: serial_port(path, 9600), "gbk", lambda _why: None)
    pole.show("可乐 330 毫升   3.50", "合计            3.50")
    until(lambda: grid.rows[1].startswith("合计"))
    assert grid.rows[0] == "可乐 330 毫升   3.50"
    pole.close()
    assert grid.faults == []
    os.close(theirs)
    reader.join()  # before its end has another owner, whose bytes it would read
    os.close(ours)


def test_a_port_that_is_not_there_says_which():
    with pytest.raises(DisplayError) as error:
        serial_port("/dev/no-such-port", 9600)
    assert error.value.reason.kind == "display.not_opened"
    with pytest.raises(DisplayError) as error:
        serial_port("usb:xyz", 9600)
    assert error.value.reason.kind == "display.usb_form"
    with pytest.raises(DisplayError) as error:
        serial_port("usb:fffe:fffe", 9600)
    assert error.value.reason.kind == "display.absent"
