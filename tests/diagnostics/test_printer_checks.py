"""Doctor's look at the printers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pos_tui.diagnostics.checks import Check
from pos_tui.diagnostics.printer_checks import check_printers
from pos_tui.settings import PrinterSettings, RolePrinterSettings, TillSettings
from tests.printer_stand_in import PrinterStandIn, TcpCable
from tests.spoken import spoken


@pytest.fixture
def stand_in() -> Iterator[PrinterStandIn]:
    with closing(PrinterStandIn()) as printer:
        yield printer


@pytest.fixture
def cable(stand_in: PrinterStandIn) -> Iterator[TcpCable]:
    with closing(TcpCable(stand_in)) as cable:
        yield cable


def checked(cable: TcpCable, tmp_path: Path) -> Check:
    printer = PrinterSettings(kind="network", host="127.0.0.1", port=cable.port, timeout_s=2)
    (check,) = check_printers(TillSettings(printer=printer), tmp_path)
    return check


def test_a_till_without_a_printer_has_none_to_check(tmp_path: Path) -> None:
    assert check_printers(TillSettings(), tmp_path) == []


def test_a_printer_that_is_ready_is_well_and_gets_nothing_to_print(
    stand_in: PrinterStandIn, cable: TcpCable, tmp_path: Path
) -> None:
    check = checked(cable, tmp_path)
    assert (check.name, check.state, check.do) == ("printer", "ok", None)
    assert stand_in.has_nothing


def test_what_keeps_it_from_printing_comes_with_what_to_do(
    stand_in: PrinterStandIn, cable: TcpCable, tmp_path: Path
) -> None:
    with stand_in.change():
        stand_in.cover_is_open = True
    check = checked(cable, tmp_path)
    assert check.state == "warning"
    assert "cannot print now" in spoken(check.say)
    assert "cover is open" in spoken(check.do)
    with stand_in.change():
        stand_in.cover_is_open, stand_in.paper = False, "near_end"
    check = checked(cable, tmp_path)
    assert "can print" in spoken(check.say)
    assert "new roll" in spoken(check.do)


def test_a_printer_that_is_away_is_broken_and_each_has_its_name(
    cable: TcpCable, tmp_path: Path
) -> None:
    cable.switch_off()
    labels = RolePrinterSettings(role="labels", kind="network", host="127.0.0.1", port=cable.port)
    (check,) = check_printers(TillSettings(printer_for=(labels,)), tmp_path)
    assert (check.name, check.state) == ("printer labels", "broken")
    assert "does not answer" in spoken(check.do)
    cable.switch_on()


def test_a_file_is_well(tmp_path: Path) -> None:
    settings = TillSettings(printer=PrinterSettings(kind="file", path=str(tmp_path / "paper")))
    (check,) = check_printers(settings, tmp_path / "not there")
    assert check.state == "ok"
    assert str(tmp_path / "paper") in spoken(check.say)


def test_a_printer_that_answers_nothing_is_said_to_be_so(
    stand_in: PrinterStandIn, cable: TcpCable, tmp_path: Path
) -> None:
    stand_in.answers_status = ()
    check = checked(cable, tmp_path)
    assert check.state == "ok"
    assert "counts as sent" in spoken(check.say)
