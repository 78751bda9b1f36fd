"""A menu of subjects: the shop's goods, or its money."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from textual.widget import Widget

from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say


class SubjectsMenu(PageScreen[None]):
    """Each subject's page opens above the menu; Esc goes back to it."""

    def __init__(
        self,
        palette: Palette,
        words: Callable[[str], str],
        pages: Mapping[str, Callable[[], None]],
    ) -> None:
        """`pages` opens each subject's page; `words` gives those of `title`, of each subject and
        of its `<subject>_hint`.
        """
        super().__init__(palette, words("title"), say("subjects_menu.keys"))
        self.pages = pages
        self._words = words
        columns = (Column(""), Column("", share=1))
        self._list: RowList[str] = RowList(palette, columns)

    def body(self) -> Iterable[Widget]:
        """The subjects."""
        yield self._list

    def on_mount(self) -> None:
        """Show the subjects."""
        words = self._words
        self._list.show(Row(each, (words(each), words(f"{each}_hint"))) for each in self.pages)

    def on_row_list_opened(self) -> None:
        """Open the chosen subject's page."""
        if self._list.chosen is not None:
            self.pages[self._list.chosen]()
