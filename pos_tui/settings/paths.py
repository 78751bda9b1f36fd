"""Where the platform keeps a program's settings and data."""

from __future__ import annotations

from pathlib import Path

from pos_tui.reasons import because, plain
from pos_tui.settings.section import SettingsError

PROGRAM = "pos-tui"


def settings_folder() -> Path:
    """The folder where this platform keeps settings (XDG on Linux, AppData on Windows)."""
    from platformdirs import user_config_path

    return user_config_path(PROGRAM, appauthor=False)


def data_folder() -> Path:
    """The folder where this platform keeps a program's data (XDG on Linux, AppData on Windows)."""
    from platformdirs import user_data_path

    return user_data_path(PROGRAM, appauthor=False)


def payment_formats_text(path: Path | None = None) -> str:
    """The table of payment formats (TOML): a shop's own file, or the program's.

    Raises SettingsError.
    """
    path = path or Path(__file__).parents[1] / "codes" / "payment_formats.toml"
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        system = getattr(error, "strerror", None)
        why = plain(system) if system else because("settings.is_not_utf8")
        raise SettingsError("settings.formats_unreadable", path=str(path), why=why) from error
