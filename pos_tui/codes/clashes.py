"""Whether two formats of codes could be mistaken for each other, with an example that shows it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from pos_tui.codes.payment import PaymentFormat, platform_reason
from pos_tui.codes.restricted import USUAL_LENGTH
from pos_tui.codes.templates import Template
from pos_tui.reasons import Reason, because, plain

if TYPE_CHECKING:
    from interegular.fsm import FSM, State

_FIXED_RIVALS = (
    ("codes.bar_codes", r"(?:0[013-9]|1\d|[3-9]\d)\d{11}|[013-9]\d{11}|\d{8}|\d{14}"),
    ("codes.gs1_codes", r"01\d{14}[0-9A-Za-z]*"),
    ("codes.web_addresses", r"https?://[!-~]+"),
)


def find_clash(
    template: Template,
    others: Iterable[Template],
    formats: Sequence[PaymentFormat],
    layouts: Sequence[str] = (),
) -> Reason | None:
    """The first thing that a template could be mistaken for, or why that cannot be found out.

    A clash is of the kind "codes.clash" and has an `example` that both would accept.
    """
    mine = _machine(template.expression)
    if isinstance(mine, str):
        return because("codes.not_checkable", template=template.name, why=plain(mine))
    for other, expression in _rivals(template, others, formats, layouts):
        theirs = _machine(expression)
        if isinstance(theirs, str):
            why = plain(theirs)
            return because("codes.not_comparable", template=template.name, other=other, why=why)
        example = _shortest(mine & theirs)
        if example is not None:
            return because("codes.clash", template=template.name, other=other, example=example)
    return None


def _rivals(
    template: Template,
    others: Iterable[Template],
    formats: Iterable[PaymentFormat],
    layouts: Iterable[str],
) -> Iterator[tuple[Reason, str]]:
    """What a template could be mistaken for, each with the regular expression of its codes."""
    for each in formats:
        platform = platform_reason(each.platform)
        yield because("codes.platform_codes", platform=platform), each.pattern.pattern
    for kind, expression in _FIXED_RIVALS:
        yield because(kind), expression
    for layout in layouts:
        yield because("codes.label_codes", layout=layout), _label_of(layout)
    for other in others:
        if other.name != template.name:
            yield because("codes.template_codes", template=other.name), other.expression


def usable(
    templates: Sequence[Template],
    formats: Sequence[PaymentFormat],
    layouts: Sequence[str] = (),
) -> tuple[tuple[Template, ...], tuple[Reason, ...]]:
    """The templates that clash with nothing before them, and why each of the others does."""
    good: list[Template] = []
    clashes: list[Reason] = []
    for template in templates:
        clash = find_clash(template, good, formats, layouts)
        if clash is None:
            good.append(template)
        else:
            clashes.append(clash)
    return tuple(good), tuple(clashes)


def overlaps(formats: Sequence[PaymentFormat], layouts: Sequence[str]) -> Iterator[Reason]:
    """Where a payment code and an item's code can be the same digits, and which one it is then.

    Each has an `example` that is both.
    """
    for entry in formats:
        platform = platform_reason(entry.platform)
        for layout in layouts:
            example = _example_of_both(entry.pattern.pattern, _label_of(layout))
            if example is not None:
                yield because(
                    "codes.overlap_label", layout=layout, platform=platform, example=example
                )
            pair = _pair_of(layout)
            example = None if pair is None else _example_of_both(entry.pattern.pattern, pair)
            if example is not None:
                yield because(
                    "codes.overlap_two_labels", layout=layout, platform=platform, example=example
                )
        for kind, expression in _FIXED_RIVALS:
            example = _example_of_both(entry.pattern.pattern, expression)
            if example is not None:
                yield because(
                    "codes.overlap_item", other=because(kind), platform=platform, example=example
                )


def _example_of_both(one: str, other: str) -> str | None:
    """A text that two expressions accept; None where there is none, or it cannot be found out."""
    mine, theirs = _machine(one), _machine(other)
    return None if isinstance(mine, str) or isinstance(theirs, str) else _shortest(mine & theirs)


def _label_of(layout: str) -> str:
    """What the labels of a layout look like: its prefix, and digits."""
    digits = layout.replace(".", "")
    prefix = digits.rstrip("IPWNVXC")
    return f"{prefix}\\d{{{len(digits) - len(prefix)}}}"


def _pair_of(layout: str) -> str | None:
    """What two labels without their leading zero look like when they run together."""
    label = _label_of(layout)
    is_short = len(layout.replace(".", "")) == USUAL_LENGTH and label.startswith("0")
    return 2 * label[1:] if is_short else None


@cache
def _machine(expression: str) -> FSM | str:
    """The automaton of an expression, or why it cannot be made."""
    from interegular import parse_pattern
    from interegular.patterns import InvalidSyntax, Unsupported

    try:
        return parse_pattern(expression).to_fsm()
    except (InvalidSyntax, Unsupported, ValueError, NotImplementedError) as error:
        return str(error)


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
            symbols.sort()
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
