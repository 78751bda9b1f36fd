"""Every theme, on every kind of terminal: legible, whole, and told apart without colours."""

import sys

import pytest
from rich.color import Color
from rich.terminal_theme import TerminalTheme

from pos_tui.tui.color_depth import depth_of, has_no_colors
from pos_tui.tui.theme import STYLES, ThemeError, load_palette, theme_names
from tests.spoken import raises

THEMES = ("amber", "colour-blind", "dark", "high-contrast", "light", "monochrome")
COLOURED = tuple(name for name in THEMES if name != "monochrome")


def _numbers(colour):
    return tuple(int(colour[at : at + 2], 16) for at in (0, 2, 4))


def _terminal(*colours):
    numbers = [_numbers(each) for each in colours]
    return TerminalTheme(numbers[0], numbers[7], numbers[:8], numbers[8:])


# What three usual terminals make of the sixteen; Linux' own console has no bright backgrounds.
SIXTEEN = {
    "xterm": _terminal(
        "000000", "cd0000", "00cd00", "cdcd00", "0000ee", "cd00cd", "00cdcd", "e5e5e5",
        "7f7f7f", "ff0000", "00ff00", "ffff00", "5c5cff", "ff00ff", "00ffff", "ffffff",
    ),
    "linux": _terminal(
        "000000", "aa0000", "00aa00", "aa5500", "0000aa", "aa00aa", "00aaaa", "aaaaaa",
        "555555", "ff5555", "55ff55", "ffff55", "5555ff", "ff55ff", "55ffff", "ffffff",
    ),
    "windows": _terminal(
        "0c0c0c", "c50f1f", "13a10e", "c19c00", "0037da", "881798", "3a96dd", "cccccc",
        "767676", "e74856", "16c60c", "f9f1a5", "3b78ff", "b4009e", "61d6d6", "f2f2f2",
    ),
}  # fmt: skip
LOOKS = [("truecolor", "xterm"), ("256", "xterm"), *(("16", name) for name in SIXTEEN)]


def luminance(color, terminal="xterm", behind=False):
    if terminal == "linux" and behind and color.number is not None and 8 <= color.number < 16:
        color = Color.from_ansi(color.number - 8)
    parts = [part / 255 for part in color.get_truecolor(SIXTEEN[terminal])]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(style, terminal):
    """The ratio of WCAG 2.2 between a text and what is behind it."""
    front = luminance(style.color, terminal)
    back = luminance(style.bgcolor, terminal, behind=True)
    return (max(front, back) + 0.05) / (min(front, back) + 0.05)


def test_these_are_the_themes():
    assert theme_names() == THEMES


@pytest.mark.parametrize("depth", ["none", "16", "256", "truecolor"])
@pytest.mark.parametrize("name", THEMES)
def test_every_theme_has_every_style(name, depth):
    palette = load_palette(name, depth)
    assert set(palette) == set(STYLES)


@pytest.mark.parametrize(("depth", "terminal"), LOOKS)
@pytest.mark.parametrize("name", COLOURED)
def test_every_text_is_legible(name, depth, terminal):
    palette = load_palette(name, depth)
    least = 7 if name == "high-contrast" else 4.5
    # A frame is no text, and is seen by its shape.
    ratios = {
        style: round(contrast(palette["base"] + palette[style], terminal), 1)
        for style in STYLES
        if style != "frame"
    }
    assert not {style: ratio for style, ratio in ratios.items() if ratio < least}


@pytest.mark.parametrize("name", COLOURED)
def test_sixteen_colours_are_the_terminals_own(name):
    for style in load_palette(name, "16").values():
        for color in (style.color, style.bgcolor):
            assert color is None or color.number is None or color.number < 16


@pytest.mark.parametrize("name", COLOURED)
def test_two_hundred_and_fifty_six_colours_are_those_that_every_terminal_has_alike(name):
    for style in load_palette(name, "256").values():
        for color in (style.color, style.bgcolor):
            assert color is None or (color.number is not None and color.number >= 16)


# Machado, Oliveira and Fernandes (2009), severity 1.0, for linear light.
BLINDNESS = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}


def _seen(color, matrix):
    """A colour in CIELAB, as such an eye has it."""
    parts = [part / 255 for part in color.get_truecolor(SIXTEEN["xterm"])]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    red, green, blue = (
        min(max(sum(a * b for a, b in zip(row, linear, strict=True)), 0), 1) for row in matrix
    )
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
    )
    x, y, z = (c ** (1 / 3) if c > 0.008856 else 7.787 * c + 16 / 116 for c in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("depth", ["16", "256", "truecolor"])
def test_good_warning_and_error_are_three_colours_to_every_eye(depth, blindness):
    palette = load_palette("colour-blind", depth)
    grounds = {"good": "color", "warning": "color", "error": "bgcolor"}
    seen = [
        _seen(getattr(palette[style], part), BLINDNESS[blindness])
        for style, part in grounds.items()
    ]
    for first, second in ((0, 1), (0, 2), (1, 2)):
        apart = sum((a - b) ** 2 for a, b in zip(seen[first], seen[second], strict=True)) ** 0.5
        assert apart > 30, (first, second, apart)


def test_without_colours_styles_differ_by_light_lines_and_reverse():
    palette = load_palette("dark", "none")
    assert all(style.color is None or style.color.is_default for style in palette.values())
    assert palette["header"].reverse
    assert palette["selected"].reverse
    assert palette["scanned"].reverse
    assert palette["key"].reverse != palette["keys"].reverse
    assert palette["error"] != palette["warning"] != palette["good"]


has_term = pytest.mark.posix_only("Windows' consoles have no TERM")


@pytest.mark.parametrize(
    ("environment", "none"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "linux"}, False),
        pytest.param({"TERM": "vt220"}, True, marks=has_term),
        pytest.param({"TERM": "dumb"}, True, marks=has_term),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, True),
        ({"TERM": "of-no-terminal-at-all"}, False),
        ({}, False),
    ],
)
def test_a_terminal_without_colours_is_known(environment, none):
    assert has_no_colors(environment) is none


def test_a_windows_console_has_colours_whatever_term_says(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    assert not has_no_colors({"TERM": "dumb"})
    assert has_no_colors({"TERM": "dumb", "NO_COLOR": "1"})


def test_richs_names_for_colours_are_all_known():
    names = ("truecolor", "256", "standard", "windows", None)
    assert [depth_of(name) for name in names] == ["truecolor", "256", "16", "16", "none"]


def test_a_theme_of_the_shops_own_needs_no_colours_with_names(tmp_path):
    own = tmp_path / "own.toml"
    styles = "\n".join(f'{style} = "white on black"' for style in STYLES)
    own.write_text(f'name = "own"\ndark = true\n[styles]\n{styles}\n')
    assert load_palette(str(own), "truecolor")["total"].color == Color.parse("white")


def test_a_theme_that_is_not_there_or_broken_says_so(tmp_path):
    with raises(ThemeError, "amber, colour-blind, dark, high-contrast, light, monochrome"):
        load_palette("pink")
    broken = tmp_path / "x.toml"
    broken.write_text('name = "x"\ndark = true\n[styles]\nbase = "no such colour at all"\n')
    with raises(ThemeError, "cannot be used"):
        load_palette(str(broken))
