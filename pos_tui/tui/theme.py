"""Themes: files that name every colour of the screen, as terminals of each kind can show it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct
from rich.color import Color, ColorType
from rich.errors import StyleSyntaxError
from rich.style import Style
from textual.theme import Theme

from pos_tui.reasons import ReasonError, plain

_HERE = Path(__file__).parent.parent
ColorDepth = Literal["none", "16", "256", "truecolor"]
COLOURLESS = "monochrome"
_DEPTHS: tuple[ColorDepth, ...] = ("truecolor", "256", "16")
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
    colors: dict[str, tuple[str, str, str]] = {}

    def style(self, words: str, depth: ColorDepth) -> Style:
        """A style whose colours may be called by the names that this file gives them."""
        at = _DEPTHS.index(depth) if depth in _DEPTHS else 0
        return Style.parse(
            " ".join(
                self.colors[word][at] if word in self.colors else word for word in words.split()
            )
        )


class Palette(dict[str, Style]):
    """The styles of a theme, by what they are for."""

    def __init__(self, name: str, dark: bool, styles: Mapping[str, Style]) -> None:
        super().__init__(styles)
        self.name, self.dark = name, dark

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
            variables={"ansi-background": back, "ansi-foreground": front, **self._variables()},
        )

    def _variables(self) -> dict[str, str]:
        """Each style as three variables of Textual's style sheets: $till-error is its colour,
        $till-error-back what is behind it, $till-error-text whether it is bold.
        """
        base = self["base"]
        # In a field that is reversed as a whole the cursor is a line.
        variables = {"till-cursor-text": "underline" if self["selected"].reverse else "reverse"}
        for name in STYLES:
            style = base + self[name]
            variables[f"till-{name}"] = _css_color(style.color)
            variables[f"till-{name}-back"] = _css_color(style.bgcolor)
            marks = ("bold", "italic", "underline", "reverse")
            text = " ".join(mark for mark in marks if getattr(style, mark))
            variables[f"till-{name}-text"] = text or "none"
        return variables


def _css_color(color: Color | None) -> str:
    if color is None or color.is_default:
        return "ansi_default"
    if color.type is ColorType.STANDARD:
        return f"ansi_{color.name}"
    return color.get_truecolor().hex


def load_palette(name: str, depth: ColorDepth = "16") -> Palette:
    """The theme of this name, or of this path to a file, for so many colours. Raises ThemeError.

    Without colours it is the theme without any, whichever is asked for.
    """
    if depth == "none":
        name = COLOURLESS
    path = Path(name) if name.endswith(".toml") else _find(name)
    try:
        file = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _ThemeFile)
        styles = {key: file.style(value, depth) for key, value in file.styles.items()}
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
    raise ThemeError("theme.not_there", name=name, names=theme_names())


def theme_names() -> tuple[str, ...]:
    """The themes that come with the program, by name."""
    return tuple(sorted(path.stem for folder in FOLDERS for path in folder.glob("*.toml")))
