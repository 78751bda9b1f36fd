"""Run the tests with the oldest version of each library that pyproject.toml allows.

    python .make/lowest.py FOLDER [PYTEST ARGUMENT…]

The folder gets an environment of its own. Needs uv, which alone of the installers can resolve so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
EXTRAS = ("demo", "scanner", "voice")


def main(arguments: list[str]) -> int:
    """Make the environment in the folder named first, and run the tests in it."""
    beside = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")
    uv = shutil.which("uv") or (str(beside) if beside.exists() else None)
    if uv is None:
        sys.exit("The oldest versions are chosen by uv: pip install uv, then again.")
    folder = Path(arguments[0]).resolve()
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    oldest = folder / "lowest.txt"
    extras = [word for extra in EXTRAS for word in ("--extra", extra)]
    run(uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(folder))
    chosen = ("--quiet", "--resolution", "lowest-direct", "--python", str(python))
    run(uv, "pip", "compile", *chosen, "pyproject.toml", *extras, "--output-file", str(oldest))
    # The tests' own tools are as new as they can be beside those.
    wanted = ("--requirement", str(oldest), "--group", "dev", "--editable", ".")
    run(uv, "pip", "install", "--quiet", "--python", str(python), *wanted)
    tests = [str(python), "-m", "pytest", "-p", "no:cacheprovider", *arguments[1:]]
    return subprocess.run(tests, cwd=HERE, check=False).returncode


def run(*command: str) -> None:
    """One step; where it fails, so does the whole."""
    done = subprocess.run(command, cwd=HERE, check=False)
    if done.returncode:
        sys.exit(f"{command[0]} ended with {done.returncode}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
