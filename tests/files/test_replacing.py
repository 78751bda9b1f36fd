"""Replacing a file that another program may be looking at: a virus scanner, a backup."""

import sys
import time
from pathlib import Path

import pytest

from pos_tui.files import replacing
from pos_tui.files.replacing import FileInUse, open_shared, remove_file, rename_file, replace_file

windows = pytest.mark.skipif(sys.platform != "win32", reason="only Windows keeps an open file")


class BusyFor:
    """A system that refuses the first few times, as Windows does while a file is open."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, refusals: int, method: str) -> None:
        self.left, self.waited = refusals, list[float]()
        real = getattr(Path, method)

        def busy(path: Path, *rest: object, **named: object) -> object:
            if self.left:
                self.left -= 1
                raise PermissionError(13, "Access is denied", str(path))
            return real(path, *rest, **named)

        monkeypatch.setattr(Path, method, busy)
        monkeypatch.setattr(replacing, "_WAITS_S", (0.25, 0.5))
        monkeypatch.setattr(time, "sleep", self.waited.append)


@pytest.fixture
def new_and_old(tmp_path: Path) -> tuple[Path, Path]:
    new, old = tmp_path / "till.toml.new", tmp_path / "till.toml"
    new.write_text("new")
    old.write_text("old")
    return new, old


def test_a_moments_look_at_a_file_does_not_keep_it(
    monkeypatch: pytest.MonkeyPatch, new_and_old: tuple[Path, Path]
) -> None:
    busy = BusyFor(monkeypatch, 2, "replace")
    replace_file(*new_and_old)
    assert new_and_old[1].read_text() == "new"
    assert busy.waited == [0.25, 0.5]


def test_a_file_that_stays_open_is_left_as_it_was_and_named(
    monkeypatch: pytest.MonkeyPatch, new_and_old: tuple[Path, Path]
) -> None:
    BusyFor(monkeypatch, 99, "replace")
    with pytest.raises(FileInUse) as refused:
        replace_file(*new_and_old)
    assert refused.value.filename == str(new_and_old[1])
    assert [path.read_text() for path in new_and_old] == ["new", "old"]


def test_renaming_and_removing_try_again_too(
    monkeypatch: pytest.MonkeyPatch, new_and_old: tuple[Path, Path], tmp_path: Path
) -> None:
    new, old = new_and_old
    BusyFor(monkeypatch, 1, "rename")
    rename_file(new, tmp_path / "kept")
    BusyFor(monkeypatch, 1, "unlink")
    remove_file(old)
    remove_file(old)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_what_is_wrong_otherwise_is_said_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    busy = BusyFor(monkeypatch, 0, "replace")
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "gone", tmp_path / "till.toml")
    assert busy.waited == []


@windows
def test_windows_keeps_a_file_that_is_open(new_and_old: tuple[Path, Path]) -> None:
    with new_and_old[1].open(), pytest.raises(FileInUse):
        replace_file(*new_and_old)
    replace_file(*new_and_old)
    assert new_and_old[1].read_text() == "new"


def test_a_log_that_is_read_can_be_moved_away_and_removed(tmp_path: Path) -> None:
    import os

    path = tmp_path / "w.000001.log"
    path.write_bytes(b"a line\r\n\x1a")
    with open_shared(path) as log:
        path.rename(tmp_path / "archived")
        os.fsync(log.fileno())
        assert log.read() == b"a line\r\n\x1a"
        (tmp_path / "archived").unlink()
    with pytest.raises(FileNotFoundError):
        open_shared(path)
