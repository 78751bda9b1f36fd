"""The sales of a day, what a sale's receipt says, and why each line cost what it did."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from pos_tui.codes.payment import platform_reason
from pos_tui.money import Currency, format_amount
from pos_tui.reasons import ReasonError
from pos_tui.settings import TillSettings
from pos_tui.till import BooksError
from pos_tui.till.money.reports import ListedSale, ShopReports
from pos_tui.tui.pages.report_words import row_name
from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.fields import words_of_error
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    from pos_tui.checkout.explained import ExplainedSale


class SalesOfDayPage(PageScreen[None]):
    """A day's sales, or those of one hour of it; Enter shows a sale's receipt."""

    def __init__(
        self,
        palette: Palette,
        settings: TillSettings,
        reports: ShopReports,
        day: date,
        hour: int | None,
        at: datetime | None,
    ) -> None:
        """`hour` None: all of them; `at` is the moment as of which they are."""
        title = say("report_page.sales_title", day=day)
        if hour is not None:
            title = f"{title} · {row_name('hour', hour)}"
        super().__init__(palette, title, say("report_page.sales_keys"))
        self._settings = settings
        self._reports = reports
        self._day, self._hour, self._at = day, hour, at
        columns = (
            Column(say("report_page.column_number"), right=True),
            Column(say("report_page.column_time")),
            Column(say("report.column_cashier"), share=2),
            Column(say("report.column_tender"), share=3),
            Column(say("report.column_paid"), right=True),
        )
        self._list: RowList[ListedSale] = RowList(palette, columns, empty=say("report.no_sales"))

    def body(self) -> Iterable[Widget]:
        """The sales."""
        yield self._list

    async def on_mount(self) -> None:
        """Read the sales, beside the screen."""
        try:
            found = await asyncio.to_thread(self._reports.sales, self._day, self._at)
        except BooksError as error:
            self.say(words_of_error(error), "error")
            return
        currency = self._settings.currency
        self._list.show(
            Row(
                sale,
                (
                    f"{sale.number:06d}",
                    f"{sale.at:%H:%M}",
                    row_name("cashier", sale.cashier),
                    ", ".join(_tender_names(sale)),
                    format_amount(sale.total, currency),
                ),
            )
            for sale in found
            if self._hour is None or sale.at.hour == self._hour
        )

    def on_row_list_opened(self) -> None:
        """Show the chosen sale's receipt."""
        sale = self._list.chosen
        if sale is None:
            return
        try:
            rows = self._reports.receipt(sale.number)
            explained = self._reports.explained(sale.number)
        except ReasonError as error:
            self.say(words_of_error(error), "warning")
            return
        if explained is not None:
            rows += ["", *why_rows(explained, self._settings.currency)]
        self.app.push_screen(ReceiptPage(self.palette, sale.number, rows))


class ReceiptPage(PageScreen[None]):
    """What a sale's receipt says, and why."""

    def __init__(self, palette: Palette, number: int, rows: list[str]) -> None:
        super().__init__(
            palette, say("receipt.sale", number=number), say("report_page.receipt_keys")
        )
        self._rows = rows

    def body(self) -> Iterable[Widget]:
        """The receipt."""
        with VerticalScroll() as scroll:
            yield Static(Content("\n".join(self._rows)), markup=False)
        yield scroll


def why_rows(explained: ExplainedSale, currency: Currency) -> list[str]:
    """Why each line of a sale cost what it did: the offers that were considered."""

    def amount(minor: int) -> str:
        return format_amount(minor, currency)

    rows = []
    for line in explained.lines:
        price = f"{line.quantity} x {amount(line.unit_price)} = {amount(line.gross)}"
        rows.append(f"{line.name}  {price}")
        for each in line.considered:
            mark = "✓" if each.verdict == "applied" else "·"
            rows.append(f"  {mark} {each.name}  {in_words(each.reason)}")
        if not line.considered:
            rows.append(f"  {say('cmd_explain.no_offer')}")
        if line.share:
            rows.append(f"  {say('cmd_explain.share', amount=amount(line.share))}")
        rows.append(f"  {say('cmd_explain.to_pay', amount=amount(line.actual))}")
    return rows


def _tender_names(sale: ListedSale) -> list[str]:
    return [
        in_words(platform_reason(each.platform))
        if each.kind == "wallet"
        else row_name("tender", each.kind)
        for each in sale.tenders
    ]
