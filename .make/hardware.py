"""Try the printers against hardware that others emulate: emupos, which needs a newer Python.

python .make/hardware.py FOLDER [what pytest is given]

Makes an environment for it in the folder, once: with a Python 3.13 of this machine, else in a small
Debian of its own (debootstrap, as root). Where neither is to be had, says so and does nothing.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

EMUPOS = "emupos>=0.4,<0.5"
PYTHONS = ("python3.14", "python3.13")
MIRROR = "http://deb.debian.org/debian"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def main() -> None:
    """Make what is missing, then run the tests."""
    folder, *words = sys.argv[1:]
    home = Path(folder).resolve()
    python = next((name for name in PYTHONS if runs(name)), None)
    if python is None and not is_possible():
        sys.exit(
            "emupos needs Python 3.13. This machine has none, and a small Debian with one can only"
            " be made as root, with debootstrap (apt install debootstrap). Nothing was tried."
        )
    root = Path("/") if python else home / "debian"
    try:
        if python:
            make_environment([python], home / "emupos")
            command = [str(home / "emupos" / "bin" / "emupos")]
        else:
            make_debian(root)
            command = ["chroot", str(root), "/emupos/bin/emupos"]
    except subprocess.CalledProcessError as error:
        sys.exit(f"emupos could not be installed: {error}")
    environment = {
        **os.environ,
        "POS_TUI_EMUPOS": "\n".join(command),
        "POS_TUI_EMUPOS_ROOT": str(root),
    }
    with contextlib.nullcontext() if python else devices_in(root):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/hardware", *words],
            env=environment,
            check=False,
        )
    sys.exit(done.returncode)


def runs(python: str) -> bool:
    """Whether there is this Python; a name on the path may be no more than a place kept for it."""
    if not shutil.which(python):
        return False
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0


def is_possible() -> bool:
    """Whether a Debian can be made here."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return is_root and shutil.which("debootstrap") is not None


def make_debian(root: Path) -> None:
    """A Debian with Python 3.13 and emupos, unless it is there."""
    if (root / "emupos" / "made").exists():
        return
    print("Making a small Debian for emupos, once (2 min, 400 MB) …", flush=True)
    shutil.rmtree(root, ignore_errors=True)
    packages = "--include=python3,python3-venv,ca-certificates"
    run("debootstrap", "--variant=minbase", packages, "trixie", str(root), MIRROR)
    shutil.copy(CERTIFICATES, root / CERTIFICATES.relative_to("/"))
    shutil.copy("/etc/resolv.conf", root / "etc" / "resolv.conf")
    if Path("/etc/pip.conf").exists():
        shutil.copy("/etc/pip.conf", root / "etc" / "pip.conf")
    make_environment(["chroot", str(root), "python3"], Path("/emupos"))
    (root / "emupos" / "made").touch()


def make_environment(python: list[str], where: Path) -> None:
    """An environment with emupos in it, by this Python."""
    before = python[:-1]
    run(*python, "-m", "venv", str(where))
    run(*before, str(where / "bin" / "pip"), "install", "--quiet", EMUPOS)


@contextlib.contextmanager
def devices_in(root: Path) -> Iterator[None]:
    """The machine's devices, so that there are serial ports; away again afterwards."""
    mounts = [("proc", root / "proc"), ("/dev", root / "dev"), ("/dev/pts", root / "dev" / "pts")]
    made: list[Path] = []
    try:
        for what, where in mounts:
            kind = ["-t", "proc"] if what == "proc" else ["--bind"]
            if subprocess.run(["mount", *kind, what, str(where)], check=False).returncode:
                break
            made.append(where)
        yield
    finally:
        for where in reversed(made):
            subprocess.run(["umount", str(where)], check=False)


def run(*command: str) -> None:
    """Run a program to its good end. Raises CalledProcessError."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
