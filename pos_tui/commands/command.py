"""What a command is: a name, a kind of sentence, an example, its arguments, and what it runs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import argparse


WRONG_INPUT = 2


def complain(sentence: str, code: int = WRONG_INPUT) -> int:
    """Say what is wrong on stderr; returns the exit code, wrong input's where none is given."""
    from pos_tui.tui import first_frame

    first_frame.hand_back()
    print(f"pos-tui: {sentence}", file=sys.stderr)
    return code


class Command(NamedTuple):
    """One subcommand of `pos-tui`: `help` is a kind of sentence, `run` returns the exit code."""

    name: str
    help: str
    example: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
