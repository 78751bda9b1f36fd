"""When a till's books were last backed up, where to, and when it was last said that they were not:
a file beside the books, so that it is known while the stick is away.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from pos_tui.files.owner import write_for_owner
from pos_tui.files.replacing import replace_file

_FILE = "backup.json"


class BackupState(Struct, frozen=True, omit_defaults=True):
    """The last good backup (`at` aware; None before the first), and the day on which a missed one
    was last said.
    """

    at: datetime | None = None
    path: str = ""
    last_sale: int = 0
    said_on: date | None = None

    def is_due(self, folder: Path, now: datetime, every: timedelta) -> bool:
        """Whether it is time for one into this folder; a clock that was set back does not put it
        off.
        """
        if self.at is None or Path(self.path).parent != folder:
            return True
        return not timedelta(0) <= now - self.at < every


def read_backup_state(data: Path) -> BackupState:
    """The state of the till in this folder; that of none where there is no readable one."""
    try:
        return msgspec.json.decode((data / _FILE).read_bytes(), type=BackupState)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return BackupState()


def keep_backup_state(data: Path, state: BackupState) -> None:
    """Keep the state. Raises OSError."""
    beside = data / f"{_FILE}.new"
    write_for_owner(beside, msgspec.json.encode(state), sync=False)
    replace_file(beside, data / _FILE)
