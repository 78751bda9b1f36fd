"""The commands of the till's screen, in one table: the keys, the key bar and the help come from it.

A command's keys stand in `wording.keymap`, its words in `wording.tables.command`, both by its id.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from pos_tui.tui.cashier import Cashier
from pos_tui.tui.entry import ScanEntry
from pos_tui.tui.page_opener import PageOpener
from pos_tui.tui.panes.settlement import SettlementPane


class Controls(NamedTuple):
    """What commands act on; `next_language` and `leave` are the program's."""

    entry: ScanEntry
    lines: SettlementPane
    cashier: Cashier
    pages: PageOpener
    next_language: Callable[[], None]
    leave: Callable[[], None]


class Command(NamedTuple):
    """One command: what it does, and whether it stands in the key bar: always, or given room."""

    id: str
    run: Callable[[Controls], object]
    in_bar: Literal["always", "given_room", ""] = ""


COMMANDS = (
    Command("help", lambda till: till.pages.help(), "always"),
    Command("quantity", lambda till: till.cashier.quantity(), "always"),
    Command("find", lambda till: till.pages.find(), "always"),
    Command("discount", lambda till: till.cashier.discount(), "always"),
    Command("price", lambda till: till.cashier.price(), "given_room"),
    Command("member", lambda till: till.cashier.member(), "given_room"),
    Command("hold", lambda till: till.cashier.hold(), "always"),
    Command("recall", lambda till: till.pages.recall(), "always"),
    Command("why", lambda till: till.pages.why(), "given_room"),
    Command("receipt", lambda till: till.cashier.receipt(), "given_room"),
    Command("void", lambda till: till.cashier.void(), "always"),
    Command("pay", lambda till: till.cashier.pay(), "always"),
    Command("remove", lambda till: till.cashier.remove()),
    Command("undo", lambda till: till.cashier.undo()),
    Command("up", lambda till: till.lines.move(-1)),
    Command("down", lambda till: till.lines.move(1)),
    Command("page_up", lambda till: till.lines.move(-till.lines.page())),
    Command("page_down", lambda till: till.lines.move(till.lines.page())),
    Command("back", lambda till: till.entry.back()),
    Command("offers", lambda till: till.cashier.with_offers(till.pages.offers)),
    Command("clock", lambda till: till.cashier.clock()),
    Command("language", lambda till: till.next_language()),
    Command("quit", lambda till: till.leave()),
)
COMMAND_OF_ID = {command.id: command for command in COMMANDS}


def key_bar() -> tuple[tuple[str, bool], ...]:
    """The ids that stand in the key bar, in its order, and whether each always has room."""
    return tuple((each.id, each.in_bar == "always") for each in COMMANDS if each.in_bar)
