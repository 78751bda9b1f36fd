"""Somebody who makes offers at the till's screen, by keys only."""

from contextlib import asynccontextmanager

from textual.events import Key
from textual.keys import _character_to_key

from pos_tui.money import Currency
from pos_tui.tui.pages.offer_fields import (
    OFFER_KINDS,
)
from pos_tui.tui.pages.offers import OfferPage, OffersScreen
from pos_tui.tui.parts.form import Form
from tests.tui.seat import Seat, sitting

CNY = Currency.of("CNY")


class Office:
    """Somebody who makes offers, in front of a till's screen."""

    def __init__(self, seat: Seat) -> None:
        self.seat, self.press = seat, seat.press

    @property
    def text(self):
        """What the screen shows, and the same again as running words."""
        words = " ".join(" ".join(row.strip("│ ") for row in self.seat.rows).split())
        return f"{self.seat.text}\n{words}"

    async def open(self, offers=None):
        till = self.seat.counter.till
        screen = OffersScreen(
            self.seat.app.palette, till.settings, offers or till.goods.offers, till.find
        )
        self.seat.app.push_screen(screen)
        await self.seat.pilot.pause()

    async def type(self, text):
        """As the terminal sends it: a press of each key by Pilot would take its time."""
        await self.tap(*((_character_to_key(character), character) for character in text))

    async def tap(self, *keys):
        for key, character in keys:
            self.seat.app.post_message(Key(key, character))
        await self.seat.pilot.pause()

    async def scan(self, code, began=None):
        await self.seat.scan(code, began=began)

    async def until(self, words):
        await self.seat.until(lambda: words in self.text)

    async def choose(self, title):
        """The kind of a new offer."""
        await self.press("ctrl+n")
        index = [each.title for each in OFFER_KINDS].index(title)
        await self.tap(*[("down", None)] * index, ("enter", "\r"))

    async def go_to(self, label):
        """The field with this label."""
        for _ in range(600):
            if isinstance(self.seat.app.screen, OfferPage) and self.form.key:
                break
            await self.seat.pilot.pause(0.02)
        key = label.replace(" ", "_")
        keys = list(self.form.texts)
        by = keys.index(key) - keys.index(self.form.key)
        await self.tap(*[("down" if by > 0 else "up", None)] * abs(by))

    async def fill(self, **texts):
        for key, text in texts.items():
            await self.go_to(key)
            if text is True:
                await self.press("space")
            else:
                await self.type(text)

    async def check(self):
        await self.press("f2")
        await self.until("Is this the offer?")

    async def keep(self):
        await self.press("enter")
        await self.until("is kept")

    @property
    def form(self) -> Form:
        """The form that is filled in."""
        screen = self.seat.app.screen
        assert isinstance(screen, OfferPage), screen
        return screen.form

    @property
    def offers(self):
        return [row.offer for row in self.seat.counter.till.goods.offers.rows()]

    def offer(self, name):
        return next(offer for offer in self.offers if offer.name == name)


@asynccontextmanager
async def office(shop, size=(80, 24), offers=None):
    async with sitting(shop, size) as seat:
        at = Office(seat)
        await at.open(offers)
        yield at


async def sell(at, *codes):
    till = at.seat.counter.till
    number = till.sale.number
    await at.seat.scan(*codes)
    till.pay("500")
    await at.seat.counter.until_true(lambda: till.sale.number > number)
