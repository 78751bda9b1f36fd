"""Which terminals are known to understand the short ways."""

import pytest

from pos_tui.tui.terminal_abilities import CAREFUL, Abilities, abilities_of


@pytest.mark.parametrize(
    "term", ["xterm-256color", "xterm-kitty", "alacritty", "foot", "st-256color"]
)
def test_a_terminal_with_windows_knows_them_all(term):
    assert abilities_of({"TERM": term}, "linux") == Abilities(True, True)


@pytest.mark.parametrize("term", ["screen", "screen.xterm-256color", "tmux-256color"])
def test_within_screen_and_tmux_nothing_is_erased_in_color(term):
    assert abilities_of({"TERM": term}, "linux") == Abilities(True, False)


@pytest.mark.parametrize("term", ["linux", "vt100", "vt220", "cons25", "dumb", "", "something"])
def test_consoles_and_what_is_not_known_are_written_to_as_ever(term):
    assert abilities_of({"TERM": term}, "linux") == CAREFUL


def test_a_windows_console_is_no_xterm_whatever_its_environment_says():
    assert abilities_of({"TERM": "xterm-256color"}, "win32") == CAREFUL
