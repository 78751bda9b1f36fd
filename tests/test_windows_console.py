"""A classic Windows console: escapes are switched on before the first, and off after the last."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

from pos_tui import __main__, windows_console
from pos_tui.tui import first_frame

PLAIN, FOLLOWS = 0x3, 0x7
INPUT, WITHOUT_CLICKS = 0x1F7, 0x1B7


class Console(io.StringIO):
    """A terminal, and the modes of the Windows console that it is; `knows` escapes or does not."""

    def __init__(self, mode: int = PLAIN, knows: bool = True) -> None:
        super().__init__()
        self.modes = {windows_console.STANDARD_OUTPUT: mode, windows_console.STANDARD_ERROR: mode}
        self.modes[windows_console.STANDARD_INPUT] = INPUT
        self.found, self._knows = dict(self.modes), knows
        self.seen: list[tuple[str, int]] = []
        self.input_modes: set[int] = set()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.seen.append((text, self.modes[windows_console.STANDARD_OUTPUT]))
        self.input_modes.add(self.modes[windows_console.STANDARD_INPUT])
        return super().write(text)

    def read_mode(self, handle: int) -> int | None:
        return self.modes.get(handle)

    def write_mode(self, handle: int, mode: int) -> bool:
        if self._knows or not mode & windows_console.FOLLOWS_ESCAPES:
            self.modes[handle] = mode
            return True
        return False


class Modes:
    """The console's modes, as the system would give them."""

    def __init__(self, console: Console) -> None:
        self.read, self.write = console.read_mode, console.write_mode


@pytest.fixture
def sit_before(monkeypatch):
    """Start the demo before this console, as far as its arguments are understood, and end it."""

    def sit(console: Console, *arguments: str) -> Console:
        monkeypatch.setattr(windows_console, "_system_modes", lambda: Modes(console))
        monkeypatch.setattr(first_frame, "_make_raw", lambda: None)
        for name in ("stdin", "stdout", "stderr"):
            monkeypatch.setattr(sys, name, console)
        monkeypatch.setattr("pos_tui.cli.run", lambda arguments: 0)
        __main__.main(arguments)
        return console

    yield sit
    monkeypatch.undo()
    windows_console.switch_escapes_on()


@pytest.mark.parametrize("found", [PLAIN, FOLLOWS])
def test_no_escape_is_written_where_the_console_does_not_follow_it(sit_before, found):
    console = sit_before(Console(found), "demo")
    assert "Corner Market" in console.getvalue()
    assert console.getvalue().endswith("\x1b[?25h")
    assert {mode for text, mode in console.seen if "\x1b" in text} == {FOLLOWS}
    assert console.input_modes == {WITHOUT_CLICKS}
    assert console.modes == console.found


def test_a_command_leaves_selecting_by_click(sit_before):
    console = sit_before(Console(), "offers", "list")
    print("some offers", file=console)
    assert console.input_modes == {INPUT}


def test_a_console_that_never_follows_escapes_gets_none(sit_before):
    console = sit_before(Console(knows=False), "demo")
    assert console.getvalue() == ""
    assert console.modes == console.found


def test_a_console_that_cannot_show_the_till_is_a_sentence(monkeypatch, capsys):
    from pos_tui.commands.till import open_till

    windows_console.switch_escapes_on(Modes(Console(knows=False)))
    assert open_till(True, None, None) == 2
    windows_console.switch_escapes_on()
    assert "Windows 10 1607" in capsys.readouterr().err


def test_a_pipe_has_no_mode():
    class Pipe:
        def read(self, handle):
            return None

        def write(self, handle, mode):
            raise AssertionError("a pipe has no mode to set")

    assert windows_console.switch_escapes_on(Pipe())
    windows_console.leave_console_as_found()


LOOKS = """
import ctypes, json, msvcrt, os, sys
from pathlib import Path
import pos_tui.cli
from pos_tui import __main__, windows_console

def mode():
    return windows_console._WindowsConsoleModes().read(windows_console.STANDARD_OUTPUT)

class Looking:
    def __init__(self, stream):
        self.stream = stream
    def write(self, text):
        seen.append(mode())
        return self.stream.write(text)
    def __getattr__(self, name):
        return getattr(self.stream, name)

sys.stdin = open("CONIN$", encoding="utf-8")
sys.stdout = sys.__stdout__ = open("CONOUT$", "w", encoding="utf-8")
kernel32 = ctypes.WinDLL("kernel32")
kernel32.SetStdHandle(-11, ctypes.c_void_p(msvcrt.get_osfhandle(sys.stdout.fileno())))
windows_console._WindowsConsoleModes().write(windows_console.STANDARD_OUTPUT, 3)
seen = [mode()]
pos_tui.cli.run = lambda arguments: 0
sys.stdout = Looking(sys.stdout)
__main__.main(["demo"])
Path(sys.argv[1]).write_text(json.dumps([*seen, mode()]))
os._exit(0)
"""


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows has these modes")
def test_a_real_console_is_asked_and_left_as_it_was(tmp_path):
    try:
        with open("CONOUT$", "w", encoding="utf-8"):  # noqa: PTH123 - no path, a name
            pass
    except OSError:
        pytest.skip("the tests run without a console")
    seen = tmp_path / "seen.json"
    done = subprocess.run(
        [sys.executable, "-c", LOOKS, str(seen)],
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(seen.read_text(encoding="utf-8")) == [PLAIN, FOLLOWS, FOLLOWS, PLAIN]
