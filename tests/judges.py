"""Other people's programs that judge the books, where they are to be had on this machine."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

BEAN_CHECK = Path(sys.executable).with_name("bean-check")
_UNPACKED = Path(sys.prefix) / "judges"  # where make puts Debian's hledger
HLEDGER = shutil.which("hledger", path=os.pathsep.join((
    os.environ.get("PATH", ""), str(_UNPACKED / "usr/bin"))))  # fmt: skip
WITH_BEANCOUNT = pytest.mark.skipif(
    not BEAN_CHECK.exists(), reason="beancount is not for this system"
)
WITH_HLEDGER = pytest.mark.skipif(
    HLEDGER is None, reason="hledger is not installed (a package of Debian's)"
)


def judges_environment() -> dict[str, str]:
    """The environment in which all of them are found and run."""
    libraries = ":".join(str(each) for each in _UNPACKED.glob("usr/lib/*-linux-*"))
    paths = (os.environ.get("PATH", ""), str(BEAN_CHECK.parent), str(_UNPACKED / "usr/bin"))
    return {
        **os.environ,
        "LC_ALL": "C.UTF-8",
        "LD_LIBRARY_PATH": libraries,
        "PATH": os.pathsep.join(paths),
    }
