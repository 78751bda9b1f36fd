"""Scanners and the screen: what a scan does, whichever device gave it, and what it never does."""

import queue
import threading
import time

import msgspec
import pytest
from textual import events

from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.devices import scanners
from pos_tui.devices.scanners.scanner import Scanned, ScannerState
from pos_tui.reasons import plain
from pos_tui.settings import TillSettings
from pos_tui.tui.scan_driver import Scan
from tests.conftest import BREAD, COLA, MILK, SPREAD, Counter
from tests.tui.seat import sitting


class HandScanner:
    """A scanner with a device of its own, in the test's hand."""

    def __init__(self):
        self.name = "hand"
        self.acts: queue.SimpleQueue[Scanned | ScannerState] = queue.SimpleQueue()
        self.closed = threading.Event()

    def listen(self, give, tell):
        while not self.closed.is_set():
            try:
                act = self.acts.get(timeout=0.05)
            except queue.Empty:
                continue
            (tell if isinstance(act, ScannerState) else give)(act)

    def close(self):
        self.closed.set()

    def scan(self, text, at=None):
        at = time.monotonic() if at is None else at
        self.acts.put(Scanned(text, at, at))

    def says(self, ready, say=""):
        self.acts.put(ScannerState(self.name, ready, plain(say) if say else None))


@pytest.fixture
def hand(monkeypatch):
    hand = HandScanner()
    monkeypatch.setattr(scanners, "make_scanner", lambda settings: hand)
    return hand


@pytest.fixture
def counter(tmp_path):
    plain = {"scanner": {"device": [{"kind": "evdev", "device": "Hand"}]}}
    counter = Counter(tmp_path / "till", msgspec.convert(plain, TillSettings)).stock()
    yield counter
    counter.books.close()


def pressed(seat, text, began, ended):
    """A scan as the terminal's driver hands it on; seconds."""
    seat.app.post_message(Scan(Scanned(text, began, ended)))


def quantities(counter):
    return [(line.item.name, int(line.quantity)) for line in counter.till.sale.list.lines]


async def test_a_scanner_with_its_own_device_sells_and_shows_that_it_is_there(counter, hand):
    async with sitting(counter) as seat:
        hand.says(True)
        hand.scan(COLA)
        await seat.until(lambda: quantities(counter) == [("Cola 330 ml", 1)])
        assert "scanner ●" in seat.text
    assert hand.closed.is_set()


async def test_a_scanner_that_was_pulled_out_is_said_and_so_is_its_return(counter, hand):
    async with sitting(counter) as seat:
        hand.says(False, "The scanner is gone; plug it in again.")
        await seat.until(lambda: "plug it in again" in seat.text)
        hand.says(True)
        await seat.until(lambda: "is back" in seat.text)


async def test_half_a_code_is_said_and_sells_nothing(counter, hand):
    async with sitting(counter) as seat:
        hand.says(True, "Half a code was read; scan it again.")
        await seat.until(lambda: "Half a code" in seat.text)
        assert quantities(counter) == []


async def test_a_label_read_twice_at_once_is_sold_once_and_that_is_said(counter, hand):
    async with sitting(counter) as seat:
        pressed(seat, COLA, 10.0, 10.06)
        pressed(seat, COLA, 10.15, 10.21)
        await seat.until(lambda: "Read twice at once" in seat.text)
        assert quantities(counter) == [("Cola 330 ml", 1)]


async def test_five_deliberate_scans_are_five(counter, hand):
    async with sitting(counter) as seat:
        for number in range(5):
            pressed(seat, COLA, 10 + number * 0.5, 10.06 + number * 0.5)
        await seat.until(lambda: quantities(counter) == [("Cola 330 ml", 5)])


async def test_one_label_seen_by_two_scanners_is_one(counter, hand):
    async with sitting(counter) as seat:
        now = time.monotonic()
        hand.scan(COLA, now)
        await seat.until(lambda: quantities(counter))
        pressed(seat, COLA, now + 0.02, now + 0.08)
        await seat.until(lambda: "Read twice" in seat.text)
        assert quantities(counter) == [("Cola 330 ml", 1)]


async def test_lines_that_were_pasted_all_count(counter, hand):
    async with sitting(counter) as seat:
        for _ in range(3):
            seat.app.post_message(Scan(Scanned(COLA, 5.0, 5.0), "paste"))
        await seat.until(lambda: quantities(counter) == [("Cola 330 ml", 3)])


@pytest.mark.parametrize("key", ["f2", "f12", "f6", "plus"])
async def test_a_scan_never_becomes_the_answer_to_a_question(counter, hand, key):
    async with sitting(counter) as seat:
        seat.till_screen.accept_scan(COLA)
        await seat.press(key)
        hand.scan(SPREAD)
        await seat.until(lambda: "Hazelnut" in seat.text or "not taken" in seat.text)
        line = counter.till.sale.list.lines[0]
        assert (line.item.name, line.quantity) == ("Cola 330 ml", 1)
        assert counter.till.sale.state == "open"
        assert not counter.till.sale.is_empty


async def test_a_scan_never_confirms_that_an_expired_item_was_dealt_with(counter, hand):
    async with sitting(counter) as seat:
        seat.till_screen.accept_scan(BREAD)
        for code in (MILK, SPREAD, "no such code"):
            hand.scan(code)
        await seat.until(lambda: len(counter.till.sale.list.lines) == 2)
        assert counter.till.sale.warnings


async def test_a_gs1_separator_is_shown_as_a_picture_and_never_sent_to_the_terminal(counter, hand):
    async with sitting(counter) as seat:
        hand.scan("]C10195011010209171" + "\x1d10A")
        await seat.until(lambda: "✗" in seat.text)
        assert "\x1d" not in seat.text


async def test_what_is_too_long_for_the_scan_line_stands_on_the_help_page(counter, hand):
    say = "The scanner 1 is plugged in, but this user may not read it. " * 4 + "The very end."
    async with sitting(counter) as seat:
        hand.says(False, say)
        await seat.until(lambda: "F1 has all" in seat.text)
        await seat.press("f1")
        assert "What is wrong now" in seat.text
        assert "The very end." in seat.text


async def test_a_pasted_code_with_gs_in_it_is_one_code(counter, hand, shared):
    paste = (shared / "data/field/01-paste-gs/scan.bin").read_bytes().decode("ascii")
    row = ProductRow("09506000134352", "Juice", 250)
    counter.books.write(lambda c: import_products(c, [row])).result()
    async with sitting(counter) as seat:
        seat.app.post_message(events.Paste(paste))
        await seat.until(lambda: counter.till.sale.warnings)
        assert not counter.till.sale.list.lines
        seat.app.post_message(events.Paste(f"{COLA}\r\n\r\n{SPREAD}\n{MILK}\r"))
        await seat.until(lambda: len(counter.till.sale.list.lines) == 3)
