"""A change that a command makes to till.toml: all else in it, comments too, stays as it was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import complain, why_refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from tomlkit import TOMLDocument


def save_settings(path: Path, change: Callable[[TOMLDocument], None], done: str) -> int:
    """Change the file, then print `done`; returns the exit code.

    The old file stays until the new one has been read and found good.
    """
    import shutil

    import tomlkit

    from pos_tui.files.owner import make_private_file, make_private_folder
    from pos_tui.files.replacing import replace_file
    from pos_tui.settings import SettingsError, load_till_settings
    from pos_tui.wording.current import say

    path = path.resolve()
    beside = path.with_name(path.name + ".new")
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8-sig") if path.exists() else "")
        change(document)
        make_private_folder(path.parent)
        make_private_file(beside)
        beside.write_text(tomlkit.dumps(document), encoding="utf-8")
        load_till_settings(beside, shown_as=path)
        if path.exists():
            shutil.copystat(path, beside)
        replace_file(beside, path)
    except OSError as error:
        return complain(say("commands.settings_unwritable", path=str(path), why=why_refused(error)))
    except SettingsError as error:
        beside.unlink(missing_ok=True)
        return complain(say("commands.nothing_changed", why=error.reason))
    print(done)
    return 0
