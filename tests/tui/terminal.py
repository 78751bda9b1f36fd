"""A pseudo-terminal with pos-tui in it, and what it shows, cell by cell."""

import os
import re
import sys
import time

import pexpect  # type: ignore[import-untyped]
import pyte

_UNKNOWN_TO_PYTE = re.compile(r"\x1b\[[<=>?][0-9;:]*[ -/]*[a-zA-Z]|\x1b\[[0-9;?]*\$[a-z]")
_PRIVATE_MODE = re.compile(r"\x1b\[\?[0-9;]*[hl]")


class Terminal:
    """A terminal with pos-tui in it."""

    def __init__(self, arguments, columns=80, rows=24, command=None, environment=None):
        """`environment` is what differs from a usual terminal's; None leaves a variable out."""
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.Stream(self.screen)
        size = {"COLUMNS": str(columns), "LINES": str(rows)}  # whatever stands there already
        usual = {**os.environ, **size, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        usual.pop("NO_COLOR", None)
        given = {**usual, **(environment or {})}
        self.child = pexpect.spawn(
            *(command or (sys.executable, ["-m", "pos_tui", *arguments])),
            dimensions=(rows, columns),
            env={name: value for name, value in given.items() if value is not None},
            encoding="utf-8",
            timeout=30,
            echo=False,
        )
        self.child.delaybeforesend = None
        self.written = ""

    def look(self):
        while True:
            try:
                data = self.child.read_nonblocking(65536, timeout=0.05)
            except (pexpect.TIMEOUT, pexpect.EOF):
                return "\n".join(line.rstrip() for line in self.screen.display)
            self.written += data
            data = _UNKNOWN_TO_PYTE.sub(lambda m: m[0] if _PRIVATE_MODE.match(m[0]) else "", data)
            self.stream.feed(data)

    def wait_for(self, words, seconds=60):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if words in self.look():
                return
        raise AssertionError(f"{words!r} never came:\n{self.look()}")

    def send(self, text):
        self.child.send(text)

    def leave(self):
        self.send("\x11")
        self.child.expect(pexpect.EOF, timeout=60)
        self.child.wait()
        return self.child.exitstatus
