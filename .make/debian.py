"""Debian packages unpacked into a folder: nothing is installed on the machine, no rights needed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WRONG_HASH = "Hash Sum mismatch"  # as apt says it


class NotUnpackedError(Exception):
    """The packages are not to be had here; the message is a sentence's end."""


def unpack(packages: list[str], folder: Path) -> None:
    """Download the packages and the libraries that this machine lacks, and unpack them.

    Raises NotUnpackedError; then the folder is away again. Ends the program where a package is not
    what its hash says.
    """
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise NotUnpackedError("this system has no apt to fetch it with")
    try:
        _unpack(packages, folder)
    except subprocess.CalledProcessError as error:
        shutil.rmtree(folder, ignore_errors=True)
        words = (error.stderr or "").strip().splitlines()
        if "download" in error.cmd and WRONG_HASH in (error.stderr or ""):
            sys.exit(f"A package of the system's is not what its hash says: {words[0]}")
        raise NotUnpackedError(
            words[-1] if words else f"{error.cmd[0]} ended with {error.returncode}"
        ) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise NotUnpackedError(str(error)) from None


def library_path(folder: Path) -> str:
    """LD_LIBRARY_PATH for the programs in a folder of unpacked packages."""
    return ":".join(
        str(each) for root in ("usr/lib", "lib") for each in folder.glob(f"{root}/*-linux-*")
    )


def run(command: list[str], folder: str | None = None, **variables: str) -> str:
    """What a command prints; raises CalledProcessError when it fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C", **variables}
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=300, cwd=folder,
        env=environment,
    )  # fmt: skip
    return done.stdout


def _unpack(packages: list[str], folder: Path) -> None:
    folder.mkdir(parents=True)
    plan_of = ("install", "--simulate", "--no-install-recommends", *packages)
    with tempfile.TemporaryDirectory() as downloads:
        apt = ["apt-get"]
        try:
            plan = run([*apt, *plan_of])
        except subprocess.CalledProcessError:  # a bare image has no package lists yet
            apt += _own_lists(Path(downloads))
            run([*apt, "update"])
            plan = run([*apt, *plan_of])
        missing = {*packages, *re.findall(r"^Inst (\S+)", plan, re.MULTILINE)}
        run([*apt, "download", *sorted(missing)], downloads)
        for archive in Path(downloads).glob("*.deb"):
            run(["dpkg", "-x", str(archive), str(folder)])


def _own_lists(folder: Path) -> list[str]:
    """Options that keep package lists in a folder of ours, and leave the machine's alone."""
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True)
    lists, cache = folder / "lists", folder / "cache"
    return ["-o", f"Dir::State::lists={lists}", "-o", f"Dir::Cache={cache}",
            "-o", "APT::Sandbox::User=root"]  # fmt: skip
