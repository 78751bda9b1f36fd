"""The key bar: the keys that matter now, and what they do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from pos_tui.text_width import width_of
from pos_tui.tui.panes.pane import Spans
from pos_tui.wording.language import Wording

BarState = Literal["selling", "pending", "part", "cash", "paid", "question", "closed"]


class BarKey(NamedTuple):
    """A key of the bar: whose key it is, its word, and how much it matters (0: most)."""

    key: str
    word: str
    rank: int


BARS: dict[BarState, Sequence[BarKey]] = {
    "selling": (
        BarKey("help", "help", 2),
        BarKey("quantity", "quantity", 6),
        BarKey("find", "find", 3),
        BarKey("discount", "discount", 7),
        BarKey("price", "price", 9),
        BarKey("member", "member", 8),
        BarKey("hold", "hold", 4),
        BarKey("recall", "recall", 5),
        BarKey("why", "why", 10),
        BarKey("receipt", "receipt", 11),
        BarKey("void", "void", 1),
        BarKey("pay", "pay", 0),
    ),
    "pending": (
        BarKey("confirm", "ask_now", 2),
        BarKey("void", "give_up", 0),
        BarKey("hold", "serve_next", 1),
        BarKey("help", "help", 3),
    ),
    "part": (
        BarKey("hold", "serve_next", 2),
        BarKey("recall", "recall", 4),
        BarKey("void", "give_back", 1),
        BarKey("pay", "pay_rest", 0),
        BarKey("help", "help", 3),
    ),
    "cash": (
        BarKey("confirm", "exact", 0),
        BarKey("pay", "next_note", 1),
        BarKey("back", "back", 2),
    ),
    "paid": (
        BarKey("receipt", "receipt_again", 0),
        BarKey("find", "find", 2),
        BarKey("recall", "recall", 3),
        BarKey("help", "help", 1),
    ),
    "closed": (BarKey("confirm", "sign_on", 0), BarKey("help", "help", 1)),
    "question": (BarKey("confirm", "answer", 0), BarKey("back", "back", 1)),
}


@lru_cache(maxsize=16)
def key_bar(wording: Wording, state: BarState, width: int) -> Spans:
    """The bar of a state: what matters most has room first; the order is always the same."""
    words = {
        each: (f" {wording.key(each.key)} ", f"{wording(f'command.bar_{each.word}')} ")
        for each in BARS[state]
        if wording.key(each.key)
    }
    shown, room = set[BarKey](), width
    for each in sorted(words, key=lambda each: each.rank):
        needed = sum(map(width_of, words[each]))
        if needed <= room:
            shown.add(each)
            room -= needed
    spans: list[tuple[str, str]] = []
    for each, (key, word) in words.items():
        if each in shown:
            spans += [(key, "key"), (word, "keys")]
    return [*spans, (" " * room, "keys")]
