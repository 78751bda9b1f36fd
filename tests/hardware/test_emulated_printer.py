"""Receipts on a printer that others emulate: the same text, its faults named, its drawer read."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from pos_tui.devices.printers import Printer, PrinterError, make_printer
from pos_tui.devices.printers.escpos_commands import open_drawer
from pos_tui.devices.printers.escpos_jobs import JobStyle, compose
from pos_tui.devices.printers.printer import PrinterStatus
from pos_tui.settings import PrinterSettings
from tests.hardware.emulator import Emulator, emulated, free_port
from tests.spoken import spoken

RECEIPTS: list[list[tuple[str, JobStyle]]] = [
    [
        ("        Corner Market", "large"),
        ("--------------------------------", "rule"),
        ("Cola 330 ml                 3.50", "plain"),
        ("Crème brûlée               12.90", "plain"),
        ("TOTAL                  16.40 CNY", "large"),
        ("Saved                       1.00", "bold"),
    ],
    [(f"row {number:<20} {number}.00", "plain") for number in range(120)],
]
LETTERS: list[tuple[str, JobStyle]] = [("“Łódź” – żółć", "plain"), ("Хлеб и сыр", "plain")]


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def emulator(port: int) -> Iterator[Emulator]:
    devices: list[dict[str, object]] = [
        {
            "id": "front",
            "type": "printer",
            "profile": "epson-tm-t20iii",
            "connections": [{"tcp": {"port": port}}],
            "drawer": {"sensor_open_level": "high"},
        },
        {
            "id": "back",
            "type": "printer",
            "profile": "xprinter-xp80t",
            "connections": [{"serial": {"pty": True}}],
        },
    ]
    with emulated(devices) as emulator:
        yield emulator


@pytest.fixture(params=["network", "serial"])
def printer(request: pytest.FixtureRequest, emulator: Emulator, port: int) -> Printer:
    if request.param == "network":
        settings = PrinterSettings(
            kind="network", host="127.0.0.1", port=port, drawer_open_at="high"
        )
    else:
        settings = PrinterSettings(kind="serial", path=emulator.serial_port("back"))
    return make_printer(settings)


@pytest.fixture
def name(printer: Printer) -> str:
    return "front" if type(printer).__name__ == "NetworkPrinter" else "back"


def job(rows: list[tuple[str, JobStyle]]) -> bytes:
    return compose(rows, "auto")


def count_of(emulator: Emulator, name: str) -> int:
    return len(emulator._get(f"/devices/{name}/receipts").json())


def printed(
    emulator: Emulator, printer: Printer, name: str, rows: list[tuple[str, JobStyle]]
) -> list[str]:
    """The rows as they come out on the paper."""
    before = count_of(emulator, name)
    assert printer.print(job(rows), 1) == "confirmed"
    text = emulator.receipts(name, before + 1)[-1]
    return [row.rstrip() for row in text.splitlines() if row.strip()]


@pytest.mark.parametrize("rows", RECEIPTS, ids=["receipt", "long"])
def test_a_receipt_is_the_same_text(
    emulator: Emulator, printer: Printer, name: str, rows: list[tuple[str, JobStyle]]
) -> None:
    assert printed(emulator, printer, name, rows) == [row.rstrip() for row, _ in rows]


def test_letters_of_several_pages_stand_on_one_receipt(emulator: Emulator, port: int) -> None:
    printer = make_printer(PrinterSettings(kind="network", host="127.0.0.1", port=port))
    assert printed(emulator, printer, "front", LETTERS) == [row for row, _ in LETTERS]


@pytest.mark.parametrize(
    ("fault", "status", "says"),
    [
        ("paper-out", PrinterStatus(True, "out", ("out_of_paper",)), "out of paper"),
        ("cover-open", PrinterStatus(True, "there", ("cover_open",)), "cover is open"),
        ("offline", PrinterStatus(True, "there", ("off_line",)), "off line"),
    ],
)
def test_each_fault_is_named_and_the_printer_gets_nothing(
    emulator: Emulator, port: int, fault: str, status: PrinterStatus, says: str
) -> None:
    printer = make_printer(PrinterSettings(kind="network", host="127.0.0.1", port=port))
    before = count_of(emulator, "front")
    with emulator.fault("front", fault):
        assert printer.status() == status
        with pytest.raises(PrinterError) as refused:
            printer.print(job(RECEIPTS[0]), 2)
        assert says in spoken(refused.value)
        assert not refused.value.is_unsure
    assert printer.print(job([("after it", "plain")]), 3) == "confirmed"
    (text,) = emulator.receipts("front", before + 1)[before:]
    assert text.strip() == "after it"


def test_paper_that_is_nearly_used_up_prints(emulator: Emulator, port: int) -> None:
    printer = make_printer(PrinterSettings(kind="network", host="127.0.0.1", port=port))
    with emulator.fault("front", "paper-near-end"):
        assert printer.status() == PrinterStatus(True, "near_end")
        assert printer.print(job(RECEIPTS[0]), 4) == "confirmed"


def test_the_drawer_opens_and_its_switch_is_read(emulator: Emulator, port: int) -> None:
    printer = make_printer(
        PrinterSettings(kind="network", host="127.0.0.1", port=port, drawer_open_at="high")
    )
    emulator.close_drawer("front")
    assert printer.status().is_drawer_open is False
    printer.pulse(open_drawer(2, 100))
    assert printer.status().is_drawer_open is True
    emulator.close_drawer("front")
    with emulator.fault("front", "paper-out"):
        printer.pulse(open_drawer(2, 100))
        assert printer.status().is_drawer_open is True
    emulator.close_drawer("front")


def test_the_code_of_a_receipt_is_read_from_its_paper(emulator: Emulator, port: int) -> None:
    Image = pytest.importorskip("PIL.Image")  # noqa: N806
    zxingcpp = pytest.importorskip("zxingcpp")
    printer = make_printer(PrinterSettings(kind="network", host="127.0.0.1", port=port))
    before = count_of(emulator, "front")
    rows: list[tuple[str, JobStyle]] = [("Corner Market", "bold"), ("RC01-000148GFZ", "barcode")]
    assert printer.print(job(rows), 5) == "confirmed"
    emulator.receipts("front", before + 1)
    with Image.open(io.BytesIO(emulator.picture("front"))) as picture:
        (found,) = zxingcpp.read_barcodes(picture.convert("L"))
    assert found.text == "RC01-000148GFZ"
