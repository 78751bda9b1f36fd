"""python-escpos' cache: a power cut in the middle of it does not end the printing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
from pathlib import Path
from pos_tui.devices.printers.escpos_jobs import compose, load_escpos
load_escpos(Path(sys.argv[1]))
sys.stdout.buffer.write(compose([("hello", "plain")], "cp437"))
"""


def printed(cache: Path) -> bytes:
    """What a till that starts now prints."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(cache)], capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """The folder of a till that has printed."""
    assert b"hello" in printed(tmp_path / "till" / "cache")
    return tmp_path / "till" / "cache"


def only_file(cache: Path) -> Path:
    (file,) = cache.iterdir()
    return file


def test_a_cache_is_made_once(cache):
    before = only_file(cache).stat()
    assert b"hello" in printed(cache)
    after = only_file(cache).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("left", [0, 1, 40, -1])
def test_a_cache_that_was_cut_short_is_made_anew(cache, left):
    whole = only_file(cache).read_bytes()
    only_file(cache).write_bytes(whole[:left])
    assert b"hello" in printed(cache)
    assert only_file(cache).read_bytes() == whole


def test_a_cache_that_was_changed_is_made_anew(cache):
    whole = only_file(cache).read_bytes()
    only_file(cache).write_bytes(whole.replace(b"codePages", b"codePagos", 1))
    assert b"hello" in printed(cache)
    assert only_file(cache).read_bytes() == whole


def test_where_no_cache_can_be_kept_receipts_are_printed(tmp_path):
    (tmp_path / "cache").write_text("a file, where the folder should be")
    assert b"hello" in printed(tmp_path / "cache")
