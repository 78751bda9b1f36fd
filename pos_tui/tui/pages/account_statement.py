"""A customer's account, row by row: what was bought on it, what was paid, what was owed then."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from pos_tui.money import format_amount
from pos_tui.reasons import ReasonError
from pos_tui.till.money.accounts import AccountRow, ShopAccounts
from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.fields import words_of_error
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say

if TYPE_CHECKING:
    from pathlib import Path


class StatementPage(PageScreen[None]):
    """The latest row is chosen at first; a key writes all of them as a file."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f8,alt+o", "write_file", id="hold")]

    def __init__(self, palette: Palette, accounts: ShopAccounts, account: AccountRow) -> None:
        owes = format_amount(account.owes, accounts.currency)
        title = say("accounts_page.statement", name=account.name, owes=owes)
        super().__init__(palette, title, say("accounts_page.statement_keys"))
        self._accounts = accounts
        self._account = account
        columns = (
            Column(say("accounts_page.when")),
            Column(say("accounts_page.what"), share=3),
            Column(say("accounts_page.amount"), right=True),
            Column(say("accounts_page.owed_then"), right=True),
        )
        self._list: RowList[int] = RowList(palette, columns, empty=say("accounts_page.no_rows"))

    def body(self) -> Iterable[Widget]:
        """The rows."""
        yield self._list

    def on_mount(self) -> None:
        """Read them, beside the screen."""
        self.load(self._show())

    def action_write_file(self) -> None:
        """Write the statement as CSV."""
        self.run_worker(self._write(), exclusive=True)

    async def _show(self) -> None:
        try:
            found = await asyncio.to_thread(self._accounts.statement, self._account.code)
        except ReasonError as error:
            self.say(words_of_error(error), "error")
            return
        currency = self._accounts.currency
        rows = [
            Row(
                place,
                (
                    say("accounts_page.moment", at=each.at),
                    say(
                        "accounts_page.bought" if each.amount > 0 else "accounts_page.paid",
                        number=each.sale_no,
                    ),
                    format_amount(each.amount, currency),
                    format_amount(each.owes, currency),
                ),
            )
            for place, each in enumerate(found)
        ]
        self._list.show(rows, max(len(rows) - 1, 0))

    async def _write(self) -> None:
        try:
            path: Path = await asyncio.to_thread(self._accounts.write_statement, self._account.code)
        except ReasonError as error:
            self.say(words_of_error(error), "error")
            return
        self.say(say("accounts_page.written", path=str(path)), "good")
