"""Make the project's virtual environment, with whatever this machine has: uv, pip, or neither.

    python3 .make/environment.py FOLDER [EXTRA…] [--dev]

A Debian with only python3 has no pip, no ensurepip and no venv package; then pip itself is fetched
from the package index that PIP_INDEX_URL or pip's settings name (https://pypi.org/simple if none).
"""

from __future__ import annotations

import configparser
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import venv
from pathlib import Path

SCANNER, MAY_NEED_A_COMPILER = "scanner", "scanner-compiled"
HERE = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> None:
    """Make or bring up to date the environment in the folder named first."""
    if sys.version_info < (3, 11):  # noqa: UP036 - run by whatever is there
        sys.exit("pos_tui needs Python 3.11 or later; name one with `make PYTHON=python3.12 …`.")
    folder = Path(arguments[0]).resolve()
    dev = "--dev" in arguments
    extras = [name for name in arguments[1:] if name != "--dev"]
    make = with_uv if shutil.which("uv") else with_pip
    try:
        try:
            make(folder, [*extras, MAY_NEED_A_COMPILER], dev)
        except subprocess.CalledProcessError:
            print("Scanners read through evdev are left out: that needs a compiler here.")
            make(folder, [*extras, SCANNER], dev)
    except subprocess.CalledProcessError as error:
        sys.exit(
            f"The environment could not be made: {error.cmd[0]} ended with {error.returncode}."
        )
    except (urllib.error.URLError, OSError) as error:
        sys.exit(
            f"The package index could not be reached ({error}). A network is needed for the first"
            " start; on a bare system also the package ca-certificates."
        )


def with_uv(folder: Path, extras: list[str], dev: bool) -> None:
    """uv follows the lock file, and is told to compile: a first start is four times quicker."""
    command = ["uv", "sync", "--frozen", "--compile-bytecode", "--python", sys.executable]
    command += [f"--extra={extra}" for extra in extras]
    command += ["--group=dev"] if dev else ["--no-dev"]
    environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(folder)}
    subprocess.run(command, check=True, cwd=HERE, env=environment)


def with_pip(folder: Path, extras: list[str], dev: bool) -> None:
    """pip in the environment itself, the one of this machine, or one fetched for the purpose."""
    python = python_of(folder)
    make_environment(folder)
    if subprocess.run([python, "-c", "import pip"], capture_output=True, check=False).returncode:
        install_pip(python, folder)
    wanted = f"{HERE}[{','.join(extras)}]" if extras else str(HERE)
    command = [python, "-m", "pip", "install", "--quiet", "--editable", wanted]
    if dev:
        command += dev_requirements(python)
    subprocess.run(command, check=True, cwd=HERE)


def python_of(folder: Path) -> Path:
    """The Python of an environment."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def make_environment(folder: Path) -> None:
    """Make an environment unless there is one that works."""
    python = python_of(folder)
    if not python.exists() or subprocess.run([python, "-c", ""], check=False).returncode:
        venv.create(folder, with_pip=False, clear=python.exists())


def install_pip(python: Path, folder: Path) -> None:
    """Put pip into the environment; ensurepip is used where Debian has not taken it out."""
    print("Putting pip into the environment …", flush=True)
    bundled = subprocess.run(
        [python, "-m", "ensurepip", "--default-pip"], capture_output=True, check=False
    )
    if bundled.returncode == 0:
        return
    wheel = fetch_pip(folder)
    subprocess.run([python, f"{wheel}/pip", "install", "--quiet", wheel], check=True)


def dev_requirements(python: Path) -> list[str]:
    """The development group, read from pyproject.toml: older pips know no groups."""
    read = (
        "import json, tomllib, sys;"
        "print(json.dumps(tomllib.load(open(sys.argv[1], 'rb'))['dependency-groups']['dev']))"
    )
    out = subprocess.run(
        [python, "-c", read, str(HERE / "pyproject.toml")],
        check=True,
        capture_output=True,
        text=True,
    )
    return list(json.loads(out.stdout))


def fetch_pip(folder: Path) -> Path:
    """Fetch the newest pip wheel from the package index, and check its hash."""
    wheel = re.compile(r"pip-(\d+(?:\.\d+)+)-py3-none-any\.whl")
    wheels = [
        (tuple(map(int, match[1].split("."))), name, address, digest)
        for name, address, digest in files_of("pip")
        if (match := wheel.fullmatch(name))
    ]
    if not wheels:
        raise OSError("the package index has no pip")
    _, name, address, digest = max(wheels)
    path = folder / name
    path.write_bytes(fetched(address, digest))
    return path


def files_of(project: str) -> list[tuple[str, str, str]]:
    """Name, address and SHA-256 of each file that the index has of a project, withdrawn ones not.

    The page may be JSON or HTML.
    """
    url = f"{index_url().rstrip('/')}/{project}/"
    accept = "application/vnd.pypi.simple.v1+json, text/html;q=0.1"
    request = urllib.request.Request(url, headers={"Accept": accept})  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        page = answer.read().decode()
        base = answer.geturl()
    found = []
    if page.lstrip().startswith("{"):
        for file in json.loads(page)["files"]:
            if not file.get("yanked"):
                found.append((file["filename"], file["url"], file["hashes"].get("sha256", "")))
    else:
        for link in re.findall(r'href="([^"]+)"', page):
            address, _, fragment = link.partition("#")
            digest = fragment.removeprefix("sha256=") if fragment.startswith("sha256=") else ""
            found.append((address.rsplit("/", 1)[-1], address, digest))
    return [(name, urllib.request.urljoin(base, link), digest) for name, link, digest in found]


def fetched(address: str, digest: str) -> bytes:
    """What is there; raises OSError where it has not this SHA-256 ("" is any)."""
    with urllib.request.urlopen(address, timeout=300) as answer:  # noqa: S310
        content = bytes(answer.read())
    if digest and hashlib.sha256(content).hexdigest() != digest:
        raise OSError(f"{address.rsplit('/', 1)[-1]} does not match its hash")
    return content


def index_url() -> str:
    """The package index of this machine's pip settings."""
    if os.environ.get("PIP_INDEX_URL"):
        return os.environ["PIP_INDEX_URL"]
    config = configparser.RawConfigParser()
    home = Path.home()
    config.read([
        "/etc/pip.conf", home / ".pip/pip.conf", home / ".config/pip/pip.conf",
        os.environ.get("PIP_CONFIG_FILE", os.devnull),
    ])  # fmt: skip
    return config.get("global", "index-url", fallback="https://pypi.org/simple")


if __name__ == "__main__":
    main(sys.argv[1:])
