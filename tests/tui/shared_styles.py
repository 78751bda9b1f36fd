"""Style sheets that are read once: each app of a test would read the same ones anew."""

from __future__ import annotations

from typing import Any

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_read: dict[tuple[object, ...], list[RuleSet]] = {}
_parse_rules = Stylesheet._parse_rules


def parse_rules(sheet: Stylesheet, *source: Any, **options: Any) -> list[RuleSet]:
    """What Textual made of the same source with the same colours before; rules never change."""
    colours = tuple(sorted(sheet._variables.items()))
    key = (source, tuple(sorted(options.items())), colours)
    if key not in _read:
        _read[key] = _parse_rules(sheet, *source, **options)
    return _read[key]
