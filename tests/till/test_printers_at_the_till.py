"""A till with a printer as the settings name it, drawer and all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pos_tui.checkout import events
from pos_tui.settings import CashSettings, PrinterSettings, TillSettings
from tests.conftest import COLA, Counter
from tests.printer_stand_in import PrinterStandIn, TcpCable
from tests.spoken import spoken


@pytest.fixture
def stand_in() -> Iterator[PrinterStandIn]:
    with closing(PrinterStandIn()) as printer:
        yield printer


@pytest.fixture
def counter(stand_in: PrinterStandIn, tmp_path: Path) -> Iterator[Counter]:
    with closing(TcpCable(stand_in)) as cable:
        settings = TillSettings(
            cash=CashSettings(drawer_kick=True),
            printer=PrinterSettings(
                kind="network",
                host="127.0.0.1",
                port=cable.port,
                model="epson-tm-t20",
                drawer_pin=5,
                drawer_pulse_ms=120,
            ),
        )
        counter = Counter(tmp_path / "till", settings, has_printer=False).stock().open()
        yield counter
        counter.books.close()


async def sell(counter: Counter) -> None:
    counter.scan(COLA)
    counter.till.pay("5")
    await counter.till.until_idle()


async def test_the_drawer_opens_and_the_receipt_is_on_paper(
    stand_in: PrinterStandIn, counter: Counter
) -> None:
    await sell(counter)
    assert counter.last(events.ReceiptMade).printed == "printed"
    stand_in.wait_until(lambda: stand_in.pulses == [b"\x1bp\x01\x3c\xfa"])
    (piece,) = stand_in.pieces
    assert b"TOTAL" in piece
    assert len(stand_in.marks) == 1


async def test_what_is_wrong_with_the_printer_reaches_the_cashier(
    stand_in: PrinterStandIn, counter: Counter
) -> None:
    await sell(counter)
    with stand_in.change():
        stand_in.cover_is_open = True
    await sell(counter)
    assert "cover is open" in spoken(counter.last(events.LinkChanged))
    assert len(stand_in.pulses_at_once) == 1  # the drawer opens all the same
    assert len(stand_in.pieces) == 1
