"""`pos-tui scale`: what the scale says, and what is wrong with it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.wording.current import say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from pos_tui.devices.scales import ScaleReading
    from pos_tui.settings import ScaleSettings

OUT_OF_ORDER = 1
_PAUSE_S, _WITHOUT_ZERO_S = 0.2, 10.0


def _arguments(parser: argparse.ArgumentParser) -> None:
    seconds = say("cmd_scale.seconds")
    parser.add_argument(
        "--seconds", type=float, metavar=seconds, help=say("cmd_scale.seconds_help")
    )
    parser.add_argument("--json", action="store_true", help=say("cmd_scale.json_help"))


def _run(options: argparse.Namespace) -> int:
    from contextlib import closing

    import msgspec

    from pos_tui.devices.scales import make_scale
    from pos_tui.settings import load_till_settings

    settings = load_till_settings(options.settings).scale
    if settings.kind == "none":
        return complain(say("cmd_scale.none"))
    with closing(make_scale(settings)) as scale:
        if not options.json:
            return _watch(settings, scale.read, options.seconds)
        reading = scale.read()
        print(msgspec.json.encode(_described(settings, reading)).decode())
    return _exit_code(reading)


def _watch(settings: ScaleSettings, read: Callable[[], ScaleReading], seconds: float | None) -> int:
    """Say what the scale says whenever that is something else, until interrupted."""
    print(say("cmd_scale.at", kind=settings.kind, port=settings.port, line=_line(settings)))
    print(say("cmd_scale.how_to_end"), flush=True)
    began = time.monotonic()
    until = None if seconds is None else began + seconds
    before, needs_zero = "", True
    while True:
        reading = read()
        needs_zero = needs_zero and not reading.is_zero
        said = _sentence(reading)
        if said != before:
            print(said, flush=True)
            before = said
        now = time.monotonic()
        if needs_zero and reading.state == "stable" and now - began > _WITHOUT_ZERO_S:
            print(say("cmd_scale.never_zero"), flush=True)
            needs_zero = False
        if until is not None and now >= until:
            return _exit_code(reading)
        time.sleep(_PAUSE_S)


def _sentence(reading: ScaleReading) -> str:
    state = say(f"cmd_scale.state_{reading.state}")
    if reading.grams is not None:
        kind = "cmd_scale.net" if reading.is_net else "cmd_scale.gross"
        return say(kind, grams=f"{reading.grams:.1f}".removesuffix(".0"), state=state)
    if reading.why is None:
        return state
    return say("cmd_scale.trouble", state=state, why=reading.why)


def _described(settings: ScaleSettings, reading: ScaleReading) -> dict[str, str | bool | None]:
    """A reading for a program; `grams` is an exact number as text, None where there is none."""
    why = reading.why
    return {
        "kind": settings.kind,
        "port": settings.port,
        "line": _line(settings),
        "state": reading.state,
        "grams": None if reading.grams is None else f"{reading.grams.normalize():f}",
        "net": reading.is_net,
        "zero": reading.is_zero,
        "say": _sentence(reading),
        "reason": "" if why is None else why.kind,
    }


def _line(settings: ScaleSettings) -> str:
    baud, bits, parity, stop = settings.line
    return f"{baud} {bits}{parity}{stop}"


def _exit_code(reading: ScaleReading) -> int:
    return OUT_OF_ORDER if reading.state in {"no_answer", "bad_data"} else 0


SCALE = Subcommand("scale", "cmd_scale.help", "pos-tui scale --seconds 30", _arguments, _run)
