"""A page on a screen of three sizes, without a till behind it."""

from contextlib import asynccontextmanager

import pytest
from rich.cells import cell_len
from rich.style import Style
from textual.app import App
from textual.events import Key
from textual.keys import _character_to_key

from pos_tui.settings import TillSettings
from pos_tui.till import Product
from pos_tui.tui.parts.scanned_goods import ScannedGoods
from pos_tui.tui.theme import load_palette
from tests.tui.seat import key_of

COLA, NOODLES = "05449000000996", "06901234567892"


class PageApp(App[None], inherit_bindings=False):
    """Shows one page in the till's colours, as the till's own app would."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, make_page, theme):
        super().__init__(ansi_color=True)
        self.palette = load_palette(theme, "none" if self.no_color else "16")
        self.register_theme(self.palette.as_theme())
        self.theme = self.palette.as_theme().name
        self._make_page = make_page
        self.result = "open"

    def on_mount(self):
        def closed(result):
            self.result = result

        self.page = self._make_page(self.palette)
        self.push_screen(self.page, closed)


class Reader:
    """Somebody in front of the page."""

    def __init__(self, app, pilot):
        self.app, self.pilot, self.page = app, pilot, app.page

    async def press(self, *keys):
        for key in keys:
            self.app.post_message(key_of(key))
            await self.pilot.pause()
            await self.pilot.wait_for_animation()
        await self.pilot.pause()

    async def burst(self, *keys):
        """Keys that all have come before the first one is looked at; "abc" are three."""
        for key in keys:
            each = [(key, None)] if key in {"up", "down", "enter", "f2", "tab"} else [
                (_character_to_key(character), character) for character in key
            ]  # fmt: skip
            for name, character in each:
                self.app.post_message(Key(name, character))
        await self.pilot.pause()

    async def scan(self, code, began=None):
        self.app.screen.accept_scan(code, began)
        await self.pilot.pause()

    @property
    def strips(self):
        return self.app.screen._compositor.render_strips()

    @property
    def rows(self):
        """The rows as they are seen; none sticks out of the frame."""
        rows = ["".join(segment.text for segment in strip) for strip in self.strips]
        assert {cell_len(row) for row in rows} == {self.app.size.width}
        assert all(row[0] in "╭│╰" and row[-1] in "╮│╯" for row in rows)
        return rows

    @property
    def text(self):
        """The rows, and the same as running words."""
        rows = self.rows
        return "\n".join(rows) + "\n" + " ".join(" ".join(row.strip("│ ") for row in rows).split())

    def style_of(self, words):
        for strip in self.strips:
            for segment in strip:
                if words in segment.text:
                    style = segment.style
                    return Style(
                        color=style.color,
                        bgcolor=style.bgcolor,
                        bold=style.bold or None,
                        reverse=style.reverse or None,
                    )
        raise AssertionError(f"{words!r} is not on the screen:\n{self.text}")


@pytest.fixture(params=[(80, 24), (60, 20), (120, 36)], ids=lambda size: f"{size[0]}x{size[1]}")
def size(request):
    return request.param


@pytest.fixture
def reading(size):
    """Opens a page that is made with the palette."""

    @asynccontextmanager
    async def opened(make_page, theme="dark"):
        app = PageApp(make_page, theme)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield Reader(app, pilot)

    return opened


@pytest.fixture
def shelf():
    """Two goods that can be found and scanned."""
    goods = [
        Product(1, "Cola [b]330[/b] ml", 350, "can", "", COLA),
        Product(2, "红烧牛肉面", 450, "", "120 g", NOODLES),
    ]

    def find(words):
        return [each for each in goods if words.lower() in f"{each.name} {each.code}".lower()]

    return ScannedGoods(TillSettings(), find)
