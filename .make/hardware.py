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
    if shutil.which(PROGRAM) or (hardware / "usr/bin" / PROGRAM).exists():
        return
    print("Fetching umockdev, for tests with virtual scanners …", flush=True)
    try:
        debian.unpack(["umockdev"], hardware)
        own = debian.library_path(hardware)
        debian.run([str(hardware / "usr/bin" / PROGRAM), "--version"], LD_LIBRARY_PATH=own)
    except (debian.NotUnpackedError, OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(hardware, ignore_errors=True)
        print(f"Tests with virtual scanners will be skipped: umockdev is not here ({error}).")


if __name__ == "__main__":
    main(sys.argv[1:])
