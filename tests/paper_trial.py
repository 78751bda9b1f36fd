"""A till that is killed again and again while it prints: what is on paper, what is offered."""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter as Tally
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from pos_tui.books.connection import open_connection
from pos_tui.books.journal.verify import differences
from pos_tui.books.paper.jobs import open_jobs
from tests.printer_stand_in import PrinterStandIn, TcpCable
from tests.printing_till import print_what_waits, printing_counter

_SALE = re.compile(rb"Sale (\d{6})")
_LONGEST_LIFE_S = 1.2
_START_S = 60.0


class PaperTrial(NamedTuple):
    """What came of it: how many sales and kills; sales without paper that nobody is told of, on
    paper twice though nobody asked, not on paper and not offered as unsure; how many were offered,
    and how many of these were on paper whole; what else is wrong.
    """

    sales: int
    kills: int
    lost: tuple[int, ...]
    twice: tuple[int, ...]
    not_offered: tuple[int, ...]
    offered: int
    offered_whole: int
    trouble: str = ""

    @property
    def is_well(self) -> bool:
        """Whether all is as it should be."""
        return not (self.lost or self.twice or self.not_offered or self.trouble)

    def __str__(self) -> str:
        """A line of figures."""
        return (
            f"{self.sales} receipts, {self.kills} kills: lost {len(self.lost)}, twice unasked"
            f" {len(self.twice)}, in doubt and not offered {len(self.not_offered)};"
            f" {self.offered} offered, {self.offered_whole} of them whole on paper {self.trouble}"
        ).rstrip()


def paper_trial(folder: Path, receipts: int, seed: int) -> PaperTrial:
    """Sell so many times at least with a till that is killed at random moments."""
    rng = random.Random(seed)
    printer = PrinterStandIn()
    cable = TcpCable(printer)
    kills = paid = 0
    try:
        while paid < receipts:
            paid = max(paid, _life(folder, printer, cable, rng))
            kills += 1
        _mend(printer, cable)
        _last_life(folder, cable)
        return _judged(folder, printer, cable, kills)
    finally:
        cable.close()
        printer.close()


def _life(folder: Path, printer: PrinterStandIn, cable: TcpCable, rng: random.Random) -> int:
    """Start a till, have something go wrong at the printer, kill the till; its last paid sale."""
    program = _start(folder, cable.port)
    assert program.stdout is not None
    try:
        program.stdout.readline()
        until = time.monotonic() + rng.uniform(0, _LONGEST_LIFE_S)
        fault = rng.choice(_FAULTS)
        time.sleep(rng.uniform(0, 0.3))
        fault(printer, cable, rng)
        time.sleep(max(until - time.monotonic(), 0))
    finally:
        os.kill(program.pid, signal.SIGKILL)
        said, _ = program.communicate()
    if rng.random() < 0.7:
        _mend(printer, cable)
    numbers = [int(line) for line in said.split() if line.isdigit()]
    return max(numbers, default=0)


def _start(folder: Path, port: int, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.printing_till", str(folder), str(port), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def _last_life(folder: Path, cable: TcpCable) -> None:
    """With a printer that is well: what never went out prints by itself."""
    program = _start(folder, cable.port, "last")
    try:
        program.communicate(timeout=_START_S + 60)
    finally:
        program.kill()
        program.wait()


# ---- what goes wrong at the printer --------------------------------------------------------------

_Fault = Callable[[PrinterStandIn, TcpCable, random.Random], None]


def _nothing(_: PrinterStandIn, _cable: TcpCable, _rng: random.Random) -> None:
    """All is well."""


def _paper_out(printer: PrinterStandIn, _: TcpCable, rng: random.Random) -> None:
    with printer.change():
        printer.rows_left = rng.randint(0, 40)


def _cover(printer: PrinterStandIn, _: TcpCable, _rng: random.Random) -> None:
    with printer.change():
        printer.cover_is_open = True


def _slow(printer: PrinterStandIn, _: TcpCable, _rng: random.Random) -> None:
    with printer.change():
        printer.row_s = 0.01


def _broken_off(_: PrinterStandIn, cable: TcpCable, rng: random.Random) -> None:
    cable.drops_after = rng.randint(1, 700)


def _off_and_on(_: PrinterStandIn, cable: TcpCable, rng: random.Random) -> None:
    cable.switch_off()
    time.sleep(rng.uniform(0, 0.3))
    cable.switch_on()


_FAULTS: tuple[_Fault, ...] = (
    _nothing, _nothing, _nothing, _slow, _slow, _paper_out, _cover, _broken_off, _off_and_on,
)  # fmt: skip


def _mend(printer: PrinterStandIn, cable: TcpCable) -> None:
    cable.drops_after = None
    with printer.change():
        printer.rows_left = None
        printer.paper = "there"
        printer.cover_is_open = False
        printer.row_s = 0.0


# ---- judging -------------------------------------------------------------------------------------


def _on_paper(printer: PrinterStandIn) -> tuple[Tally[int], Tally[int]]:
    """How often each sale's receipt is on paper whole, and how often at all, in part too."""
    whole: Tally[int] = Tally()
    at_all: Tally[int] = Tally()
    for piece in printer.pieces:
        numbers = [int(number) for number in _SALE.findall(piece)]
        whole.update(numbers[-1:])
        at_all.update(numbers)
    for part in (*printer.torn, printer.unfinished):
        at_all.update(int(number) for number in _SALE.findall(part))
    return whole, at_all


def _judged(folder: Path, printer: PrinterStandIn, cable: TcpCable, kills: int) -> PaperTrial:
    with closing(open_connection(folder / "books.db")) as reader:
        rows = reader.execute("SELECT number FROM sales WHERE state = 'paid'").fetchall()
        opened = open_jobs(reader)
        wrong = differences(reader, folder)
    sales = {int(str(number)) for (number,) in rows}
    offered = {each.document for each in opened if each.state == "unsure"}
    whole, at_all = _on_paper(printer)
    twice = tuple(number for number in sales if at_all[number] > 1)
    not_offered = tuple(number for number in sales - offered if not whole[number])
    offered_whole = sum(whole[number] > 0 for number in offered)
    trouble = f"the journal differs: {wrong[0]}" if wrong else ""
    if any(each.state != "unsure" for each in opened):
        trouble = "something still waits though the printer is well"
    asyncio.run(_print_offered(folder, cable.port))
    whole, _ = _on_paper(printer)
    lost = tuple(number for number in sales if not whole[number])
    return PaperTrial(
        len(sales), kills, lost, twice, not_offered, len(offered), offered_whole, trouble
    )


async def _print_offered(folder: Path, port: int) -> None:
    """The cashier has every paper that is offered printed again."""
    counter = printing_counter(folder, port)
    counter.open()
    await counter.till.start()
    for row in counter.till.papers.rows():
        await asyncio.to_thread(counter.till.papers.print_now, row.number)
    await print_what_waits(counter)
    await counter.till.close()
    counter.books.close()
