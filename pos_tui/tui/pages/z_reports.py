"""Z reports: the latest of them, and each as it was printed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget

from pos_tui.reasons import Reason, ReasonError
from pos_tui.text_width import wrap
from pos_tui.tui.pages.report_text import ReportTextPage
from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.fields import words_of_error
from pos_tui.tui.parts.page import PageScreen, Tone
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    from pos_tui.till.money.drawer import ShopDrawer

_WIDTH = 54  # a page's, on the narrowest terminal


class ZReportsPage(PageScreen[None]):
    """The latest Z reports; Enter opens one as it was printed."""

    def __init__(self, palette: Palette, drawer: ShopDrawer, who: Callable[[], str]) -> None:
        super().__init__(palette, say("drawer_page.z_title"), say("drawer_page.keys"))
        self._drawer = drawer
        self._who = who
        columns = (
            Column(say("drawer_page.z_number"), right=True),
            Column(say("drawer_page.z_at"), share=1),
        )
        self._list: RowList[int] = RowList(palette, columns, empty=say("drawer_page.z_empty"))

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield self._list

    def on_mount(self) -> None:
        """Show them."""
        self.load(self._load())

    async def _load(self) -> None:
        try:
            found = await asyncio.to_thread(self._drawer.z_numbers)
        except ReasonError as error:
            self.say(words_of_error(error), "error")
            return
        self._list.show(
            (Row(number, (str(number), at[:16].replace("T", " "))) for number, at in found), 0
        )

    def on_row_list_opened(self) -> None:
        """Show the chosen one."""
        if self._list.chosen is not None:
            self.load(self._show(self._list.chosen))

    async def _show(self, number: int) -> None:
        try:
            page = await asyncio.to_thread(
                z_page, self.palette, self._drawer, number, self._who, None
            )
        except ReasonError as error:
            self.say(words_of_error(error), "error")
            return
        self.app.push_screen(page)


def z_page(
    palette: Palette,
    drawer: ShopDrawer,
    number: int,
    who: Callable[[], str],
    not_printed: Reason | None,
) -> ReportTextPage:
    """A Z report to read, with the QR code of its code below where it can be drawn.

    `not_printed` is why it has just not been printed. Raises ReasonError.
    """
    z = drawer.z_report(number)
    text = z.text.decode()
    if z.report.drawer.difference:
        words = [line for why in drawer.explain(number) for line in wrap(in_words(why), _WIDTH)]
        text = "\n".join((*words, "", text))
    rows = drawer.symbol_rows(number, on_dark=palette.dark)
    if rows:
        text += "\n" + "\n".join(f"  {row}" for row in rows)
    said: tuple[str, Tone] = ("", "info")
    if not_printed is not None:
        said = say("drawer_page.not_printed", why=in_words(not_printed)), "warning"
    title = say("drawer_page.z_report", number=number)
    return ReportTextPage(palette, title, text, lambda: drawer.print_again(number, who()), said)
