"""Setting up on Windows without make: each thing that is missing is a sentence, and 2."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[1]


@pytest.fixture
def stick(tmp_path):
    """A folder with the programs that set up."""
    folder = tmp_path / "店 1"
    shutil.copytree(HERE / ".make", folder / ".make", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HERE / "setup.cmd", folder)
    return folder


def set_up(folder, what="nothing"):
    offline = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0"}
    without = {k: v for k, v in os.environ.items() if not k.startswith("PIP_")}
    return subprocess.run(
        [sys.executable, str(folder / ".make/windows_setup.py"), what],
        capture_output=True, text=True, timeout=200, check=False,
        env=without | offline | {"PIP_CONFIG_FILE": os.devnull},
    )  # fmt: skip


def test_what_is_no_choice_is_named_before_anything_is_made(stick):
    done = set_up(stick, "rubbish")
    assert done.returncode == 2
    assert done.stderr == "setup.cmd opens one of: demo, till, nothing.\n"
    assert not (stick / ".venv").exists()


def test_a_folder_where_nothing_can_be_made_is_a_sentence(stick):
    (stick / ".venv").write_text("a file of that name")
    done = set_up(stick)
    assert done.returncode == 2
    assert done.stderr.startswith("pos_tui could not be set up in ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.not_under_wine("its venv asks for what Wine 8 has not")
def test_a_wheel_that_is_missing_is_a_sentence(stick):
    (stick / "wheels").mkdir()
    (stick / "wheels/pos_tui-9.9-py3-none-any.whl").write_bytes(b"not even a wheel")
    done = set_up(stick)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    *_, last = done.stderr.splitlines()
    assert last == (
        "pos_tui could not be installed; what pip says is above. Every package must be in wheels."
    )


def test_the_command_file_says_that_the_folder_is_not_whole():
    """Started out of an archive that is only looked into, it is alone."""
    lines = (HERE / "setup.cmd").read_bytes().split(b"\r\n")
    assert rb"if not exist .make\windows_setup.py goto part" in lines
    assert b":part" in lines
    assert not any(b"\n" in line for line in lines)  # cmd loses its place without CR
