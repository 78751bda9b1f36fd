"""The drawer's page: how it stands with the shift, and what can be done with the drawer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal

from textual.widget import Widget

from pos_tui.money import format_amount
from pos_tui.reasons import Reason, ReasonError, because
from pos_tui.receipts.layout import lines_as_text
from pos_tui.tui.pages.report_text import ReportTextPage
from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.fields import words_of_error
from pos_tui.tui.parts.page import PageScreen, Tone
from pos_tui.tui.parts.permission import WithPermission
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say

if TYPE_CHECKING:
    from pos_tui.till.money.drawer import DrawerStatus, ShopDrawer
    from pos_tui.tui.pages.drawer_count import CountPurpose
    from pos_tui.tui.pages.drawer_moves import DrawerMove

DrawerSubject = Literal[
    "open", "float", "pay_in", "pay_out", "drop", "no_sale", "x_report", "hand_over", "close",
    "z_reports",
]  # fmt: skip


class DrawerScreen(PageScreen[None]):
    """The acts that make sense now; each opens a page of its own, and comes back here."""

    def __init__(
        self,
        palette: Palette,
        drawer: ShopDrawer,
        who: Callable[[], str],
        with_permission: WithPermission,
        may_see_expected: Callable[[], bool],
    ) -> None:
        """`who` is at the till; `may_see_expected` whether they may see what is expected in the
        drawer without having counted it.
        """
        super().__init__(palette, say("drawer_page.title"), say("drawer_page.keys"))
        self._drawer = drawer
        self._who = who
        self._with_permission = with_permission
        self._may_see_expected = may_see_expected
        self._status: DrawerStatus | None = None
        columns = (
            Column(say("drawer_page.act"), share=3),
            Column(say("drawer_page.what_it_does"), share=6),
        )
        self._list: RowList[DrawerSubject] = RowList(palette, columns)

    def body(self) -> Iterable[Widget]:
        """The acts."""
        yield self._list

    def on_mount(self) -> None:
        """Show how it stands."""
        self.load(self._reload(("", "info")))

    def came_back(self, said: tuple[str, Tone] | None) -> None:
        """An act is over: show how it stands now, and what was done."""
        self.load(self._reload(said or ("", "info")))

    async def _reload(self, said: tuple[str, Tone]) -> None:
        try:
            status = self._status = await asyncio.to_thread(self._drawer.status)
        except ReasonError as error:
            self.say(words_of_error(error), "error")
            return
        self._list.show(
            Row(each, (say(f"drawer_page.{each}"), say(f"drawer_page.{each}_hint")))
            for each in _acts_now(status)
        )
        self._list.query_one("OptionList").focus()
        how, tone = self._how_it_stands(status)
        self.say(f"{said[0]} {how}".strip(), said[1] if said[0] else tone)

    def _how_it_stands(self, status: DrawerStatus) -> tuple[str, Tone]:
        shift = status.shift
        if shift is None:
            left = format_amount(status.proposed, self._drawer.currency)
            return say("drawer_page.none_open", left=left), "info"
        values: dict[str, str | int] = {
            "number": shift.number,
            "day": shift.day.isoformat(),
            "at": f"{shift.opened_at:%H:%M}",
        }
        if not shift.opened_by and not status.has_float:
            return say("drawer_page.opened_itself", **values), "info"
        how = say("drawer_page.open_now", name=status.opened_by, **values)
        if status.wants_drop:
            return f"{how} {say('drawer_page.wants_drop')}", "warning"
        return how, "info"

    def on_row_list_opened(self) -> None:
        """Open the chosen act."""
        chosen, status = self._list.chosen, self._status
        if chosen is None or status is None:
            return
        if self._list.words:
            self._list.search("")  # the next act is chosen among all of them
        match chosen:
            case "z_reports":
                what = because("drawer_page.approve_z")
                self._with_permission("reports", what, lambda _name: self._show_zs())
            case "x_report":
                what = because("drawer_page.approve_x")
                self._with_permission("x_report", what, lambda _name: self._show_x())
            case "pay_in" | "pay_out" | "drop" | "no_sale":
                self._move(chosen)
            case _:
                self._count(chosen, status)

    def _move(self, kind: DrawerMove) -> None:
        from pos_tui.tui.pages.drawer_moves import DrawerMovePage

        page = DrawerMovePage(self.palette, self._drawer, kind, self._who, self._with_permission)
        self.app.push_screen(page, self.came_back)

    def _count(self, purpose: CountPurpose, status: DrawerStatus) -> None:
        from pos_tui.tui.pages.drawer_count import DrawerCountPage

        page = DrawerCountPage(
            self.palette, self._drawer, purpose, status, self._who, self._with_permission
        )
        self.app.push_screen(page, self.came_back)

    def _show_zs(self) -> None:
        from pos_tui.tui.pages.z_reports import ZReportsPage

        self.app.push_screen(ZReportsPage(self.palette, self._drawer, self._who))

    def _show_x(self) -> None:
        self.load(self._x())

    async def _x(self) -> None:
        drawer = self._drawer
        try:
            report, lines = await asyncio.to_thread(
                drawer.x_report, self._who(), with_expected=self._may_see_expected()
            )
        except ReasonError as error:
            self.say(words_of_error(error), "error")
            return
        title = say("drawer_page.x_report")
        text = lines_as_text(lines)

        def print_it() -> Reason | None:
            return drawer.print_x(report, lines, self._who())

        page = ReportTextPage(self.palette, title, text, print_it)
        self.app.push_screen(page)


def _acts_now(status: DrawerStatus) -> tuple[DrawerSubject, ...]:
    """What makes sense with the drawer as it stands."""
    moves: tuple[DrawerSubject, ...] = ("pay_in", "pay_out", "drop", "no_sale")
    shift = status.shift
    if shift is None:
        return ("open", "no_sale", "z_reports")
    begin: tuple[DrawerSubject, ...] = (
        ("float",) if not shift.opened_by and not status.has_float else ()
    )
    return (*begin, *moves, "x_report", "hand_over", "close", "z_reports")
