"""Debian's packages without root: fetched into a folder, unpacked there, and run from there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.cost import CannotMeasure

_PLAN = ("install", "--simulate", "--no-install-recommends")
_TIMEOUT_S = 120


@dataclass(frozen=True)
class Tool:
    """A program, and the environment that it finds its libraries in; `home` has its other files."""

    program: str
    home: Path = Path("/")
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))


def tool(program: str, folder: Path, packages: Sequence[str]) -> Tool:
    """The program as it is installed, else out of these packages, which are unpacked in the folder.

    Raises CannotMeasure where neither can be had.
    """
    installed = shutil.which(program)
    return Tool(installed) if installed else fetched(program, folder, packages)


def fetched(program: str, folder: Path, packages: Sequence[str]) -> Tool:
    """The program out of these packages and of all that they need and this machine has not.

    The folder is kept: what is in it already is not fetched again. Raises CannotMeasure.
    """
    if not _find(folder, program):
        _fetch(program, folder, packages)
    found = _find(folder, program)
    if found is None:
        raise CannotMeasure(f"there is no {program} in {', '.join(packages)}")
    libraries = sorted({str(file.parent) for file in folder.rglob("*.so*")})
    environment = {**os.environ, "LD_LIBRARY_PATH": ":".join(libraries)}
    return Tool(str(found), folder, environment)


def _fetch(program: str, folder: Path, packages: Sequence[str]) -> None:
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise CannotMeasure(f"{program} is not on PATH, and there is no apt to fetch it with")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        plan = _output(["apt-get", *_PLAN, *packages], folder)
        missing = {*packages, *re.findall(r"^Inst (\S+)", plan, re.MULTILINE)}
        _output(["apt-get", "download", *sorted(missing)], folder)
        for archive in folder.glob("*.deb"):
            _output(["dpkg", "-x", str(archive), str(folder)], folder)
            archive.unlink()
    except (subprocess.SubprocessError, OSError) as error:
        said = str(getattr(error, "stderr", None) or error).strip().splitlines()[-1:]
        raise CannotMeasure(f"{program} is not on PATH and cannot be fetched: {said}") from error


def _find(folder: Path, program: str) -> Path | None:
    places = ("usr/bin", "usr/sbin", "bin", "sbin")
    return next((folder / p / program for p in places if (folder / p / program).is_file()), None)


def _output(command: list[str], folder: Path) -> str:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=_TIMEOUT_S, cwd=folder,
        env=environment,
    )  # fmt: skip
    return done.stdout
