"""The four bytes of a printer's status, and what is said of them."""

from __future__ import annotations

import pytest

from pos_tui.devices.printers.printer import PrinterStatus
from pos_tui.devices.printers.printer_status import status_of, status_reasons
from tests.spoken import spoken


@pytest.mark.parametrize(
    ("answers", "paper", "troubles"),
    [
        ((0x12, 0x12, 0x12, 0x12), "there", ()),
        ((0x12, 0x12, 0x12, 0x1E), "near_end", ()),
        ((0x1A, 0x32, 0x12, 0x7E), "out", ("out_of_paper",)),
        ((0x1A, 0x16, 0x12, 0x12), "there", ("cover_open",)),
        ((0x1A, 0x12, 0x12, 0x12), "there", ("off_line",)),
        ((0x1A, 0x52, 0x1A, 0x12), "there", ("cutter",)),
        ((0x1A, 0x52, 0x32, 0x12), "there", ("error",)),
        ((0x1A, 0x52, 0x12, 0x12), "there", ("error",)),
        ((0x1A, 0x52, 0x52, 0x12), "there", ("error",)),
        ((0x1A, 0x36, 0x12, 0x7E), "out", ("cover_open", "out_of_paper")),
        ((0x1A, 0x1A, 0x12, 0x12), "there", ("off_line",)),
    ],
)
def test_each_trouble_is_told_apart(answers, paper, troubles):
    status = status_of(dict(enumerate(answers, 1)))
    assert status == PrinterStatus(True, paper, troubles)


def test_a_printer_that_knows_two_of_the_questions_says_what_it_knows() -> None:
    assert status_of({1: 0x12, 4: 0x12}) == PrinterStatus(True, "there")
    assert status_of({1: 0x1A}) == PrinterStatus(True, "unknown", ("off_line",))
    assert status_of({}) == PrinterStatus()


def test_at_which_level_a_drawer_is_open_depends_on_the_drawer() -> None:
    low, high = {1: 0x12}, {1: 0x16}
    assert [status_of(each).is_drawer_open for each in (low, high)] == [None, None]
    assert [status_of(each, "high").is_drawer_open for each in (low, high)] == [False, True]
    assert [status_of(each, "low").is_drawer_open for each in (low, high)] == [True, False]
    assert status_of({4: 0x12}, "high").is_drawer_open is None


def test_each_trouble_comes_with_its_remedy() -> None:
    remedies = {
        "out_of_paper": "Put a new roll in",
        "cover_open": "Close it",
        "cutter": "take out the paper in its way",
        "error": "Switch it off and on",
        "off_line": "Press its feed key",
    }
    for trouble, remedy in remedies.items():
        (reason,) = status_reasons(PrinterStatus(True, "there", (trouble,)))  # type: ignore[arg-type]
        assert remedy in spoken(reason)
    (reason,) = status_reasons(PrinterStatus(True, "near_end"))
    assert "new roll ready" in spoken(reason)
    assert status_reasons(PrinterStatus(True, "there")) == ()
