"""Which key runs which command, and what a key is called."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DEFAULT_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "help": ("f1", "question_mark", "alt+h"),
        "quantity": ("f2", "alt+q"),
        "find": ("f3", "alt+f"),
        "discount": ("f4", "alt+c"),
        "money": ("f5", "alt+y"),
        "price": ("f6", "slash", "alt+p"),
        "member": ("f7", "alt+m"),
        "hold": ("f8", "alt+o"),
        "recall": ("f9", "alt+l"),
        "why": ("f10", "alt+w"),
        "receipt": ("f11", "alt+r"),
        "void": ("f12", "alt+v"),
        "pay": ("plus",),
        "remove": ("delete", "alt+d"),
        "undo": ("ctrl+z",),
        "up": ("up",),
        "down": ("down",),
        "page_up": ("pageup",),
        "page_down": ("pagedown",),
        "first_line": ("home",),
        "last_line": ("end",),
        "back": ("escape",),
        "offers": ("ctrl+o",),
        "goods": ("ctrl+g",),
        "add_product": ("ctrl+n", "insert"),
        "sign_on": ("ctrl+u",),
        "clock": ("ctrl+t",),
        "language": ("ctrl+l",),
        "quit": ("ctrl+q", "alt+x"),
    }
)
"""Command id → the keys that run it, as Textual names them; the first one is shown."""

FIXED_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "confirm": "enter",
        "next": "space",
        "keep": "f2",
        "change": "f4",
        "new": "ctrl+n",
        "minimum": "f6",
    }
)
"""Keys that words speak of and nobody can rebind."""

_NAMES = {
    "question_mark": "?", "slash": "/", "plus": "+", "minus": "-", "equals_sign": "=",
    "delete": "Del", "insert": "Ins", "pageup": "PgUp", "pagedown": "PgDn", "home": "Home",
    "end": "End", "escape": "Esc", "enter": "Enter", "tab": "Tab", "space": "Space",
    "backspace": "Backspace", "up": "↑", "down": "↓", "left": "←", "right": "→",
}  # fmt: skip


def command_of_key(changes: Mapping[str, str]) -> dict[str, str]:
    """Key name → command id; `changes` gives commands other keys ("f2" or "f2,ctrl+n").

    A key that is given to a command is taken from whichever had it. Raises LookupError for a
    command that there is not.
    """
    table = {
        key: command
        for command, keys in DEFAULT_KEYS.items()
        if command not in changes
        for key in keys
    }
    for command, keys in changes.items():
        if command not in DEFAULT_KEYS:
            raise LookupError(command)
        table.update(dict.fromkeys(keys.replace(" ", "").split(","), command))
    return table


def key_labels(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """Command id → what its first key is called: {"void": "F12", "offers": "^O", …}.

    A command that has lost all its keys to others has "" here.
    """
    labels = dict.fromkeys(DEFAULT_KEYS, "")
    for key, command in command_of_key(changes or {}).items():
        labels[command] = labels[command] or label_of(key)
    return labels | {name: label_of(key) for name, key in FIXED_KEYS.items()}


def label_of(key: str) -> str:
    """What people call a key: "f12" → "F12", "ctrl+o" → "^O", "alt+x" → "Alt+X"."""
    held, _, last = key.rpartition("+")
    name = _NAMES.get(last) or (last.upper() if len(last) == 1 else last.capitalize())
    if held == "ctrl":
        return f"^{name}"
    return f"{held.title()}+{name}" if held else name
