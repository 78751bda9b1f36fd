"""Each log has one writer, in whatever process or thread it is."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pos_tui.cloud.gateway.log_lock import LogLocked, lock_log
from tests.spoken import raises

_HOLD = """
import sys
from pathlib import Path
from pos_tui.cloud.gateway.log_lock import lock_log
from tests.spoken import raises
lock = lock_log(Path(sys.argv[1]), "w")
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_writer_is_refused_and_another_log_is_free(tmp_path: Path) -> None:
    first = lock_log(tmp_path, "w")
    with raises(LogLocked, r"w\.lock: another gateway writes this log"):
        lock_log(tmp_path, "w")
    lock_log(tmp_path, "other").release()
    first.release()
    lock_log(tmp_path, "w").release()


def test_a_lock_is_let_go_from_whichever_thread(tmp_path: Path) -> None:
    lock = lock_log(tmp_path, "w")
    ending = threading.Thread(target=lock.release)
    ending.start()
    ending.join()
    lock_log(tmp_path, "w").release()


def test_a_process_that_is_killed_lets_its_log_go(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        assert other.stdout.readline().strip() == b"held"
        with pytest.raises(LogLocked):
            lock_log(tmp_path, "w")
        other.kill()
        other.wait(60)
    lock_log(tmp_path, "w").release()
