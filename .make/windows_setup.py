"""Set pos_tui up on Windows without make: an environment, a way to start it, a shortcut.

    py -3 .make\\windows_setup.py [demo|till|nothing]

`setup.cmd` finds a Python and runs this. Everything goes into this folder, or where it cannot be
written (a stick that is locked) into %LOCALAPPDATA%\\pos-tui. A folder `wheels` beside the checkout
is installed from without a network; `pip wheel --wheel-dir wheels .[demo,voice]` fills it.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from environment import install_pip, make_environment, python_of

HERE = Path(__file__).resolve().parent.parent
WHEELS = HERE / "wheels"
EXTRAS = "demo,voice"
COLUMNS, LINES = 120, 36
OPENS = {"demo": ["demo"], "till": [], "nothing": None}

# Opens the till in a console of a fixed size, which stays open on an error.
START = f"""\
@echo off
mode con: cols={COLUMNS} lines={LINES} >nul 2>nul
"%~dp0.venv\\Scripts\\python.exe" -m pos_tui %*
if errorlevel 1 pause
"""

SHORTCUT = """\
var shell = new ActiveXObject("WScript.Shell"), given = WScript.Arguments;
var path = shell.SpecialFolders("Desktop") + "\\\\pos_tui.lnk", link = shell.CreateShortcut(path);
link.TargetPath = given(0);
link.WorkingDirectory = given(1);
link.Save();
WScript.Quit(new ActiveXObject("Scripting.FileSystemObject").FileExists(path) ? 0 : 1);
"""


def main(arguments: list[str]) -> int:
    """Set up, then open what is named; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a folder's name need not be in the code page
    what = arguments[0] if arguments else "demo"
    if what not in OPENS:
        print(f"setup.cmd opens one of: {', '.join(OPENS)}.", file=sys.stderr)
        return 2
    place = folder_to_write()
    environment = place / ".venv"
    python = python_of(environment)
    try:
        install(environment, python)
    except subprocess.CalledProcessError:
        need = "Every package must be in wheels." if WHEELS.is_dir() else "It needs a network once."
        print(f"pos_tui could not be installed; what pip says is above. {need}", file=sys.stderr)
        return 2
    except (OSError, ValueError) as error:  # a venv says what is wrong with its folder as a value
        print(f"pos_tui could not be set up in {environment}: {error}", file=sys.stderr)
        return 2
    starter = place / "pos_tui.cmd"
    starter.write_text(START, encoding="ascii", newline="\r\n")
    print(f"pos_tui is set up. {starter} opens this machine's till{shortcut_to(starter)}.")
    opens = OPENS[what]
    if opens is None:
        return 0
    return subprocess.run([python, "-m", "pos_tui", *opens], check=False).returncode


def folder_to_write() -> Path:
    """This folder where it can be written, else one of this user's own."""
    try:
        with tempfile.TemporaryFile(dir=HERE):
            return HERE
    except OSError:
        local = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
        place = Path(local) / "pos-tui" / "program"
        place.mkdir(parents=True, exist_ok=True)
        return place


def install(environment: Path, python: Path) -> None:
    """Make the environment and install into it. Raises CalledProcessError."""
    print("Setting up, once ...", flush=True)
    make_environment(environment)
    if subprocess.run([python, "-c", "import pip"], capture_output=True, check=False).returncode:
        install_pip(python, environment)
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if any(WHEELS.glob("pos_tui-*.whl")):
        command += ["--no-index", "--find-links", WHEELS, f"pos-tui[{EXTRAS}]"]
    else:
        command += ["--editable", f"{HERE}[{EXTRAS}]"]
    subprocess.run(command, check=True)


def shortcut_to(starter: Path) -> str:
    """Put a shortcut on the desktop; what is said of it, nothing where Windows did not make one."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "shortcut.js"
        script.write_text(SHORTCUT, encoding="ascii")
        command = ["cscript", "//nologo", str(script), str(starter), str(starter.parent)]
        try:
            made = subprocess.run(command, check=False, capture_output=True, timeout=30)
        except (OSError, subprocess.TimeoutExpired):
            return ""
    return ", and so does pos_tui on the desktop" if made.returncode == 0 else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
