"""A job and what became of it: on a printer that behaves, and on those that do not."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Literal

import pytest

from pos_tui.devices.printers import PrinterError
from pos_tui.devices.printers.escpos_commands import open_drawer, raster
from pos_tui.devices.printers.escpos_jobs import compose
from pos_tui.devices.printers.escpos_printer import EscPosPrinter, PrinterManner, PrinterWaits
from pos_tui.devices.printers.network_printer import NetworkPrinter
from pos_tui.devices.printers.printer import PrinterStatus
from pos_tui.devices.printers.printer_habits import HabitsFile
from pos_tui.reasons import because
from pos_tui.settings.printer_models import PRINTER_MODELS, PrinterModel
from tests.printer_stand_in import PrinterStandIn, TcpCable
from tests.spoken import raises, spoken

HASTY = PrinterWaits(status=0.2, printed=0.2, line=0, cleared=0.2)
"""For printers that never answer: nothing is gained by waiting longer."""


def job(*rows: str) -> bytes:
    return compose([(row, "plain") for row in rows or ("Corner Market", "Cola 3.50")], "cp437")


LONG = job(*(f"row {number}" for number in range(60)))


def printer_at(
    cable: TcpCable,
    waits: PrinterWaits | None = None,
    habits: HabitsFile | None = None,
    model: PrinterModel = PRINTER_MODELS["generic"],
) -> NetworkPrinter:
    manner = PrinterManner(
        model=model,
        waits=waits or PrinterWaits(printed=20, status=20),
        habits=habits or HabitsFile(),
        address="printer",
    )
    return NetworkPrinter("127.0.0.1", cable.port, 5, manner)


@contextlib.contextmanager
def meanwhile(act: Callable[[], None]) -> Iterator[None]:
    """Somebody does this beside what the test does."""
    thread = threading.Thread(target=act)
    thread.start()
    yield
    thread.join()


def unsure(printer: NetworkPrinter, bytes_of_job: bytes, words: str, number: int = 7) -> None:
    """The job is refused with these words, and may be on paper."""
    with pytest.raises(PrinterError) as refused:
        printer.print(bytes_of_job, number)
    assert words in spoken(refused.value)
    assert refused.value.is_unsure


def not_printed(printer: NetworkPrinter, words: str) -> None:
    """A job is refused with these words, and is known not to be on paper."""
    with pytest.raises(PrinterError) as refused:
        printer.print(job(), 7)
    assert words in spoken(refused.value)
    assert not refused.value.is_unsure


# ---- printed means printed -----------------------------------------------------------------------


def test_a_job_is_confirmed_by_its_own_number(stand_in: PrinterStandIn, cable: TcpCable) -> None:
    assert printer_at(cable).print(job(), 42) == "confirmed"
    assert stand_in.pieces == [job()]
    assert stand_in.marks == [b"0042"]
    assert stand_in.text(0)[:2] == ["Corner Market", "Cola 3.50"]
    assert stand_in.asked == [1, 4]  # nothing is asked again of one that says so itself


def test_jobs_without_a_number_are_told_apart_too(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    printer = printer_at(cable)
    assert [printer.print(job()), printer.print(job())] == ["confirmed", "confirmed"]
    assert stand_in.marks == [b"A001", b"A002"]


def test_it_is_confirmed_when_it_is_on_paper_and_not_before(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    stand_in.row_s = 0.01
    printer = printer_at(cable)
    printer.print(LONG, 1)
    assert stand_in.pieces == [LONG]


@pytest.mark.parametrize("by_the_byte", [False, True])
def test_a_printer_that_talks_by_itself_is_understood(
    stand_in: PrinterStandIn, cable: TcpCable, by_the_byte: bool
) -> None:
    stand_in.chatters, stand_in.answers_by_the_byte = True, by_the_byte
    printer = printer_at(cable)
    assert printer.print(job(), 26) == "confirmed"
    assert printer.status() == PrinterStatus(True, "there")


def test_a_printer_that_does_not_say_so_is_asked_and_not_waited_for_again(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    stand_in.says_printed = "never"
    printer = printer_at(cable, PrinterWaits(status=20, printed=0.2, line=0))
    assert printer.print(job(), 1) == "confirmed"
    assert printer.print(job(), 2) == "confirmed"
    stand_in.wait_until(lambda: len(stand_in.pieces) == 2)
    assert stand_in.marks == [b"0001"]


def test_models_that_are_known_not_to_say_so_are_not_asked(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    printer = printer_at(cable, model=PRINTER_MODELS["epson-tm-t88iii"])
    assert printer.print(job(), 1) == "confirmed"
    stand_in.wait_until(lambda: stand_in.pieces)
    assert stand_in.marks == []


def test_a_printer_that_never_answers_anything_prints_and_is_not_believed(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    stand_in.answers_status, stand_in.says_printed = (), "never"
    printer = printer_at(cable, HASTY)
    assert [printer.print(job(), number) for number in (1, 2)] == ["sent", "sent"]
    stand_in.wait_until(lambda: len(stand_in.pieces) == 2)
    asked = len(stand_in.asked)
    assert printer.print(job(), 3) == "sent"
    stand_in.wait_until(lambda: len(stand_in.pieces) == 3)
    assert len(stand_in.asked) == asked


def test_a_printer_that_used_to_say_so_and_does_not_is_not_believed(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    printer = printer_at(cable, PrinterWaits(status=20, printed=0.3, line=0))
    assert printer.print(job(), 1) == "confirmed"
    stand_in.says_printed = "never"
    unsure(printer, job(), "never said that it is on paper")


def test_a_number_that_comes_late_still_counts(stand_in: PrinterStandIn, cable: TcpCable) -> None:
    printer = printer_at(cable, PrinterWaits(status=20, printed=2, line=0))
    assert printer.print(job(), 1) == "confirmed"
    stand_in.says_printed = "late"

    def send_it() -> None:
        stand_in.wait_until(lambda: stand_in.asked.count(4) > 2)
        stand_in.send_late()

    with meanwhile(send_it):
        assert printer.print(job(), 2) == "confirmed"


def test_the_number_of_another_job_confirms_nothing(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    stand_in.says_printed = "late"
    printer = printer_at(cable, PrinterWaits(status=20, printed=0.3, line=0))

    def send_another() -> None:
        stand_in.wait_until(lambda: stand_in.marks)
        stand_in.send(b"\x37\x229999\x00")

    with meanwhile(send_another):
        unsure(printer, job(), "never said that it is on paper", number=7)


def test_what_a_printer_answers_is_known_after_a_restart(
    stand_in: PrinterStandIn, cable: TcpCable, tmp_path: Path
) -> None:
    stand_in.says_printed = "never"
    waits = PrinterWaits(status=20, printed=0.2, line=0)
    printer_at(cable, waits, HabitsFile(tmp_path)).print(job(), 1)
    printer_at(cable, waits, HabitsFile(tmp_path)).print(job(), 2)
    stand_in.wait_until(lambda: len(stand_in.pieces) == 2)
    assert stand_in.marks == [b"0001"]
    (tmp_path / "printers.json").write_text("{ half", encoding="utf-8")
    printer_at(cable, waits, HabitsFile(tmp_path)).print(job(), 3)
    stand_in.wait_until(lambda: len(stand_in.marks) == 2)


def test_a_printer_without_a_cutter_is_not_told_to_cut(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    printer_at(cable, model=PRINTER_MODELS["xprinter-58"]).print(job(), 1)
    assert stand_in.pieces == []
    stand_in.lose_buffer()
    assert stand_in.torn == [job().removesuffix(b"\x1dV\x00")]


# ---- a printer in trouble ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("paper", "out", "out of paper"),
        ("cover_is_open", True, "cover is open"),
        ("is_off_line", True, "off line"),
    ],
)
def test_a_printer_that_cannot_print_gets_nothing(
    stand_in: PrinterStandIn, cable: TcpCable, name: str, value: object, says: str
) -> None:
    with stand_in.change():
        setattr(stand_in, name, value)
    not_printed(printer_at(cable), says)
    assert stand_in.has_nothing


def test_paper_that_is_nearly_used_up_still_prints(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    stand_in.paper = "near_end"
    printer = printer_at(cable)
    assert printer.print(job(), 1) == "confirmed"
    assert printer.status().paper == "near_end"


def test_a_stuck_cutter_that_was_freed_goes_on_by_itself(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    stand_in.cutter_is_stuck = True
    assert printer_at(cable).print(job(), 1) == "confirmed"
    assert stand_in.recovered == 1


def test_a_stuck_cutter_is_said_where_nothing_frees_it(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    stand_in.cutter_is_stuck, stand_in.knows_real_time = True, False
    not_printed(printer_at(cable), "cutter is stuck")


def test_a_cutter_that_sticks_at_the_end_is_said(stand_in: PrinterStandIn, cable: TcpCable) -> None:
    stand_in.sticks_at_next_cut = True
    unsure(printer_at(cable, PrinterWaits(status=20, printed=0.3)), job(), "cutter is stuck")


@pytest.mark.parametrize("says_printed", ["at once", "never"])
def test_paper_out_in_the_middle_is_unsure_and_the_next_job_begins_anew(
    stand_in: PrinterStandIn, cable: TcpCable, says_printed: Literal["at once", "never"]
) -> None:
    stand_in.rows_left, stand_in.says_printed = 1, says_printed
    printer = printer_at(cable, PrinterWaits(status=20, printed=1, line=0))
    half = job("first", "second", "third")
    unsure(printer, half, "out of paper")
    not_printed(printer, "out of paper")
    with stand_in.change():
        stand_in.cover_is_open = True
    not_printed(printer, "cover is open")
    with stand_in.change():
        stand_in.cover_is_open, stand_in.paper = False, "there"
    stand_in.wait_until(lambda: stand_in.pieces == [half])  # such a printer goes on by itself
    assert stand_in.cleared == 0
    assert printer.print(job("again"), 8) == "confirmed"
    assert stand_in.cleared == 1
    stand_in.wait_until(lambda: stand_in.pieces == [half, job("again")])


def test_a_connection_that_breaks_in_the_middle_is_unsure(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    stand_in.row_s = 0.05
    cable.drops_after = 200
    printer = printer_at(cable)
    unsure(printer, LONG, "broke while it was printing")
    with stand_in.change():
        stand_in.row_s = 0
    assert printer.print(job(), 8) == "confirmed"
    assert stand_in.cleared == 1
    assert stand_in.pieces[-1].endswith(job())


def test_what_broke_off_is_known_after_a_restart(
    stand_in: PrinterStandIn, cable: TcpCable, tmp_path: Path
) -> None:
    cable.drops_after = 200
    unsure(printer_at(cable, habits=HabitsFile(tmp_path)), LONG, "broke while it was printing")
    assert printer_at(cable, habits=HabitsFile(tmp_path)).print(job(), 8) == "confirmed"
    assert stand_in.cleared == 1
    assert printer_at(cable, habits=HabitsFile(tmp_path)).print(job(), 9) == "confirmed"
    assert stand_in.cleared == 1


def test_a_till_that_is_killed_in_the_middle_will_know_it(
    stand_in: PrinterStandIn, cable: TcpCable, tmp_path: Path
) -> None:
    stand_in.row_s = 0.02
    found: list[bool] = []

    def look() -> None:
        stand_in.wait_until(lambda: b"row 3\n" in stand_in.unfinished)
        found.append(HabitsFile(tmp_path).of("printer").may_hold_a_part)

    with meanwhile(look):
        assert printer_at(cable, habits=HabitsFile(tmp_path)).print(LONG, 1) == "confirmed"
    found.append(HabitsFile(tmp_path).of("printer").may_hold_a_part)
    assert found == [True, False]


def test_a_printer_that_takes_half_and_then_no_more_is_unsure(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    picture = compose([], "cp437", [raster([[True] * 576] * 4000)])
    cable.stops_after = 5000
    manner = PrinterManner(waits=HASTY, habits=HabitsFile())
    printer = NetworkPrinter("127.0.0.1", cable.port, 0.5, manner)
    unsure(printer, picture, "takes no more")


def test_a_printer_that_goes_silent_after_the_job_is_unsure(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    cable.stops_after = 100
    unsure(printer_at(cable, HASTY), LONG, "went silent")


def test_a_printer_that_is_not_there_is_not_unsure(cable: TcpCable) -> None:
    printer = printer_at(cable)
    cable.switch_off()
    not_printed(printer, "does not answer")
    with raises(PrinterError, "does not answer"):
        printer.status()
    with raises(PrinterError, "does not answer"):
        printer.pulse(open_drawer())
    cable.switch_on()
    assert printer.print(job(), 8) == "confirmed"


def test_a_printer_switched_off_in_the_middle_is_unsure_and_comes_back(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    stand_in.row_s = 0.05
    printer = printer_at(cable)

    def cut_power() -> None:
        stand_in.wait_until(lambda: b"row 3\n" in stand_in.unfinished)
        cable.switch_off()

    with meanwhile(cut_power):
        unsure(printer, LONG, "broke while it was printing")
    assert len(stand_in.torn) == 1
    cable.switch_on()
    with stand_in.change():
        stand_in.row_s = 0
    assert printer.print(job(), 8) == "confirmed"
    assert stand_in.pieces == [job()]


def test_a_printer_that_answered_and_is_silent_gets_nothing(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    printer = printer_at(cable, PrinterWaits(status=0.5, printed=20))
    assert printer.print(job(), 1) == "confirmed"
    stand_in.answers_status = ()
    not_printed(printer, "answers no more")
    assert stand_in.pieces == [job()]
    stand_in.answers_status = (1, 4)
    assert printer.print(job(), 2) == "confirmed"


def test_the_status_is_whole_where_the_printer_knows_all_questions(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    with stand_in.change():
        stand_in.cover_is_open, stand_in.paper = True, "out"
    status = printer_at(cable).status()
    assert status == PrinterStatus(True, "out", ("cover_open", "out_of_paper"))
    assert stand_in.asked == [1, 4, 2, 3]
    with stand_in.change():
        stand_in.answers_status = (1, 4)
    printer = printer_at(cable, PrinterWaits(status=0.3))
    assert [printer.status().troubles for _ in range(2)] == [("out_of_paper",)] * 2
    assert stand_in.asked == [1, 4, 2, 3] * 2 + [1, 4]


# ---- the drawer ----------------------------------------------------------------------------------


def test_the_drawer_opens_by_the_pin_and_pulse_of_the_settings(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    printer_at(cable).pulse(open_drawer(5, 120))
    stand_in.wait_until(lambda: stand_in.pulses == [b"\x1bp\x01\x3c\xfa"])
    assert stand_in.pulses_at_once == []


def test_the_drawer_opens_at_once_where_there_is_no_paper_and_never_later(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    printer = printer_at(cable)
    assert printer.status().answers
    with stand_in.change():
        stand_in.paper = "out"
    printer.pulse(open_drawer(2, 120))
    stand_in.wait_until(lambda: stand_in.pulses_at_once == [b"\x10\x14\x01\x00\x02"])
    assert stand_in.has_nothing
    with stand_in.change():
        stand_in.paper = "there"
    assert stand_in.pulses == []


def test_the_drawer_of_a_printer_that_may_be_mute_opens_without_a_question(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    printer_at(cable).pulse(open_drawer(2, 120))
    stand_in.wait_until(lambda: stand_in.pulses)
    assert stand_in.asked == []


def test_the_drawer_s_pin_is_read_back(stand_in: PrinterStandIn, cable: TcpCable) -> None:
    manner = PrinterManner(drawer_open_at="high", habits=HabitsFile())
    printer = NetworkPrinter("127.0.0.1", cable.port, 5, manner)
    assert printer.status().is_drawer_open is False
    with stand_in.change():
        stand_in.pin_is_high = True
    assert printer.status().is_drawer_open is True


def test_two_who_print_at_once_get_a_paper_each(stand_in: PrinterStandIn, cable: TcpCable) -> None:
    printer = printer_at(cable)
    jobs = [job(f"sale {number}") for number in range(8)]
    threads = [
        threading.Thread(target=printer.print, args=(each, number))
        for number, each in enumerate(jobs, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(stand_in.pieces) == sorted(jobs)


# ---- all of it together --------------------------------------------------------------------------

MISHAPS = ("none", "drop", "paper", "cover", "cutter", "power", "mark lost", "silent", "stop")


def befall(stand_in: PrinterStandIn, cable: TcpCable, mishap: str, chance: Random) -> None:
    """Let something happen to the next job."""
    with stand_in.change():
        match mishap:
            case "drop":
                cable.drops_after = chance.randrange(1, 900)
            case "paper":
                stand_in.rows_left = chance.randrange(1, 60)
            case "cover":
                stand_in.cover_is_open = True
            case "cutter":
                stand_in.sticks_at_next_cut = True
            case "mark lost":
                stand_in.says_printed = "never"
            case "silent":
                stand_in.answers_status = ()
            case "stop":
                cable.stops_after = chance.randrange(1, 900)
    if mishap == "power":
        cable.switch_off()


def mend(stand_in: PrinterStandIn, cable: TcpCable, mishap: str) -> None:
    """Whoever stands at the till sees to it."""
    if mishap == "power":
        cable.switch_on()
    cable.drops_after = cable.stops_after = None
    cable.go_on()
    with stand_in.change():
        stand_in.rows_left, stand_in.paper = None, "there"
        stand_in.cover_is_open = stand_in.sticks_at_next_cut = False
        stand_in.says_printed, stand_in.answers_status = "at once", (1, 2, 3, 4)


@pytest.mark.parametrize("seed", range(2))
def test_what_is_said_of_a_job_is_true_whatever_happens(
    stand_in: PrinterStandIn, cable: TcpCable, seed: int
) -> None:
    chance = Random(seed)
    waits = PrinterWaits(status=0.2, printed=0.2, line=0)
    printer = printer_at(cable, waits)
    assert printer.print(LONG, 9999) == "confirmed"
    said: dict[str, list[bytes]] = {"confirmed": [], "unsure": [], "not printed": []}
    for number in range(1, 19):
        mishap = chance.choice(MISHAPS)
        befall(stand_in, cable, mishap, chance)
        rows = [f"sale {number} row {row}" for row in range(chance.randrange(1, 60))]
        this = job(*rows)
        try:
            said[printer.print(this, number)].append(this)
        except PrinterError as error:
            said["unsure" if error.is_unsure else "not printed"].append(this)
        mend(stand_in, cable, mishap)
    assert all(stand_in.pieces.count(each) == 1 for each in said["confirmed"])
    assert all(stand_in.pieces.count(each) <= 1 for each in said["unsure"])
    for each in said["not printed"]:
        name = each.split(b"\n")[0].removeprefix(b"\x1b@")
        assert not any(name + b"\n" in piece for piece in stand_in.pieces + stand_in.torn)


class EndlessTalk:
    """What is no printer: it takes everything, and sends without an end."""

    can_answer = True

    def send(self, data: bytes) -> int:
        return len(data)

    def receive(self, seconds: float) -> bytes:
        return bytes(64)

    def close(self) -> None:
        pass


def test_what_never_stops_sending_does_not_hold_up_the_till() -> None:
    waits = PrinterWaits(status=0.01, printed=0.01, cleared=0.01)
    printer = EscPosPrinter(EndlessTalk, because("printer.silent"), PrinterManner(waits=waits))
    assert printer.print(b"a row\n") == "sent"
