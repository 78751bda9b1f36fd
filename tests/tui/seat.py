"""A seat in front of the till's screen: scans and keys go in, rows of text come out."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from rich.style import Style
from textual.events import Key
from textual.keys import REPLACED_KEYS
from textual.pilot import Pilot
from textual.strip import Strip

from pos_tui.checkout.tenders import Tender
from pos_tui.reasons import Reason
from pos_tui.tui.app import AcceptsScans, PosApp
from pos_tui.tui.hints import Hints
from pos_tui.tui.parts.subjects_menu import SubjectsMenu
from pos_tui.tui.till_screen import TillScreen
from tests.conftest import Counter

SIZES = [(80, 24), (120, 36)]


def key_of(name: str) -> Key:
    """A press of the key with this name, as a terminal sends it: "a", "plus", "enter".

    Pilot's own `press` waits three times as long for each.
    """
    called = REPLACED_KEYS.get(name, name).replace("_", " ").upper()
    try:
        return Key(name, unicodedata.lookup(called))
    except KeyError:
        return Key(name, name if len(name) == 1 else None)


class Hands:
    """What time it is for the keys of somebody at a till, in seconds; no test waits for it."""

    at = 1000.0


class Seat:
    """Somebody in front of the screen."""

    def __init__(
        self, counter: Counter, app: PosApp, pilot: Pilot[None], hands: Hands | None = None
    ) -> None:
        self.counter, self.app, self.pilot = counter, app, pilot
        self.hands = hands or Hands()

    @property
    def till_screen(self) -> TillScreen:
        """The screen of the sale, which has to be up."""
        screen = self.app.screen
        assert isinstance(screen, TillScreen), screen
        return screen

    async def scan(self, *codes: str, began: float | None = None) -> None:
        for code in codes:
            screen: object = self.app.screen
            assert isinstance(screen, AcceptsScans), screen
            screen.accept_scan(code, began)
        await self.pilot.pause()

    async def press(self, *keys: str, after_s: float = 1.0) -> None:
        """Press keys, each so long after what was before it."""
        for key in keys:
            self.hands.at += after_s
            pressed = key_of(key)
            pressed.time = self.hands.at
            self.app.post_message(pressed)
            await self.pilot.pause()
            await self.pilot.wait_for_animation()
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        names = {"*": "asterisk", ".": "full_stop", " ": "space"}
        await self.press(*(names.get(c, c) for c in text))

    async def open_goods(self, subject: str) -> None:
        """Open the page of a subject by the menu of goods."""
        await self._open("ctrl+g", subject)

    async def open_money(self, subject: str) -> None:
        """Open the page of a subject by the menu of money."""
        await self._open("f5", subject)

    async def _open(self, key: str, subject: str) -> None:
        await self.press(key)
        await self.until(lambda: isinstance(self.app.screen, SubjectsMenu))
        menu = self.app.screen
        assert isinstance(menu, SubjectsMenu)
        await self.press(*["down"] * list(menu.pages).index(subject), "enter")

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something is so, which the screen does on its own."""
        for _ in range(600):
            await self.pilot.pause(0.02)
            if condition():
                return
        raise AssertionError(f"it never came:\n{self.text}")

    async def until_shown(self, words: str) -> None:
        """Wait until these words are on the screen."""
        await self.until(lambda: words in self.text)

    @property
    def strips(self) -> list[Strip]:
        """The rows as they are painted."""
        return self.app.screen._compositor.render_strips()

    @property
    def rows(self) -> list[str]:
        return ["".join(segment.text for segment in strip).rstrip() for strip in self.strips]

    @property
    def text(self) -> str:
        return "\n".join(self.rows)

    def style_of(self, words: str) -> Style:
        for strip in self.strips:
            for segment in strip:
                if words in segment.text:
                    assert segment.style, words
                    return segment.style
        raise AssertionError(f"{words!r} is not on the screen:\n{self.text}")


@asynccontextmanager
async def sitting(
    counter: Counter,
    size: tuple[int, int] = (80, 24),
    hints: Hints | None = None,
    await_trouble: Callable[[], Reason | None] | None = None,
) -> AsyncIterator[Seat]:
    """A seat at a till that runs as long as somebody sits there."""
    hands = Hands()
    app = PosApp(
        counter.settings,
        lambda: counter.now,
        counter.make_till,
        hints,
        await_trouble,
        lambda: hands.at,
    )
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Seat(counter, app, pilot, hands)


def put_under_way(shop):
    """A payment of the sale in front is under way, and nobody answers."""
    sale = shop.till.sale
    sale.state = "awaiting"
    sale.put_tender(Tender("wallet", sale.due, sale.due, state="pending"))
