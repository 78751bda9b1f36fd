"""Themes: files that name every colour of the screen."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
from msgspec import Struct
from rich.errors import StyleSyntaxError
from rich.style import Style
from textual.theme import Theme

from pos_tui.reasons import ReasonError, plain

_HERE = Path(__file__).parent.parent
FOLDERS = (_HERE / "themes", _HERE.parent / "themes")
STYLES = (
    "base", "frame", "title", "header", "column", "line", "selected", "scanned", "total",
    "muted", "info", "good", "warning", "error", "scan", "typed", "keys", "key", "paper",
)  # fmt: skip


class ThemeError(ReasonError):
    """A theme that cannot be used."""


class _ThemeFile(Struct, forbid_unknown_fields=True):
    name: str
    dark: bool
    styles: dict[str, str]


class Palette:
    """The styles of a theme, by what they are for."""

    def __init__(self, name: str, dark: bool, styles: dict[str, Style]) -> None:
        self.name, self.dark = name, dark
        self._styles = styles

    def __getitem__(self, name: str) -> Style:
        return self._styles[name]

    def as_theme(self) -> Theme:
        """The theme as Textual wants it: the terminal's own sixteen colours."""
        front, back = ("ansi_white", "ansi_black") if self.dark else ("ansi_black", "ansi_white")
        return Theme(
            name=f"pos-{self.name}",
            ansi=True,
            dark=self.dark,
            primary="ansi_blue",
            foreground=front,
            background=back,
            surface=back,
            panel=back,
            variables={"ansi-background": back, "ansi-foreground": front},
        )


def load_palette(name: str) -> Palette:
    """The theme of this name, or of this path to a file. Raises ThemeError."""
    path = Path(name) if name.endswith(".toml") else _find(name)
    try:
        file = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _ThemeFile)
        styles = {key: Style.parse(value) for key, value in file.styles.items()}
    except (OSError, ValueError, StyleSyntaxError) as error:
        raise ThemeError("theme.cannot_be_used", path=str(path), why=plain(str(error))) from error
    missing = [style for style in STYLES if style not in styles]
    if missing:
        raise ThemeError("theme.lacks_style", path=str(path), style=missing[0])
    return Palette(file.name, file.dark, styles)


def _find(name: str) -> Path:
    for folder in FOLDERS:
        if (folder / f"{name}.toml").is_file():
            return folder / f"{name}.toml"
    raise ThemeError("theme.not_there", name=name)
