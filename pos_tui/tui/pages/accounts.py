"""F5, accounts: who owes what since when; what is typed is paid of it, as a line of the sale."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from pos_tui.money import format_amount
from pos_tui.reasons import Reason, because
from pos_tui.till.money.accounts import AccountRow, ShopAccounts
from pos_tui.tui.pages.account_statement import StatementPage
from pos_tui.tui.pages.number import NumberPage
from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.entry_page import EntryPage
from pos_tui.tui.parts.fields import NumberField
from pos_tui.tui.parts.permission import WithPermission
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say

_MOST_LIMIT = 10_000_000  # major units


class AccountsScreen(EntryPage[None]):
    """What a customer pays of what they owe stands on the list then, to be paid by any tender."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)"),
        Binding("down", "move(1)"),
        Binding("pageup", "move(-10)"),
        Binding("pagedown", "move(10)"),
        Binding("f3,alt+f", "statement", id="find"),
        Binding("f6", "limit"),
    ]

    def __init__(
        self,
        palette: Palette,
        accounts: ShopAccounts,
        settle: Callable[[str, str], None],
        why_not_change: Callable[[], Reason | None],
        with_permission: WithPermission,
    ) -> None:
        """`settle` puts what a customer (their code) pays, as typed, on the list; `why_not_change`:
        why that may not change now.
        """
        super().__init__(palette, say("accounts_page.title"), say("accounts_page.keys"))
        self._accounts = accounts
        self._settle = settle
        self._why_not_change = why_not_change
        self._with_permission = with_permission
        columns = (
            Column(say("accounts_page.customer"), share=4),
            Column(say("accounts_page.code"), share=2, needs=50),
            Column(say("accounts_page.owes"), right=True),
            Column(say("accounts_page.since")),
            Column(say("accounts_page.limit"), right=True, needs=60),
        )
        empty = say("accounts_page.empty")
        self._list: RowList[AccountRow] = RowList(palette, columns, empty=empty)
        self._list.can_focus_children = False

    def body(self) -> Iterable[Widget]:
        """The accounts, and the line that asks for an amount."""
        yield self._list
        yield self.entry_line
        yield self.hint

    def on_mount(self) -> None:
        """Show the accounts."""
        super().on_mount()
        self.do(self._reload)

    def on_row_list_moved(self) -> None:
        """Ask about the chosen customer."""
        self.show_question()

    def show_question(self) -> None:
        """Ask how much the chosen customer pays."""
        chosen = self._list.chosen
        if chosen is None or chosen.owes <= 0:
            self.ask_on_line(lambda _: say("accounts_page.nothing_owed"), "")
            return
        owes = format_amount(chosen.owes, self._accounts.currency)
        self.ask_on_line(
            lambda name: say("accounts_page.ask", name=name),
            say("accounts_page.hint"),
            chosen.name,
            owes,
        )

    async def answer(self, text: str) -> None:
        """So much is paid; Enter alone: all that is owed."""
        chosen = self._list.chosen
        if chosen is None or chosen.owes <= 0:
            return
        if (why := self._why_not_change()) is not None:
            self.say(why, "warning")
            return
        typed = text or format_amount(chosen.owes, self._accounts.currency)
        self.leave_pages()
        self._settle(chosen.code, typed)

    async def scanned(self, text: str) -> None:
        """A customer's card chooses their account."""
        found = await asyncio.to_thread(self._accounts.account, text)
        codes = [row.item.code for row in self._list.rows]
        rows = list(self._list.rows)
        if found.code not in codes:
            rows.append(Row(found, self._cells(found)))
            codes.append(found.code)
            self.say(because("accounts_page.none_yet", name=found.name), "warning")
        self._list.show(rows, codes.index(found.code))

    def action_move(self, by: int) -> None:
        """Choose another customer."""
        self._list.move(by)

    def action_statement(self) -> None:
        """Show what was put on the chosen account and paid of it."""
        chosen = self._list.chosen
        if chosen is not None:
            self.app.push_screen(StatementPage(self.palette, self._accounts, chosen))

    def action_limit(self) -> None:
        """Ask how much the chosen customer may owe."""
        chosen = self._list.chosen
        if chosen is None:
            return
        currency = self._accounts.currency
        field = NumberField(
            id="number",
            label=say("accounts_page.limit"),
            hint=say("accounts_page.limit_hint"),
            decimals=currency.exponent,
            least=0,
            most=_MOST_LIMIT,
            needed=True,
        )

        def then(number: Decimal | None) -> None:
            if number is None:
                return
            what = because("account.sets_limit", name=chosen.name, limit=f"{number:f}")
            self._with_permission(
                "customer_account", what, lambda _: self.do(lambda: set_limit(number))
            )

        async def set_limit(number: Decimal) -> None:
            done = await asyncio.to_thread(self._accounts.set_limit, chosen.code, f"{number:f}")
            await self._reload()
            self.say(done, "good")

        title = say("accounts_page.limit_title", name=chosen.name)
        text = "" if chosen.limit is None else format_amount(chosen.limit, currency)
        self.app.push_screen(NumberPage(self.palette, title, field, text, currency), then)

    def action_back(self) -> None:
        """Drop what is typed; else go back."""
        if not self.entry_line.clear():
            self.dismiss(None)

    async def _reload(self) -> None:
        rows = await asyncio.to_thread(self._accounts.rows)
        self._list.show((Row(each, self._cells(each)) for each in rows), 0)

    def _cells(self, row: AccountRow) -> tuple[str, ...]:
        currency = self._accounts.currency
        return (
            row.name,
            row.code,
            format_amount(row.owes, currency),
            "" if row.since is None else say("goods_in.day", day=row.since.date()),
            "–" if row.limit is None else format_amount(row.limit, currency),
        )
