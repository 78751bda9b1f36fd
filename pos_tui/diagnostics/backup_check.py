"""Whether a till's books are backed up, how long ago, and on another disk."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from pos_tui.books.backups.state import read_backup_state
from pos_tui.books.books import FILE_NAME
from pos_tui.diagnostics.checks import Check
from pos_tui.reasons import because
from pos_tui.settings import BackupSettings

_GRACE = timedelta(days=1)  # a shop is closed now and then


def check_backup(data: Path, settings: BackupSettings, now: datetime) -> list[Check]:
    """The last backup, as of an aware moment; nothing is said where there are no books yet."""
    if not (data / FILE_NAME).exists():
        return []
    state = read_backup_state(data)
    do = because("backup.do_back_up")
    if state.at is None:
        return [Check("backup", "", "warning", "", because("backup.none_yet"), do)]
    age = now - state.at
    figure = f"{age.total_seconds() / 3600:.0f} h"
    if age > timedelta(hours=settings.every_hours) + _GRACE:
        say = because("backup.old", count=age.days, path=state.path)
        return [Check("backup", "", "warning", figure, say, do)]
    if _is_on_one_disk(data, Path(state.path).parent):
        say = because("backup.same_disk", path=state.path)
        return [Check("backup", "", "warning", figure, say, because("backup.do_elsewhere"))]
    say = because("backup.fresh", at=state.at, sale=state.last_sale)
    return [Check("backup", "", "ok", figure, say)]


def _is_on_one_disk(data: Path, folder: Path) -> bool:
    """Whether two folders are on one disk; a stick that is away is another."""
    try:
        return data.stat().st_dev == folder.stat().st_dev
    except OSError:
        return False
