"""The logs' folders are watched on every system, by its events or by the clock."""

from pathlib import Path

from pos_tui.cloud.relay.file_watcher import watch_folders


def test_a_line_that_comes_is_seen_soon(tmp_path: Path) -> None:
    log = tmp_path / "w.000001.log"
    log.touch()
    watcher = watch_folders([tmp_path])
    log.write_bytes(b"a line\n")
    changes = watcher.wait(60)
    assert changes.files is None or log.name in changes.files
    watcher.wake()
    watcher.wait(60)
    watcher.close()
