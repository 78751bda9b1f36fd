"""Put umockdev, the tests' virtual scanners, where they find it: on PATH or in the environment.

    python3 .make/hardware.py FOLDER

With apt it is downloaded and unpacked into FOLDER/hardware; nothing is installed on the machine.
Without apt those tests are skipped, so nothing here is an error.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import debian

PROGRAM = "umockdev-run"


def main(arguments: list[str]) -> None:
    """Make umockdev runnable for the environment in the folder named first."""
    hardware = Path(arguments[0]).resolve() / "hardware"
    if shutil.which(PROGRAM) or runs(hardware):
        return
    shutil.rmtree(hardware, ignore_errors=True)  # a library that it used has left the machine
    print("Fetching umockdev, for tests with virtual scanners …", flush=True)
    try:
        debian.unpack(["umockdev"], hardware)
        why = "" if runs(hardware) else "it does not run"
    except debian.NotUnpackedError as error:
        why = str(error)
    if why:
        shutil.rmtree(hardware, ignore_errors=True)
        print(f"Tests with virtual scanners will be skipped: umockdev is not here ({why}).")


def runs(hardware: Path) -> bool:
    """Whether umockdev is in this folder, with all that it needs."""
    program = hardware / "usr/bin" / PROGRAM
    try:
        debian.run([str(program), "--version"], LD_LIBRARY_PATH=debian.library_path(hardware))
    except (OSError, subprocess.SubprocessError):
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1:])
