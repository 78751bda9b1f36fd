"""The pages of stock takes: their list, and a new one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from pos_tui.reasons import because
from pos_tui.settings import TillSettings
from pos_tui.till import BooksError
from pos_tui.tui.pages.count_approval import ApprovalPage
from pos_tui.tui.pages.counting import CountingPage
from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.counting_shop import CountingShop, Counts
from pos_tui.tui.parts.fields import TextField, words_of_error
from pos_tui.tui.parts.form import Form
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.permission import WithPermission
from pos_tui.tui.parts.question import AnswerKey
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say

if TYPE_CHECKING:
    from pos_tui.till import Product
    from pos_tui.till.goods.counts import StockTake

_STATE_MARKS = {"open": "○", "approved": "✓", "void": "✗"}


class CountsScreen(PageScreen[None]):
    """The list of counts; the other pages open above it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n,insert", "new"),
        Binding("f2,ctrl+s,alt+s", "approve"),
        Binding("delete,alt+d", "void", id="remove"),
    ]

    def __init__(
        self,
        palette: Palette,
        settings: TillSettings,
        counts: Counts,
        find: Callable[[str], list[Product]],
        who: Callable[[], str],
        with_permission: WithPermission,
    ) -> None:
        """`find` gives goods by words or code; `who` is at the till."""
        super().__init__(palette, say("counts_page.title"), say("counts_page.list_keys"))
        self._shop = CountingShop(palette, settings, counts, find, who, with_permission)
        columns = (
            Column(" "),
            Column(say("counts_page.number"), right=True),
            Column(say("counts_page.name"), share=4),
            Column(say("counts_page.place"), share=3, needs=70),
            Column(say("counts_page.items"), right=True),
            Column(say("counts_page.begun")),
        )
        self._list: RowList[StockTake] = RowList(palette, columns, empty=say("counts_page.empty"))

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield self._list

    def on_mount(self) -> None:
        """Show the counts as they are now."""
        self._reload()

    def on_screen_resume(self) -> None:
        """Show what became of them on another page."""
        self._reload()

    def on_row_list_opened(self) -> None:
        """Count, where the count is open."""
        take = self._list.chosen
        if take is None:
            return
        if take.state == "open":
            self.app.push_screen(CountingPage(self._shop, take), self._came_back)
        else:
            by = take.closed_by or take.begun_by
            self.say(say(f"counts_page.was_{take.state}", name=take.name, by=by), "warning")

    def action_new(self) -> None:
        """Begin another count."""
        self.run_worker(self._new(), exclusive=True)

    async def _new(self) -> None:
        try:
            usual = await asyncio.to_thread(self._shop.counts.usual_name)
        except BooksError as error:
            self.say(words_of_error(error), "error")
            return
        self.app.push_screen(BeginPage(self._shop, usual), self._begun)

    def _begun(self, take: StockTake | None) -> None:
        if take is not None:
            self.app.push_screen(CountingPage(self._shop, take), self._came_back)

    def action_approve(self) -> None:
        """Compare the chosen count with the books."""
        take = self._list.chosen
        if take is None:
            return
        if take.state != "open":
            self.on_row_list_opened()
            return
        self.app.push_screen(ApprovalPage(self._shop, take), self._came_back)

    def action_void(self) -> None:
        """Ask whether to void the chosen count."""
        take = self._list.chosen
        if take is None or take.state != "open":
            return

        def act(name: str) -> None:
            self.run_worker(self._void(take, name), exclusive=True)

        def then(answer: str) -> None:
            if answer == "y":
                what = because("counts_page.void", name=take.name)
                self._shop.with_permission("goods", what, act)
            else:
                self.say(say("counts_page.not_voided"), "warning")

        self.ask(
            lambda name: say("counts_page.void", name=name),
            take.name,
            (AnswerKey("y", say("counts_page.voids")),),
            then,
        )

    async def _void(self, take: StockTake, by: str) -> None:
        try:
            await asyncio.to_thread(self._shop.counts.void, take.number, by)
        except BooksError as error:
            self.say(words_of_error(error), "error")
            return
        self._reload()
        self.say(say("counts_page.voided", name=take.name), "warning")

    def _came_back(self, sentence: str | None) -> None:
        self._reload()
        if sentence:
            self.say(sentence, "good")

    def _reload(self) -> None:
        try:
            takes = self._shop.counts.rows()
        except BooksError as error:
            self.say(words_of_error(error), "error")
            return
        self._list.show(Row(take, _cells(take), _style(take)) for take in takes)


class BeginPage(PageScreen["StockTake"]):
    """A new count as it is typed; closes with it once it has begun."""

    def __init__(self, shop: CountingShop, usual_name: str) -> None:
        super().__init__(shop.palette, say("counts_page.new_title"), say("counts_page.form_keys"))
        self._shop = shop
        self._usual_name = usual_name
        self._by_field = TextField(
            id="by", label=say("counts_page.by"), hint=say("counts_page.by_hint"), needed=True
        )
        self._name_field = TextField(
            id="name",
            label=say("counts_page.name"),
            hint=say("counts_page.name_hint"),
            empty=usual_name,
        )
        self._place_field = TextField(
            id="place", label=say("counts_page.place"), hint=say("counts_page.place_hint")
        )
        fields = (self._name_field, self._place_field, self._by_field)
        self.form = Form(fields, {"by": shop.who()}, shop.settings.currency)

    def body(self) -> Iterable[Widget]:
        """The form."""
        yield self.form

    def on_form_left(self) -> None:
        """Back to the list."""
        self.dismiss(None)

    def on_form_kept(self) -> None:
        """Begin it, beside the screen."""
        self.run_worker(self._begin(), exclusive=True)

    async def _begin(self) -> None:
        form = self.form
        name = form.value(self._name_field) or self._usual_name
        place, by = form.value(self._place_field) or "", form.value(self._by_field) or ""
        try:
            take = await asyncio.to_thread(self._shop.counts.begin, name, place, by)
        except BooksError as error:
            form.fault("name", words_of_error(error))
        else:
            self.dismiss(take)


def _cells(take: StockTake) -> tuple[str, ...]:
    return (
        _STATE_MARKS[take.state],
        str(take.number),
        take.name,
        take.place,
        str(take.products),
        say("counts_page.begun_by", by=take.begun_by, at=take.begun_at),
    )


def _style(take: StockTake) -> str:
    return "line" if take.state == "open" else "muted"
