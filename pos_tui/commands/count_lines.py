"""Counting line by line, on a plain terminal or a pipe: a scan, a quantity, an answer a line.

Each line is on disk before it is answered, so that whatever ends the program loses nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from pos_tui.commands.end_requests import AskedToEnd, end_requests
from pos_tui.standard_streams import is_terminal
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    from pos_tui.books.counts.stock_takes import StockTake
    from pos_tui.till.goods.counting import CountAnswer, CountChoice, Counting
    from pos_tui.till.goods.counts import ShopCounts

SOME_REFUSED = 1
_DONE = frozenset(("done", "end", "exit", "quit", "完成"))
_UNDO = frozenset(("undo", "-", "撤销"))
_LIST = frozenset(("list", "清单"))
_HELP = frozenset(("help", "?", "？"))
_CHOICES: dict[str, CountChoice] = {
    "a": "add", "add": "add", "+": "add", "加": "add",
    "r": "replace", "replace": "replace", "替换": "replace",
    "k": "keep", "keep": "keep", "保留": "keep",
}  # fmt: skip


def count_line_by_line(
    shop: ShopCounts,
    take: StockTake,
    is_new: bool,
    by: str,
    again: CountChoice | None,
    as_json: bool,
) -> int:
    """Count what stands in the lines of standard input until its end, `done` or Ctrl+C.

    Returns 1 where something on a pipe was refused. `again` answers what is asked about goods that
    were counted already.
    """
    at_terminal = sys.stdin.isatty()
    session = _Lines(shop, shop.counting(take.number, by), again, as_json)
    if not as_json:
        kind = "cmd_count.begun" if is_new else "cmd_count.goes_on"
        print(say(kind, number=take.number, name=take.name))
        if at_terminal:
            print(say("cmd_count.how"))
    sys.stdout.flush()
    try:
        with end_requests() as requests:
            shows_prompt = at_terminal and is_terminal(sys.stdout)
            while True:
                if shows_prompt:
                    print(session.prompt, end="", flush=True)
                line = sys.stdin.readline()
                if not line or line.strip().lower() in _DONE:
                    break
                # A request to end waits until what was entered is on disk, and answered.
                with requests.lead_to(bool):
                    session.enter(line)
                if requests.came:
                    break
    except AskedToEnd:
        if not as_json:
            print()
    if not as_json:
        count = len(shop.counted(take.number))
        print(say("cmd_count.ended", number=take.number, name=take.name, count=count))
    return SOME_REFUSED if session.refused and not at_terminal else 0


class _Lines:
    """What the lines mean, and what is printed about each."""

    def __init__(
        self, shop: ShopCounts, counting: Counting, again: CountChoice | None, as_json: bool
    ) -> None:
        self._shop = shop
        self._counting = counting
        self._again = again
        self._as_json = as_json
        self.refused = 0

    @property
    def prompt(self) -> str:
        if self._counting.asks:
            return f"  {say('cmd_count.choices')} "
        return "▸ "

    def enter(self, line: str) -> None:
        """One line; what became of it is printed once it is on disk."""
        text = line.strip("\r\n").strip()
        word = text.lower()
        if not text:
            return
        counting = self._counting
        if word in _HELP and not self._as_json:
            print(say("cmd_count.how"))
        elif word in _LIST and not counting.asks:
            self._list()
        elif counting.asks and word in _CHOICES:
            choice = _CHOICES[word]
            self._try(lambda: counting.answer(choice))
        elif word in _UNDO and not counting.asks:
            self._try(counting.take_back)
        else:
            self._try(lambda: self._count(text))
        sys.stdout.flush()

    def _count(self, text: str) -> CountAnswer:
        answer = self._counting.enter(text)
        if answer.what == "asks" and self._again is not None:
            return self._counting.answer(self._again)
        return answer

    def _try(self, act: Callable[[], CountAnswer]) -> None:
        from pos_tui.books import BooksError
        from pos_tui.reasons import because
        from pos_tui.till.goods.counting import CountAnswer

        try:
            answer = act()
        except BooksError as error:
            why = because("cmd_count.not_written", why=error.reason)
            answer = CountAnswer("refused", why)
        self.refused += answer.what == "refused"
        self._print(answer.what, in_words(answer.why))

    def _print(self, what: str, words: str) -> None:
        if self._as_json:
            import msgspec

            print(msgspec.json.encode({"what": what, "text": words}).decode())
        else:
            mark = {"counted": "✓", "refused": "✗", "asks": "?"}.get(what, " ")
            print(f"{mark} {words}")

    def _list(self) -> None:
        from pos_tui.till.goods.counting import named_lot, quantity_text

        for product, each in self._shop.counted_goods(self._counting.number):
            name, unit = product
            words = in_words(named_lot(name, each.lot, each.expires_on))
            self._print("noted", f"{words}: {quantity_text(each.quantity, unit)}")
