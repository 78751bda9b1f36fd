"""What codes mean in this shop, and what they name and cost; nothing is sold by looking."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from pos_tui.books import Product
from pos_tui.checkout import events
from pos_tui.codes import ItemCode, PaymentCode, Reading
from pos_tui.money import format_amount, round_half_up
from pos_tui.reasons import Reason, because
from pos_tui.settings import TillSettings
from pos_tui.till.context import TillContext
from pos_tui.till.quantity import measure_of, without_quantity

if TYPE_CHECKING:
    from pos_tui.codes.context import CodeContext
    from pos_tui.devices.scanners.picture import Picture
    from pos_tui.till.decoder import Decoder
    from pos_tui.till.picture import PictureRow

_PREPARE_AFTER_S = 1.0  # a start has other things to do; the first code would load them itself


class ShopCodes:
    """Reads codes by the shop's settings. What that takes is loaded when the first one comes."""

    def __init__(self, context: TillContext) -> None:
        self._settings = context.settings
        self._books = context.books
        self._clock = context.clock.now
        self._emit = context.emit
        self._made: Decoder | None = None

    async def prepare(self) -> None:
        """Load what reads codes before the first one comes, beside the event loop."""
        if not self._settings.codes.template:
            await asyncio.sleep(_PREPARE_AFTER_S)
        loaded = await asyncio.to_thread(_load, self._settings, self._clock().date())
        if self._made is None:
            self._make(*loaded)

    def refresh(self) -> None:
        """Read the shop's own table of payment formats again if it has changed."""
        trouble = None if self._made is None else self._made.refresh()
        if trouble is not None:
            self._emit(events.Notice(trouble, "error"))

    def read(self, text: str) -> Reading:
        """What a scan means now, with its other readings."""
        return self._decoder.read(text, self._clock().date())

    def find(self, reading: Reading) -> tuple[ItemCode, Product] | None:
        """The first reading that names a product in the books, and the product."""
        return self._decoder.find(reading, self._clock())

    def find_uncertain(self, reading: Reading) -> tuple[tuple[ItemCode, ...], Product] | None:
        """The readings of a code of which none is certain, and the product they all name."""
        return self._decoder.find_uncertain(reading)

    def product(self, text: str) -> Product | None:
        """The product that a code names."""
        found = self.find(self.read(text))
        return None if found is None else found[1]

    def knows(self, text: str) -> bool:
        """Whether text is a payment code or names a product in the books, with `n*` or without."""
        reading = self.read(without_quantity(text))
        return isinstance(reading, PaymentCode) or self.find(reading) is not None

    def price_of(self, text: str) -> Reason:
        """What a code costs now."""
        found = self.find(self.read(text))
        if found is None:
            return because("till.price_not_known")
        read, product = found
        currency = self._settings.currency
        values = {
            "name": product.name,
            "price": f"{format_amount(product.price, currency)} {product.unit}".rstrip(),
        }
        price = product.price if read.price is None else read.price
        measure = measure_of(read)
        if measure == 1 and read.price is None:
            return because("till.price", **values)
        total = format_amount(round_half_up(price * measure), currency)
        if measure == 1:
            return because("till.price_on_label", total=total, **values)
        return because("till.price_by_measure", total=total, measure=measure, **values)

    def picture_rows(self, picture: Picture) -> tuple[PictureRow, ...]:
        """What the codes in a picture mean here."""
        from pos_tui.till.picture import rows_of

        return rows_of(picture, self.read, self.product, self._settings.currency)

    @property
    def _decoder(self) -> Decoder:
        if self._made is None:
            self._make(*_load(self._settings, self._clock().date()))
        assert self._made is not None
        return self._made

    def _make(self, context: CodeContext, troubles: Sequence[Reason]) -> None:
        from pos_tui.till.decoder import Decoder

        self._made = Decoder(self._settings, self._books, context)
        for trouble in troubles:
            self._emit(events.Notice(trouble, "error"))


# A code may come while `prepare` is at it in its thread, and two threads that have msgspec learn
# the same type at once can bring the whole program down.
_loading = threading.Lock()


def _load(settings: TillSettings, today: date) -> tuple[CodeContext, tuple[Reason, ...]]:
    from pos_tui.till.decoder import checked_context

    with _loading:
        return checked_context(settings, today)
