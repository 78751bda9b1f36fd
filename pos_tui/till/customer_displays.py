"""The customer's displays of one till: screens of this machine that listen, and a pole."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from pos_tui.checkout import events
from pos_tui.checkout.sale import Sale
from pos_tui.devices.displays.line_publisher import LinePublisher
from pos_tui.reasons import because, reason_of
from pos_tui.receipts.customer_screen import CustomerShop
from pos_tui.receipts.customer_snapshot import CustomerSnapshot, encode_snapshot
from pos_tui.settings import TillSettings
from pos_tui.till.customer_pole import CustomerPole
from pos_tui.till.customer_view import THANKS_S, CustomerView

_PAST_THANKS_S = 0.1


class CustomerDisplays:
    """Shows the customer the sale in front. Whatever fails here is the cashier's to know, once,
    and never the sale's.
    """

    def __init__(
        self,
        settings: TillSettings,
        data: Path,
        language: str,
        sale: Callable[[], Sale],
        seconds: Callable[[], float],
        emit: Callable[[events.TillEvent], None],
        report_fault: Callable[[Exception], None],
    ) -> None:
        """`sale` gives the sale in front, `seconds` a clock that only rises; `report_fault` gets
        what nobody expected.
        """
        shop = CustomerShop(
            settings.shop.name,
            settings.currency,
            language,
            settings.customer.notices,
            bool(settings.gateway.url),
        )
        self._emit = emit
        self._report_fault = report_fault
        self._view = CustomerView(shop, sale, seconds)
        self._screens: LinePublisher | None = None
        if settings.customer.enabled:
            self._screens = LinePublisher(data, self._compose, settings.customer.port)
        self._pole: CustomerPole | None = None
        if settings.display.kind != "none":
            self._pole = CustomerPole(settings.display, self._snapshot, emit, shop.takes_codes)
        self._has_reported = False
        self._end_of_thanks: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Let screens listen and the pole show; where screens cannot, the cashier is told."""
        if self._screens is not None:
            try:
                await self._screens.start()
            except OSError as error:
                why = because("till.no_customer_screen", why=reason_of(error))
                self._emit(events.Notice(why, "warning"))
        if self._pole is not None:
            self._pole.start()

    def heed(self, event: events.TillEvent) -> None:
        """Show what this event changes for the customer."""
        try:
            if self._view.heed(event):
                self._publish()
            if isinstance(event, events.SalePaid):
                self._time_thanks()
        except Exception as error:
            self._report(error)

    def ask_to_pay(self, is_asked: bool) -> None:
        """The cashier asks the customer for the money, or does not any more."""
        if self._view.ask_to_pay(is_asked):
            self._publish()

    async def close(self) -> None:
        """Say that nobody is served here any more, and end."""
        if self._end_of_thanks is not None:
            self._end_of_thanks.cancel()
        self._view.close()
        if self._screens is not None:
            await self._screens.close()
        if self._pole is not None:
            await self._pole.close()

    # ---- inside ------------------------------------------------------------------------------

    def _publish(self) -> None:
        if self._screens is not None:
            self._screens.publish()
        if self._pole is not None:
            self._pole.publish()

    def _time_thanks(self) -> None:
        if self._end_of_thanks is not None:
            self._end_of_thanks.cancel()
        loop = asyncio.get_running_loop()
        self._end_of_thanks = loop.call_later(THANKS_S + _PAST_THANKS_S, self._publish)

    def _compose(self) -> bytes:
        return encode_snapshot(self._snapshot())

    def _snapshot(self) -> CustomerSnapshot:
        try:
            return self._view.snapshot()
        except Exception as error:
            self._report(error)
            return self._view.waiting()

    def _report(self, error: Exception) -> None:
        """A mistake of the program is reported once; the sale goes on, and so do the screens."""
        if not self._has_reported:
            self._has_reported = True
            self._report_fault(error)
