"""What runs on Windows must not need what only POSIX has."""

import subprocess
import sys

HIDDEN = (
    "fcntl",
    "termios",
    "tty",
    "pty",
    "pwd",
    "grp",
    "resource",
    "syslog",
    "curses",
)

SCRIPT = f"""
import sys, pkgutil, importlib

# Textual picks its driver when a program runs; what it reads before that is its own affair.
import textual.app, textual.screen, textual.renderables.digits

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name in {HIDDEN!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

for name in {HIDDEN!r}:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Hidden())

import pos_tui
for module in pkgutil.walk_packages(pos_tui.__path__, "pos_tui."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
        print(module.name)
try:
    import termios
except ImportError:
    print("hidden")
"""


def test_every_room_imports_where_the_posix_modules_are_not():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    names = done.stdout.split()
    assert names[-1] == "hidden"
    assert {"pos_tui.till.till", "pos_tui.tui.app", "pos_tui.books.books"} <= set(names)


def test_the_first_frame_works_where_there_is_no_termios(capsys, monkeypatch):
    from pos_tui.tui import first_frame

    monkeypatch.setitem(sys.modules, "termios", None)
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stdin, "fileno", lambda: 0, raising=False)
    first_frame.show(["demo"])
    first_frame.started()
    first_frame.hand_back()
    assert "Corner Market · till 01" in capsys.readouterr().out
