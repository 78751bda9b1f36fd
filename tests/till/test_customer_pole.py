"""The pole beside a till: the sale in front in two rows, and a till that sells on without it."""

from __future__ import annotations

import time

from pos_tui.checkout import events
from pos_tui.devices.displays.serial_pole import DisplayError
from pos_tui.settings import DisplaySettings, ShopSettings, TillSettings
from tests.conftest import COLA, MILK, Counter
from tests.devices.displays.pole_grid import PoleGrid


class Line:
    """A serial port with a display at its end."""

    def __init__(self):
        self.grid = PoleGrid()

    def write(self, data):
        self.grid.feed(data)
        return len(data)

    def close(self):
        pass

    async def shows(self, counter, upper, lower):
        rows = [upper.ljust(20), lower.rjust(20)]
        await counter.until_true(lambda: [each.strip() for each in self.grid.rows] == [
            each.strip() for each in rows
        ])  # fmt: skip


def with_pole(folder):
    settings = TillSettings(
        shop=ShopSettings(name="Corner Market"), display=DisplaySettings(kind="cd5220", port="COM9")
    )
    return Counter(folder, settings).stock().open()


async def test_a_sale_in_two_rows(tmp_path, monkeypatch):
    line = Line()
    monkeypatch.setattr("pos_tui.devices.displays.make_pole.serial_port", lambda *_: line)
    counter = with_pole(tmp_path)
    await counter.till.start()
    await line.shows(counter, "Corner Market", "Welcome")
    counter.scan(COLA)
    await line.shows(counter, "Cola 330 ml     3.50", "Total           3.50")
    counter.scan(MILK)
    await line.shows(counter, "Milk 1 l       12.90", "Total          16.40")
    counter.till.ask_customer_to_pay(True)
    await line.shows(counter, "Please pay", "Total          16.40")
    counter.till.pay("20")
    await line.shows(counter, "Change          3.60", "Thank you")
    await counter.till.until_idle()
    await counter.till.close()
    await line.shows(counter, "Corner Market", "Checkout closed")
    assert line.grid.faults == []
    counter.books.close()


async def test_without_its_pole_the_till_says_so_once_and_sells(tmp_path, monkeypatch):
    def absent(*_):
        raise DisplayError("display.absent", port="usb:067B:2303")

    monkeypatch.setattr("pos_tui.devices.displays.make_pole.serial_port", absent)
    counter = with_pole(tmp_path)
    await counter.till.start()
    for _ in range(20):
        counter.scan(COLA)
    await counter.until_true(lambda: [
        each for each in counter.all(events.Notice) if each.reason.kind == "display.away"
    ])  # fmt: skip
    counter.till.pay("=")
    await counter.until(events.SalePaid)
    began = time.monotonic()
    await counter.till.close()
    assert time.monotonic() - began < 5
    away = [each for each in counter.all(events.Notice) if each.reason.kind == "display.away"]
    assert len(away) == 1
    counter.books.close()
