"""A printer on the network: what its connection does when nobody is there, or nobody reads."""

from __future__ import annotations

import socket

import pytest

from pos_tui.devices.printers import PrinterError
from pos_tui.devices.printers.escpos_jobs import compose
from pos_tui.devices.printers.network_printer import NetworkPrinter
from tests.printer_stand_in import PrinterStandIn, TcpCable
from tests.spoken import raises

JOB = compose([("Corner Market", "bold")], "cp437")


@pytest.mark.parametrize("host", ["127.0.0.1", "no such host", "\udcff", "." * 300])
def test_a_printer_that_is_not_there_says_what_is_safe_and_what_to_do(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with raises(PrinterError, "Nothing is lost"):
        NetworkPrinter(host, port, 2).print(JOB)


def test_each_job_has_a_connection_of_its_own(stand_in: PrinterStandIn, cable: TcpCable) -> None:
    printer = NetworkPrinter("127.0.0.1", cable.port, 5)
    assert [printer.print(JOB), printer.print(JOB)] == ["confirmed", "confirmed"]
    assert cable.connections == 2
    assert stand_in.pieces == [JOB, JOB]


def test_a_drawer_s_command_is_not_lost_to_what_nobody_read(
    stand_in: PrinterStandIn, cable: TcpCable
) -> None:
    stand_in.chatters = True
    printer = NetworkPrinter("127.0.0.1", cable.port, 5)
    for number in range(20):
        printer.pulse(b"\x1bp\x00" + bytes([number + 1]) + b"\xfa")
    stand_in.wait_until(lambda: len(stand_in.pulses) == 20)
