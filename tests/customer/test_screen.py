"""The customer's screen as a program: it follows, and only those who mean it leave."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator

import pytest
from textual.pilot import Pilot

from pos_tui.customer.following import Followed
from pos_tui.customer.screen import CustomerApp
from pos_tui.devices.displays.line_publisher import LinePublisher
from pos_tui.receipts.customer_snapshot import CustomerLine, CustomerSnapshot, encode_snapshot
from pos_tui.settings import ScreenSettings
from pos_tui.tui.theme import theme_names

SALE = CustomerSnapshot(
    seq=1,
    state="scanning",
    shop="Corner Market",
    currency="CNY",
    lines=(CustomerLine("Cola 330 ml", "3.50"),),
    latest=0,
    total="3.50",
)


class Told:
    """Snapshots that a test gives a screen."""

    def __init__(self) -> None:
        self.coming: asyncio.Queue[Followed] = asyncio.Queue()

    async def follow(self) -> AsyncGenerator[Followed, None]:
        while True:
            yield await self.coming.get()


def rows_on(app: CustomerApp) -> list[str]:
    strips = [app.pane.render_line(y) for y in range(app.size.height)]
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


async def until_shown(app: CustomerApp, pilot: Pilot[None], words: str) -> list[str]:
    for _ in range(200):
        await pilot.pause()
        rows = rows_on(app)
        if words in "\n".join(rows):
            return rows
    raise AssertionError(rows)


@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
@pytest.mark.parametrize("theme", theme_names())
async def test_it_shows_each_snapshot_in_every_theme(size, theme):
    told = Told()
    app = CustomerApp(ScreenSettings(theme=theme), "en", told.follow)
    async with app.run_test(size=size) as pilot:
        assert "One moment, please" in "\n".join(rows_on(app))
        told.coming.put_nowait(Followed("live", SALE))
        await until_shown(app, pilot, "Cola 330 ml")
        told.coming.put_nowait(Followed("lost"))
        rows = await until_shown(app, pilot, "One moment, please")
        assert "Cola" not in "\n".join(rows)


async def test_it_follows_its_terminals_size():
    told = Told()
    app = CustomerApp(ScreenSettings(), "en", told.follow)
    async with app.run_test(size=(80, 24)) as pilot:
        told.coming.put_nowait(Followed("live", SALE))
        await until_shown(app, pilot, "Cola 330 ml")
        await pilot.resize_terminal(40, 12)
        await pilot.pause()
        rows = rows_on(app)
        assert len(rows) == 12
        assert max(map(len, rows)) <= 40
        assert rows[1].endswith("3.50")


async def test_no_key_but_q_and_ctrl_c_does_anything():
    for leaving in ("q", "ctrl+c"):
        told = Told()
        app = CustomerApp(ScreenSettings(), "en", told.follow)
        async with app.run_test() as pilot:
            for key in ("enter", "escape", "x", "f1", "tab", "ctrl+q", "ctrl+p", "space"):
                await pilot.press(key)
            assert app.is_running
            await pilot.press(leaving)
            await pilot.pause()
        assert not app.is_running


async def test_console_marks_where_the_font_lacks_ours():
    told = Told()
    app = CustomerApp(ScreenSettings(marks="ascii"), "en", told.follow)
    async with app.run_test(size=(80, 24)) as pilot:
        told.coming.put_nowait(Followed("live", SALE))
        rows = await until_shown(app, pilot, "Cola 330 ml")
        assert "\n".join(rows).isascii()


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is not there on Windows")
async def test_in_a_real_terminal_it_starts_before_the_till_and_survives_it(tmp_path):
    from tests.tui.terminal import Terminal

    settings = tmp_path / "till.toml"
    settings.write_text("[customer]\nenabled = true\n")
    data = tmp_path / "till"
    terminal = Terminal(
        ["customer", "--settings", str(settings), "--data", str(data)], columns=40, rows=12
    )
    try:
        await asyncio.to_thread(terminal.wait_for, "One moment, please")
        publisher = LinePublisher(data, lambda: encode_snapshot(SALE))
        await publisher.start()
        await asyncio.to_thread(terminal.wait_for, "Cola 330 ml")
        await publisher.close()
        await asyncio.to_thread(terminal.wait_for, "One moment, please")
        again = LinePublisher(data, lambda: encode_snapshot(SALE))
        await again.start()
        await asyncio.to_thread(terminal.wait_for, "Cola 330 ml")
        terminal.send("q")
        await asyncio.to_thread(terminal.child.wait)
        assert terminal.child.exitstatus == 0
        await again.close()
    finally:
        terminal.child.close(force=True)


def test_a_till_that_serves_none_says_what_to_write_where(tmp_path, capsys):
    from pos_tui.cli import run

    settings = tmp_path / "till.toml"
    settings.write_text('[shop]\nlanguage = "en"\n')
    assert run(["customer", "--settings", str(settings), "--data", str(tmp_path / "d")]) == 2
    assert "enabled = true" in capsys.readouterr().err
    assert not (tmp_path / "d").exists()


async def test_a_mistake_of_the_program_is_read_by_no_customer_and_leaves_nothing_stale(capfd):
    async def broken() -> AsyncGenerator[Followed, None]:
        yield Followed("live", SALE)
        raise ZeroDivisionError("secret")

    app = CustomerApp(ScreenSettings(), "en", broken)
    with pytest.raises(ZeroDivisionError):
        async with app.run_test() as pilot:
            await pilot.pause()
    assert app.has_failed
    shown = capfd.readouterr()
    assert "secret" not in shown.out + shown.err
