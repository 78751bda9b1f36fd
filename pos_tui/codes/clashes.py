"""Whether two formats of codes could be mistaken for each other, with an example that shows it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from pos_tui.codes.payment import PaymentFormat, platform_name
from pos_tui.codes.templates import Template

if TYPE_CHECKING:
    from interegular.fsm import FSM, State

_FIXED_RIVALS = (
    ("a maker's bar code", r"(?:0[013-9]|1\d|[3-9]\d)\d{11}|[013-9]\d{11}|\d{8}|\d{14}"),
    ("a GS1 code", r"01\d{14}[0-9A-Za-z]*"),
    ("a web address", r"https?://[!-~]+"),
)


class Clash(NamedTuple):
    """A template, what it could be mistaken for, and a code that both would take."""

    template: str
    other: str
    example: str

    def __str__(self) -> str:
        """The clash as a sentence."""
        return (
            f"Template “{self.template}” would also take {self.other}: “{self.example}” fits both."
            " Make it stricter, with a letter or a sign that only its codes have."
        )


def find_clash(
    template: Template,
    others: Iterable[Template],
    formats: Sequence[PaymentFormat],
    layouts: Sequence[str] = (),
) -> Clash | str | None:
    """The first thing that a template could be mistaken for; a sentence if that cannot be told."""
    mine = _machine(template.expression)
    if isinstance(mine, str):
        return f"Template “{template.name}”: {mine}"
    rivals = [
        *((f"{platform_name(f.platform)}'s payment codes", f.pattern.pattern) for f in formats),
        *_FIXED_RIVALS,
        *((f"labels of {layout}", _label_of(layout)) for layout in layouts),
        *((f"codes of “{o.name}”", o.expression) for o in others if o.name != template.name),
    ]
    for name, expression in rivals:
        theirs = _machine(expression)
        if isinstance(theirs, str):
            return f"Template “{template.name}” cannot be compared with {name}: {theirs}"
        example = _shortest(mine & theirs)
        if example is not None:
            return Clash(template.name, name, example)
    return None


def usable(
    templates: Sequence[Template],
    formats: Sequence[PaymentFormat],
    layouts: Sequence[str] = (),
) -> tuple[tuple[Template, ...], tuple[str, ...]]:
    """The templates that clash with nothing before them, and a sentence for each of the others."""
    good: list[Template] = []
    troubles: list[str] = []
    for template in templates:
        clash = find_clash(template, good, formats, layouts)
        if clash is None:
            good.append(template)
        else:
            troubles.append(str(clash))
    return tuple(good), tuple(troubles)


def _label_of(layout: str) -> str:
    """What the labels of a layout look like: its prefix, and digits."""
    prefix = layout.rstrip("IPWNVC")
    return f"{prefix}\\d{{{13 - len(prefix)}}}"


@cache
def _machine(expression: str) -> FSM | str:
    from interegular import parse_pattern
    from interegular.patterns import InvalidSyntax, Unsupported

    try:
        return parse_pattern(expression).to_fsm()
    except (InvalidSyntax, Unsupported, ValueError, NotImplementedError) as error:
        return f"its pattern is too clever to be checked ({error}). Write it without that."


def _shortest(machine: FSM) -> str | None:
    """The shortest text that a machine accepts; None when it accepts none."""
    from interegular.fsm import anything_else

    came: dict[State, tuple[State, str]] = {machine.initial: (machine.initial, "")}
    waiting: deque[State] = deque([machine.initial])
    while waiting:
        state = waiting.popleft()
        if state in machine.finals:
            return _path(came, state, machine.initial)
        for transition, following in machine.map.get(state, {}).items():
            if following in came:
                continue
            symbols = [s for s in machine.alphabet.by_transition[transition] if s != anything_else]
            symbol = next((s for s in symbols if s.isalnum()), symbols[0] if symbols else "§")
            came[following] = (state, symbol)
            waiting.append(following)
    return None


def _path(came: dict[State, tuple[State, str]], state: State, initial: State) -> str:
    text = ""
    while state != initial:
        state, symbol = came[state]
        text = symbol + text
    return text
