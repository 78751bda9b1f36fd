"""What the doctor finds of the machine, the books' clock and the goods."""

from __future__ import annotations

import io
import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest

from pos_tui.books.lock import TillLock, lock_holder
from pos_tui.diagnostics import machine_checks
from pos_tui.diagnostics.machine_checks import (
    check_clock,
    check_disk,
    check_lock,
    check_program,
    check_terminal,
)
from pos_tui.diagnostics.shop_checks import check_goods, check_open_payments
from tests.conftest import NOON, Counter
from tests.spoken import spoken

Usage = namedtuple("Usage", "total used free")


def test_the_versions_are_told() -> None:
    (found,) = check_program()
    for name in ("pos-tui 0", "Python 3", "SQLite 3", "Textual 8"):
        assert name in spoken(found.say)


@pytest.mark.parametrize(
    ("free", "took_ms", "state"),
    [
        (10**12, 1.0, "ok"),
        (10**12, 80.0, "warning"),
        (10**8, 1.0, "warning"),
        (9**6, 1.0, "broken"),
    ],
)
def test_room_and_speed_of_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, took_ms: float, state: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, free))
    monkeypatch.setattr(machine_checks, "_write_ms", lambda _: took_ms)
    (found,) = check_disk(tmp_path / "not there yet")
    assert found.state == state


def test_a_real_disk_is_written_to_and_left_as_it_was(tmp_path: Path) -> None:
    (found,) = check_disk(tmp_path)
    assert "ms" in str(found.figure) or found.state != "ok"
    assert list(tmp_path.iterdir()) == []


def test_whether_a_till_runs_is_told_and_the_lock_is_left_alone(tmp_path: Path) -> None:
    assert check_lock(tmp_path / "none")[0].state == "skipped"
    assert lock_holder(tmp_path) is None
    lock = TillLock(tmp_path)
    assert "A till is using" in spoken(check_lock(tmp_path)[0].say)
    lock.release()
    assert lock_holder(tmp_path) is None
    assert "No till is using" in spoken(check_lock(tmp_path)[0].say)
    TillLock(tmp_path).release()


def test_a_clock_that_went_back_behind_the_books_is_told(tmp_path: Path) -> None:
    counter = Counter(tmp_path).stock().open()
    counter.scan("5449000000996")
    counter.books.wait()
    assert [each.state for each in check_clock(tmp_path, NOON)] == ["ok"]
    (found,) = check_clock(tmp_path, NOON - timedelta(days=1))
    assert found.state == "broken"
    assert "22 Nov 2026 12:00" in spoken(found.say)
    counter.books.close()


def test_goods_without_a_price_are_counted_and_a_shop_without_goods_is_told(tmp_path: Path) -> None:
    assert check_goods(tmp_path) == check_open_payments(tmp_path) == []
    counter = Counter(tmp_path)
    (found,) = check_goods(tmp_path)
    assert (found.state, found.figure) == ("warning", "0")
    counter.stock().books.wait()
    (found,) = check_goods(tmp_path)
    assert found.state == "ok"
    (found,) = check_open_payments(tmp_path)
    assert (found.state, found.figure) == ("ok", "0")
    counter.books.close()


class Screen(io.StringIO):
    """A terminal of some encoding."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("encoding", "size", "state", "words"),
    [
        ("utf-8", (80, 24), "ok", "shows all"),
        ("UTF8", (60, 20), "ok", "shows all"),
        ("utf-8", (59, 24), "broken", "smaller"),
        ("utf-8", (80, 19), "broken", "smaller"),
        ("latin-1", (80, 24), "warning", "latin-1"),
    ],
)
def test_a_terminal_too_small_or_without_utf_8_is_told(
    encoding: str, size: tuple[int, int], state: str, words: str
) -> None:
    (found,) = check_terminal(Screen(encoding), {"TERM": "xterm"}, lambda: size)
    assert found.state == state
    assert words in spoken(found.say)
    assert f"{size[0]}x{size[1]} xterm" == found.figure


def test_a_pipe_is_no_terminal() -> None:
    assert check_terminal(io.StringIO())[0].state == "skipped"
