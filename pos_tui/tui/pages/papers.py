"""F5, Paper: what is not on paper, why, and what is done about it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from pos_tui.reasons import ReasonError, because
from pos_tui.till.paper.open_papers import OpenPapers, PaperRow
from pos_tui.till.paper.print_queue import not_on_paper
from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.fields import words_of_error
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.permission import WithPermission
from pos_tui.tui.parts.question import AnswerKey
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import in_words, say

_LOOK_AGAIN_S = 2.0


class PapersPage(PageScreen[None]):
    """Enter prints the chosen paper now; Del gives it up. The list follows the printer."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("delete,alt+d", "give_up", id="remove")]

    def __init__(
        self, palette: Palette, papers: OpenPapers, with_permission: WithPermission
    ) -> None:
        super().__init__(palette, say("papers_page.title"), say("papers_page.keys"))
        self._papers = papers
        self._with_permission = with_permission
        columns = (
            Column(say("papers_page.what"), share=1),
            Column(say("papers_page.state")),
            Column(say("papers_page.since")),
        )
        empty = say("papers_page.empty")
        self._list: RowList[PaperRow] = RowList(palette, columns, empty=empty, letters=False)
        self._how = Static(classes="foot", markup=False)
        self._shown: list[PaperRow] = []

    def body(self) -> Iterable[Widget]:
        """The papers, and how it stands with the printer."""
        yield self._list
        yield self._how

    def on_mount(self) -> None:
        """Show them, again and again: the printer goes on meanwhile."""
        self.run_worker(self._reload(), exclusive=True, group="list")
        self.set_interval(_LOOK_AGAIN_S, self._look_again)

    def _look_again(self) -> None:
        self.run_worker(self._reload(), exclusive=True, group="list")

    async def _reload(self) -> None:
        try:
            rows = await asyncio.to_thread(self._papers.rows)
        except ReasonError as error:
            self.say(words_of_error(error), "error")
            return
        trouble = self._papers.trouble()
        offered = sum(each.is_offered for each in rows)
        waiting = len(rows) - offered
        words = [] if trouble is None else [in_words(trouble)]
        words += [say("papers_page.prints", count=waiting)] if waiting else []
        words += [say("papers_page.offers", count=offered)] if offered else []
        self._how.update(" ".join(words))
        self._how.display = bool(words)
        if rows != self._shown:
            chosen = self._list.chosen
            numbers = [each.number for each in rows]
            place = numbers.index(chosen.number) if chosen and chosen.number in numbers else None
            self._shown = rows
            styles = {True: "warning", False: "line"}
            shown = (Row(each, _cells(each), styles[each.is_offered]) for each in rows)
            self._list.show(shown, place)

    def on_row_list_opened(self) -> None:
        """Print the chosen one now."""
        chosen = self._list.chosen
        if chosen is not None:
            self._allowed(chosen, lambda: self._act(lambda: self._print(chosen)))

    def action_give_up(self) -> None:
        """Ask whether the chosen one is not printed any more."""
        chosen = self._list.chosen
        if chosen is None:
            return

        def then(answer: str) -> None:
            if answer == "y":
                self._act(lambda: self._give_up(chosen))

        self.ask(
            lambda paper: say("papers_page.give_up", paper=paper),
            _name(chosen),
            (AnswerKey("y", say("papers_page.gives_up")),),
            then,
        )

    def _allowed(self, paper: PaperRow, then: Callable[[], None]) -> None:
        """A second slip of a voucher is a second voucher for whoever has it."""
        if paper.kind != "voucher_slip" or paper.state != "unsure":
            then()
            return
        what = because("papers_page.prints_slip")
        self._with_permission("refund_other_way", what, lambda _: then(), 0)

    def _act(self, act: Callable[[], None]) -> None:
        async def run() -> None:
            try:
                await asyncio.to_thread(act)
            except ReasonError as error:
                self.app.call_later(self.say, words_of_error(error), "error")
            await self._reload()

        self.run_worker(run(), exclusive=True, group="act")

    def _print(self, paper: PaperRow) -> None:
        outcome = self._papers.print_now(paper.number)
        if outcome.is_printed:
            words = say("papers_page.printed", paper=_name(paper))
            self.app.call_from_thread(self.say, words, "good")
        else:
            self.app.call_from_thread(self.say, not_on_paper(outcome), "warning")

    def _give_up(self, paper: PaperRow) -> None:
        self._papers.give_up(paper.number)
        self.app.call_from_thread(self.say, say("papers_page.given_up", paper=_name(paper)), "info")


def _name(paper: PaperRow) -> str:
    name = in_words(paper.name)
    return say("papers_page.copy_of", paper=name, number=paper.copy) if paper.copy else name


def _cells(paper: PaperRow) -> tuple[str, ...]:
    state = say(f"papers_page.{paper.state}")
    return _name(paper), state, say("papers_page.at", at=paper.wanted_at)
