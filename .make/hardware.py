"""Put umockdev, the tests' virtual scanners, where they find it: on PATH or in the environment.

    python3 .make/hardware.py FOLDER

With apt it is downloaded and unpacked into FOLDER/hardware; nothing is installed on the machine.
Without apt those tests are skipped, so nothing here is an error.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGE, PROGRAM = "umockdev", "umockdev-run"
PLAN = ("install", "--simulate", "--no-install-recommends", PACKAGE)


def main(arguments: list[str]) -> None:
    """Make umockdev runnable for the environment in the folder named first."""
    hardware = Path(arguments[0]).resolve() / "hardware"
    if shutil.which(PROGRAM) or (hardware / "usr/bin" / PROGRAM).exists():
        return
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        skipped("this system has no apt to fetch it with")
        return
    print("Fetching umockdev, for tests with virtual scanners …", flush=True)
    try:
        unpack(hardware)
    except subprocess.CalledProcessError as error:
        shutil.rmtree(hardware, ignore_errors=True)
        words = (error.stderr or "").strip().splitlines()
        skipped(words[-1] if words else f"{error.cmd[0]} ended with {error.returncode}")
    except (OSError, subprocess.TimeoutExpired) as error:
        shutil.rmtree(hardware, ignore_errors=True)
        skipped(str(error))


def unpack(hardware: Path) -> None:
    """Download the package and the libraries that this machine lacks, and unpack them."""
    hardware.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as downloads:
        apt = ["apt-get"]
        try:
            plan = run([*apt, *PLAN])
        except subprocess.CalledProcessError:  # a bare image has no package lists yet
            apt += own_lists(Path(downloads))
            run([*apt, "update"])
            plan = run([*apt, *PLAN])
        missing = {PACKAGE, *re.findall(r"^Inst (\S+)", plan, re.MULTILINE)}
        run([*apt, "download", *sorted(missing)], downloads)
        for archive in Path(downloads).glob("*.deb"):
            run(["dpkg", "-x", str(archive), str(hardware)])
    libraries = [*hardware.glob("usr/lib/*-linux-*"), *hardware.glob("lib/*-linux-*")]
    path = ":".join(map(str, libraries))
    run([str(hardware / "usr/bin" / PROGRAM), "--version"], LD_LIBRARY_PATH=path)


def own_lists(folder: Path) -> list[str]:
    """Options that keep package lists in a folder of ours, and leave the machine's alone."""
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True)
    lists, cache = folder / "lists", folder / "cache"
    return ["-o", f"Dir::State::lists={lists}", "-o", f"Dir::Cache={cache}",
            "-o", "APT::Sandbox::User=root"]  # fmt: skip


def run(command: list[str], folder: str | None = None, **variables: str) -> str:
    """What a command prints; raises CalledProcessError when it fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C", **variables}
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=300, cwd=folder,
        env=environment,
    )  # fmt: skip
    return done.stdout


def skipped(why: str) -> None:
    """Say in one sentence what that means for the tests."""
    print(f"Tests with virtual scanners will be skipped: umockdev is not here ({why}).")


if __name__ == "__main__":
    main(sys.argv[1:])
