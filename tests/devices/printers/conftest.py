"""Printers that tests may do anything to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.printer_stand_in import PrinterStandIn, TcpCable


@pytest.fixture
def stand_in() -> Iterator[PrinterStandIn]:
    """An ESC/POS printer with nothing wrong."""
    with closing(PrinterStandIn()) as printer:
        yield printer


@pytest.fixture
def cable(stand_in: PrinterStandIn) -> Iterator[TcpCable]:
    """Its port of the network."""
    with closing(TcpCable(stand_in)) as cable:
        yield cable
