"""Which key runs which command; every F-key has a twin for terminals that keep F-keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class KeyCommand(NamedTuple):
    """A command of the screen: its keys, its word in the key bar, its line in the help."""

    id: str
    keys: tuple[str, ...]
    shown: str
    bar: str
    help: str


KEY_COMMANDS = (
    KeyCommand("help", ("f1", "question_mark", "alt+h"), "F1", "Help", "this page"),
    KeyCommand("quantity", ("f2", "alt+q"), "F2", "Qty", "quantity of the selected line"),
    KeyCommand("find", ("f3", "alt+f"), "F3", "Find", "find an item by name, initials or code"),
    KeyCommand("discount", ("f4", "alt+c"), "F4", "Discount", "on the line; again: on all"),
    KeyCommand("price", ("f6", "slash", "alt+p"), "F6", "Price", "look at a price, sell nothing"),
    KeyCommand("member", ("f7", "alt+m"), "F7", "Member", "who the customer is: card or number"),
    KeyCommand("hold", ("f8", "alt+o"), "F8", "Hold", "put the sale aside, begin the next one"),
    KeyCommand("recall", ("f9", "alt+l"), "F9", "Recall", "take up a sale that was put aside"),
    KeyCommand("why", ("f10", "alt+w"), "F10", "Why", "why the selected line costs what it does"),
    KeyCommand("receipt", ("f11", "alt+r"), "F11", "Receipt", "print the last receipt again"),
    KeyCommand("void", ("f12", "alt+v"), "F12", "Void", "void the sale, or give its payment up"),
    KeyCommand("pay", ("plus",), "+", "Pay", "take payment: cash is typed, a wallet scanned"),
    KeyCommand("remove", ("delete", "alt+d"), "Del", "", "take the selected line off the list"),
    KeyCommand("up", ("up",), "↑", "", "select the line above"),
    KeyCommand("down", ("down",), "↓", "", "select the line below"),
    KeyCommand("page_up", ("pageup",), "PgUp", "", "a page up"),
    KeyCommand("page_down", ("pagedown",), "PgDn", "", "a page down"),
    KeyCommand("back", ("escape",), "Esc", "", "back; never cancels a sale"),
    KeyCommand("offers", ("ctrl+o",), "^O", "", "the shop's offers: look, make, take back"),
    KeyCommand("clock", ("ctrl+t",), "^T", "", "this machine's clock is right after all"),
    KeyCommand("quit", ("ctrl+q", "alt+x"), "^Q", "", "leave; an open sale is kept for next time"),
)
_RARE = frozenset(("price", "member", "why", "receipt"))
KEY_BAR = sorted(KEY_COMMANDS, key=lambda command: command.id in _RARE)
"""The commands in the order in which they get room in the key bar."""


def command_of_key(changes: Mapping[str, str]) -> dict[str, str]:
    """Key name → command id; `changes` gives commands other keys ("f2" or "f2,ctrl+n").

    A key that is given to a command is taken from whichever had it. Raises LookupError for a
    command that there is not.
    """
    table = {
        key: command.id
        for command in KEY_COMMANDS
        if command.id not in changes
        for key in command.keys
    }
    for name, keys in changes.items():
        if all(command.id != name for command in KEY_COMMANDS):
            raise LookupError(name)
        table.update(dict.fromkeys(keys.replace(" ", "").split(","), name))
    return table
