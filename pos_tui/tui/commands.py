"""The commands of the till's screen, in one table: the keys and the help come from it.

A command's keys stand in `wording.keymap`, its words in `wording.tables.command`, both by its id.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pos_tui.reasons import because
from pos_tui.tui.cashier import Cashier
from pos_tui.tui.entry import ScanEntry
from pos_tui.tui.page_opener import PageOpener
from pos_tui.tui.panes.settlement import SettlementPane
from pos_tui.tui.signing_on import SigningOn


class Controls(NamedTuple):
    """What commands act on; `next_language` and `leave` are the program's."""

    entry: ScanEntry
    lines: SettlementPane
    cashier: Cashier
    pages: PageOpener
    signing: SigningOn
    next_language: Callable[[], None]
    leave: Callable[[], None]


class Command(NamedTuple):
    """One command and what it does."""

    id: str
    run: Callable[[Controls], object]


COMMANDS = (
    Command("help", lambda till: till.pages.help()),
    Command("quantity", lambda till: till.cashier.quantity()),
    Command("find", lambda till: till.pages.find()),
    Command("discount", lambda till: till.cashier.discount()),
    Command("money", lambda till: till.pages.money()),
    Command("price", lambda till: till.cashier.price()),
    Command("member", lambda till: till.cashier.member()),
    Command("hold", lambda till: till.cashier.hold()),
    Command("recall", lambda till: till.pages.recall()),
    Command("why", lambda till: till.pages.why()),
    Command("receipt", lambda till: till.cashier.receipt()),
    Command("void", lambda till: till.cashier.void()),
    Command("pay", lambda till: till.cashier.pay()),
    Command("remove", lambda till: till.cashier.remove()),
    Command("undo", lambda till: till.cashier.undo()),
    Command("up", lambda till: till.lines.move(-1)),
    Command("down", lambda till: till.lines.move(1)),
    Command("page_up", lambda till: till.lines.move(-till.lines.page())),
    Command("page_down", lambda till: till.lines.move(till.lines.page())),
    Command("first_line", lambda till: till.lines.move_to_end(first=True)),
    Command("last_line", lambda till: till.lines.move_to_end(first=False)),
    Command("back", lambda till: till.entry.back()),
    Command(
        "offers",
        lambda till: till.cashier.with_permission(
            "offers", because("permission.open_offers"), till.pages.offers
        ),
    ),
    Command(
        "goods",
        lambda till: till.cashier.with_permission(
            "goods", because("permission.open_goods"), till.pages.goods
        ),
    ),
    Command("add_product", lambda till: till.cashier.add_product(till.pages.add_product)),
    Command("sign_on", lambda till: till.signing.ask()),
    Command("clock", lambda till: till.cashier.clock()),
    Command("language", lambda till: till.next_language()),
    Command("quit", lambda till: till.leave()),
)
COMMAND_OF_ID = {command.id: command for command in COMMANDS}
