"""The reasons for a discount as a page, where they are too many for the scan line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual.widget import Widget

from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say


class ReasonsPage(PageScreen[None]):
    """Closes with the reason that was chosen; a scan is answered in words."""

    def __init__(
        self, palette: Palette, reasons: Sequence[str], chosen: Callable[[str], None]
    ) -> None:
        """`chosen` gets the place of the reason, counted from 1."""
        super().__init__(palette, say("parts.reasons"), say("parts.reasons_keys"))
        self._reasons = reasons
        self._chosen = chosen
        columns = (Column("", right=True), Column(say("parts.reason"), share=1))
        self._list: RowList[int] = RowList(palette, columns)

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield self._list

    def on_mount(self) -> None:
        """Show them, the first one chosen."""
        rows = enumerate(self._reasons, 1)
        self._list.show([Row(place, (str(place), reason)) for place, reason in rows], 0)
        self.set_focus(self._list.query_one("OptionList"))

    def on_row_list_opened(self) -> None:
        """Enter chooses."""
        place = self._list.chosen
        self.dismiss(None)
        if place is not None:
            self._chosen(str(place))
