"""The first frame: plain ANSI, drawn before anything large is imported; keys typed now are kept.

While it stands the terminal is in raw mode, so that a scan made during the start stays whole in the
terminal's queue, and the screen reads it when it is there. This module imports nothing large that
Python has not loaded by itself: each import here is time before a cashier sees anything.
"""

from __future__ import annotations

import gc
import os
import sys

from pos_tui.standard_streams import is_terminal
from pos_tui.terminal_marks import REPLACE_MARKS, drawable, marks_of
from pos_tui.windows_console import follows_escapes, stop_selecting_by_click

TYPE_CHECKING = False  # not from typing, for the same reason
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

DEMO_TILL = ("Corner Market", "01")
UNNAMED_TILL = ("pos_tui", "01")
_GLOBAL_OPTIONS = ("--settings", "--data", "--language")

_before: list[Any] | None = None
_shown = False


def show(arguments: Sequence[str]) -> None:
    """Show shop and till at once, if these arguments open the till and this is a terminal."""
    global _shown  # noqa: PLW0603 - there is one terminal
    opened = till_opened_by(arguments)
    if opened is None or not can_show_a_screen():
        return
    # Hardly anything made during the start is garbage; looking for it costs a tenth of the start.
    gc.disable()
    os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")
    _shown = True  # before it is written: a signal right after must find it
    _make_raw()
    stop_selecting_by_click()
    demo, settings, _ = opened
    shop, till = DEMO_TILL if demo else _glance(settings or _usual_settings())
    encoding = sys.stdout.encoding or "ascii"
    text = "".join(each for each in f" {shop} · till {till}" if each.isprintable())
    text = drawable(text, marks_of(encoding)).encode(encoding, REPLACE_MARKS).decode(encoding)
    sys.stdout.write(f"\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H{text}\r\n\r\n starting ...\r\n")
    sys.stdout.flush()


def can_show_a_screen() -> bool:
    """Whether a person sits before this terminal, and it follows escapes."""
    return is_terminal(sys.stdin) and is_terminal(sys.stdout) and follows_escapes()


def till_opened_by(arguments: Sequence[str]) -> tuple[bool, str, str] | None:
    """(demo, settings file, data folder) when the arguments are a plain start of the till."""
    rest = [part for argument in arguments for part in _halves(argument)]
    demo = rest[:1] == ["demo"]
    if demo:
        rest.pop(0)
    given = dict.fromkeys(_GLOBAL_OPTIONS, "")
    while rest:
        if len(rest) < 2 or rest[0] not in given:
            return None
        given[rest[0]] = rest[1]
        del rest[:2]
    return demo, given["--settings"], given["--data"]


def _halves(argument: str) -> list[str]:
    name, equals, value = argument.partition("=")
    return [name, value] if equals and name in _GLOBAL_OPTIONS else [argument]


def started() -> None:
    """The screen stands: what is loaded stays, and the collector need never look at it."""
    gc.freeze()
    gc.enable()


def hand_back() -> None:
    """Leave the terminal as it was found; what is printed after this is seen."""
    global _before, _shown  # noqa: PLW0603 - there is one terminal
    if sys.platform != "win32" and _before is not None:
        import termios

        try:
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, _before)
        except termios.error:
            _shown = False  # its window was closed, and nobody is there to see anything
        _before = None  # not before: a signal in between would find nothing to put right
    if _shown:
        _shown = False
        sys.stdout.write("\x1b[?1049l\x1b[?25h")
        sys.stdout.flush()


def keep_keys_away() -> None:
    """What a scanner types now goes nowhere, until a person presses Ctrl+C or Ctrl+Q."""
    if not sys.stdin.isatty():
        return
    _make_raw()
    if _before is None:
        return
    while True:
        typed = os.read(sys.stdin.fileno(), 1024)
        if not typed or b"\x03" in typed or b"\x11" in typed:
            break
    hand_back()


def _make_raw() -> None:
    global _before  # noqa: PLW0603 - there is one terminal
    if sys.platform != "win32":  # its console has no modes that a key could fall foul of
        import termios

        descriptor = sys.stdin.fileno()
        try:
            _before = termios.tcgetattr(descriptor)
            raw = termios.tcgetattr(descriptor)
        except termios.error:
            return
        _hand_back_at_a_signal()
        raw[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON)
        raw[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
        termios.tcsetattr(descriptor, termios.TCSANOW, raw)


def _hand_back_at_a_signal() -> None:
    """Until the till follows signals itself, one that ends it leaves the terminal as it was."""
    import signal

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name)
        if signal.getsignal(number) in {signal.SIG_DFL, signal.default_int_handler}:
            signal.signal(number, _end_by)


def _end_by(number: int, _frame: object) -> None:
    """End as the signal's default does, with the terminal handed back."""
    import signal

    signal.signal(number, signal.SIG_DFL)
    try:
        hand_back()
    finally:
        os.kill(os.getpid(), number)


def _usual_settings() -> str:
    """Where till.toml usually is, as far as that is known without asking the platform."""
    if sys.platform == "win32":
        place = os.environ.get("LOCALAPPDATA", "")
    else:
        place = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111
    return f"{place}/pos-tui/till.toml"


def _glance(settings: str) -> tuple[str, str]:
    """The shop's name and the till's number, from two plain lines of the settings.

    A look, not a reading: the settings are read, and their errors shown, once there is a screen.
    """
    shop, till = UNNAMED_TILL
    table = ""
    try:
        with open(settings, encoding="utf-8-sig", errors="replace") as file:  # noqa: PTH123
            for line in file:
                key, _, value = line.partition("=")
                key, value = key.strip(), value.strip().partition("#")[0].strip()
                if key.startswith("["):
                    table = key.strip("[]")
                elif value[:1] in {'"', "'"}:
                    if (table, key) == ("shop", "name"):
                        shop = value.strip("\"'")
                    elif (table, key) == ("till", "number"):
                        till = value.strip("\"'")
    except OSError:
        pass
    return shop, till
