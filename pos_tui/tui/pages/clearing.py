"""What wallets and cards owe the shop by day, beside their bills; payouts are booked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from pos_tui.money import format_amount
from pos_tui.reasons import ReasonError, because
from pos_tui.settings import TillSettings
from pos_tui.till import BooksError
from pos_tui.till.money.clearing import ClearingDay, ShopClearing
from pos_tui.tui.pages.clearing_words import clearing_cells, clearing_titles, platform_name
from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.fields import AmountField, TextField, words_of_error
from pos_tui.tui.parts.form import Form
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.permission import WithPermission
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say

_DAYS = 92
_NEEDS = {"given_back": 100, "bill": 60, "paid_out": 70, "fee": 100}


class ClearingPage(PageScreen[None]):
    """Each platform's days; a day that differs from its bill is marked."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f2,alt+q", "payout", id="quantity")]

    def __init__(
        self,
        palette: Palette,
        settings: TillSettings,
        clearing: ShopClearing,
        with_permission: WithPermission,
    ) -> None:
        super().__init__(palette, say("clearing.title"), say("clearing.keys"))
        self._settings = settings
        self._clearing = clearing
        self._with_permission = with_permission
        names = ("day", "platform", "taken", "given_back", "bill", "difference", "paid_out", "fee",
                 "owed")  # fmt: skip
        columns = [
            Column(title, int(name == "platform"), name not in names[:2], _NEEDS.get(name, 0))
            for name, title in zip(names, clearing_titles(), strict=True)
        ]
        self._list: RowList[ClearingDay] = RowList(palette, columns, empty=say("clearing.empty"))

    def body(self) -> Iterable[Widget]:
        """The days."""
        yield self._list

    def on_mount(self) -> None:
        """Read the days, beside the screen."""
        self.load(self._load())

    def on_row_list_moved(self) -> None:
        """Say what the chosen day's difference is."""
        self._explain()

    def action_payout(self) -> None:
        """Ask what came to the bank, of the chosen platform."""
        chosen = self._list.chosen
        if chosen is None:
            return
        owed = next(
            row.item.owed for row in self._list.rows if row.item.platform == chosen.platform
        )

        def open_page(_: str) -> None:
            page = PayoutPage(self.palette, self._settings, self._clearing, chosen.platform, owed)
            self.app.push_screen(page, self._booked)

        self._with_permission("pay_out", because("permission.book_payout"), open_page)

    def _booked(self, sentence: str | None) -> None:
        if sentence:
            self.load(self._load(sentence))

    async def _load(self, sentence: str = "") -> None:
        try:
            last = await asyncio.to_thread(self._clearing.today)
            found = await asyncio.to_thread(
                self._clearing.days, last - timedelta(days=_DAYS), last + timedelta(days=1)
            )
        except BooksError as error:
            self.say(words_of_error(error), "error")
            return
        currency = self._settings.currency
        self._list.show(
            Row(day, clearing_cells(day, currency), "warning" if day.difference else "line")
            for day in found
        )
        if sentence:
            self.say(sentence, "good")
        else:
            self._explain()

    def _explain(self) -> None:
        day = self._list.chosen
        if day is None or day.difference is None:
            self.say("" if day is None else say("clearing.no_bill_yet"))
        elif day.difference:
            amount = format_amount(abs(day.difference), self._settings.currency)
            kind = "more_there" if day.difference > 0 else "more_here"
            self.say(say(f"clearing.{kind}", amount=amount), "warning")
        else:
            self.say(say("clearing.agrees"), "good")


class PayoutPage(PageScreen[str]):
    """Closes with what to say once the payout is booked."""

    def __init__(
        self,
        palette: Palette,
        settings: TillSettings,
        clearing: ShopClearing,
        platform: str,
        owed: int,
    ) -> None:
        """`owed` in minor units is proposed."""
        title = say("clearing.payout_title", platform=platform_name(platform))
        super().__init__(palette, title, say("clearing.payout_keys"))
        self._clearing = clearing
        self._platform = platform
        self._amount = AmountField(
            id="amount", label=say("clearing.label_amount"), hint=say("clearing.hint_amount"),
            needed=True, currency=settings.currency,
        )  # fmt: skip
        self._fee = AmountField(
            id="fee", label=say("clearing.label_fee"), hint=say("clearing.hint_fee"),
            currency=settings.currency,
        )  # fmt: skip
        self._document = TextField(
            id="document", label=say("clearing.label_document"),
            hint=say("clearing.hint_document"), needed=True,
        )  # fmt: skip
        proposed = format_amount(owed, settings.currency) if owed > 0 else ""
        self._form = Form(
            [self._amount, self._fee, self._document], {"amount": proposed}, settings.currency
        )

    def body(self) -> Iterable[Widget]:
        """The form."""
        yield self._form

    def on_form_left(self) -> None:
        """Back without a payout."""
        self.dismiss(None)

    def on_form_kept(self) -> None:
        """Book it, beside the screen."""
        self.run_worker(self._book(), exclusive=True)

    async def _book(self) -> None:
        amount, fee = self._form.value(self._amount), self._form.value(self._fee)
        document = self._form.value(self._document)
        assert amount is not None
        assert document is not None
        try:
            await asyncio.to_thread(
                self._clearing.pay_out, self._platform, amount, fee or 0, document
            )
        except ReasonError as error:
            self.say(words_of_error(error), "error")
            return
        name = platform_name(self._platform)
        self.dismiss(say("clearing.booked", platform=name, document=document))
