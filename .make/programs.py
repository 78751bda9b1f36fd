"""Put programs that only tests need where they find them: on PATH or in the environment.

    python3 .make/programs.py FOLDER

With apt they are downloaded and unpacked into folders of FOLDER; nothing is installed on the
machine. Without apt those tests are skipped, so nothing here is an error.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import debian

# Folder, Debian's package, program, what it is for.
PROGRAMS = (
    ("hardware", "umockdev", "umockdev-run", "tests with virtual scanners"),
    ("judges", "hledger", "hledger", "tests in which hledger judges the books"),
)


def main(arguments: list[str]) -> None:
    """Make each of them runnable for the environment in the folder named first."""
    for name, package, program, purpose in PROGRAMS:
        put(Path(arguments[0]).resolve() / name, package, program, purpose)


def put(folder: Path, package: str, program: str, purpose: str) -> None:
    """See that one of them runs, from this folder where the machine has it not."""
    if shutil.which(program) or runs(folder, program):
        return
    shutil.rmtree(folder, ignore_errors=True)  # a library that it used has left the machine
    print(f"Fetching {package}, for {purpose} …", flush=True)
    try:
        debian.unpack([package], folder)
        why = "" if runs(folder, program) else "it does not run"
    except debian.NotUnpackedError as error:
        why = str(error)
    if why:
        shutil.rmtree(folder, ignore_errors=True)
        print(f"{purpose.capitalize()} will be skipped: {package} is not here ({why}).")


def runs(folder: Path, program: str) -> bool:
    """Whether a program is in this folder, with all that it needs."""
    command = [str(folder / "usr/bin" / program), "--version"]
    try:
        debian.run(command, LD_LIBRARY_PATH=debian.library_path(folder))
    except (OSError, subprocess.SubprocessError):
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1:])
