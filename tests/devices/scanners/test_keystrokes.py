"""Keystrokes of a scanner told from a person's typing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.devices.scanners.double_reads import DoubleReads
from pos_tui.devices.scanners.keystrokes import KeystrokeScanner, Rhythm
from pos_tui.devices.scanners.scanner import Scanned

CODE = "5449000000996"


class Keyboard:
    """Presses keys at chosen times; what comes out is text, with scans in brackets."""

    def __init__(self, rhythm=None):
        self.scanner: KeystrokeScanner[str] = KeystrokeScanner(rhythm or Rhythm())
        self.out: list[str] = []
        self.at = 100.0

    def press(self, text, gap_ms, end="enter"):
        for character in text:
            self.at += gap_ms / 1000
            self._take(self.scanner.feed(character, character, character, self.at))
        if end:
            self.at += gap_ms / 1000
            self._take(self.scanner.feed("⏎", end, "\r", self.at))
        return self

    def rest(self, ms=150):
        """Nobody presses anything for a while, as the driver's timer would notice."""
        self.at += ms / 1000
        self._take(self.scanner.release())
        return self

    def _take(self, out):
        self.out += [f"[{each.text}]" if isinstance(each, Scanned) else each for each in out]

    @property
    def came(self):
        return "".join(self.out)


@given(st.sampled_from([0, 0.1, 1, 4, 16, 40]))
def test_a_scanner_at_any_speed_is_a_scan(gap_ms):
    assert Keyboard().press(CODE, gap_ms).came == f"[{CODE}]"


@given(st.integers(101, 400))
def test_a_person_typing_digits_is_never_a_scan(gap_ms):
    assert Keyboard().press(CODE, gap_ms).came == f"{CODE}⏎"


@given(st.integers(55, 99))
def test_a_person_typing_fast_is_never_a_scan(gap_ms):
    assert Keyboard().press(CODE, gap_ms).came == f"{CODE}⏎"


def test_two_scans_without_a_pause_are_two():
    assert Keyboard().press("1111", 0).press("2222", 0).came == "[1111][2222]"


def test_a_quantity_typed_before_a_scan_flows_on_as_typing():
    keyboard = Keyboard().press("3*", 150, end="").rest().press(CODE, 2)
    assert keyboard.came == f"3*[{CODE}]"


def test_a_few_quick_keys_and_enter_are_typing():
    assert Keyboard().press("12", 5).came == "12⏎"


def test_a_scan_that_was_cut_off_becomes_typing_and_the_next_one_stays_whole():
    keyboard = Keyboard().press("54490", 2, end="").rest().press(CODE, 2)
    assert keyboard.came == f"54490[{CODE}]"


def test_cr_lf_is_one_end_not_two():
    keyboard = Keyboard().press(CODE, 1)
    keyboard._take(keyboard.scanner.feed("⏎", "ctrl+j", "\n", keyboard.at + 0.001))
    assert keyboard.came == f"[{CODE}]"


def test_the_line_feed_of_a_slow_or_late_scanner_is_swallowed_too():
    keyboard = Keyboard().press("1001", 110)
    keyboard._take(keyboard.scanner.feed("⏎", "ctrl+j", "\n", keyboard.at + 0.12))
    assert keyboard.came == "1001⏎"


@pytest.mark.parametrize(("first", "second"), [("enter", "enter"), ("tab", "enter")])
@pytest.mark.parametrize("later_ms", [0.5, 30, 200, 690])
def test_a_second_end_is_the_scanner_s_own_and_no_key(first, second, later_ms):
    keyboard = Keyboard().press(CODE, 1, first).press("", later_ms, second)
    assert keyboard.press("7", 150).came == f"[{CODE}]7⏎"


def test_an_enter_held_down_through_a_scan_s_end_is_no_key_until_it_is_let_go():
    keyboard = Keyboard().press(CODE, 1)
    for _ in range(80):
        keyboard.press("", 33)
    assert keyboard.came == f"[{CODE}]"
    assert keyboard.press("", 900).came == f"[{CODE}]⏎"


def test_an_enter_after_another_key_is_a_person_s_also_soon_after_a_scan():
    keyboard = Keyboard().press(CODE, 1)
    keyboard._take(keyboard.scanner.feed("+", "plus", "+", keyboard.at + 0.2))
    keyboard.at += 0.2
    assert keyboard.press("", 150).came == f"[{CODE}]+⏎"


def test_a_tab_ends_a_scan_too_and_the_gs1_separator_survives():
    assert Keyboard().press("01095011010209171\x1d10A", 2, "tab").came == (
        "[01095011010209171\x1d10A]"
    )


def test_prefix_and_suffix_of_the_settings_are_taken_off_and_asked_for():
    rhythm = Rhythm(prefix="~", suffix="#")
    assert Keyboard(rhythm).press(f"~{CODE}#", 2).came == f"[{CODE}]"
    assert Keyboard(rhythm).press(CODE, 2).came == f"{CODE}⏎"


words = st.text("0123456789abc*", min_size=1, max_size=20)


@given(st.lists(st.tuples(words, st.sampled_from([0, 1, 5, 20, 70, 150])), max_size=20))
def test_no_key_is_lost_none_is_invented_and_their_order_stays(pieces):
    keyboard = Keyboard()
    for text, gap_ms in pieces:
        keyboard.press(text, gap_ms)
        keyboard.at += 0.2
    keyboard.rest()
    came = keyboard.came.replace("[", "").replace("]", "⏎")
    assert came == "".join(f"{text}⏎" for text, _ in pieces)


def test_control_characters_may_stand_before_and_after_a_scan():
    rhythm = Rhythm(prefix="\x02", suffix="\x03")
    assert Keyboard(rhythm).press(f"\x02{CODE}\x03", 2).came == f"[{CODE}]"


def test_a_prefix_shows_that_capslock_is_on_and_it_is_undone():
    assert Keyboard(Rhythm(prefix="sc")).press("SCabC", 2).came == "[ABc]"


def reads(*scans, window_ms=300):
    """What is left of scans, given as (text, began, ended) in milliseconds."""
    double_reads = DoubleReads(window_ms)
    made = [Scanned(text, began / 1000, ended / 1000) for text, began, ended in scans]
    return [scan.text for scan in made if not double_reads.is_repeat(scan)]


def test_a_label_read_twice_at_once_is_one():
    assert reads((CODE, 0, 60), (CODE, 150, 210)) == [CODE]


def test_a_scanner_that_stutters_gives_one_however_often():
    assert reads(*((CODE, n * 150, n * 150 + 60) for n in range(8))) == [CODE]


def test_five_deliberate_scans_are_five():
    assert len(reads(*((CODE, n * 500, n * 500 + 60) for n in range(5)))) == 5


def test_two_goods_in_quick_turn_are_two_and_so_is_the_first_one_again():
    assert reads((CODE, 0, 60), ("1001", 70, 90), (CODE, 100, 160)) == [CODE, "1001", CODE]


def test_the_window_is_the_shops_to_choose():
    twice = ((CODE, 0, 60), (CODE, 400, 460))
    assert len(reads(*twice, window_ms=500)) == 1
    assert len(reads(*twice, window_ms=0)) == 2


def test_codes_that_were_all_read_at_one_go_all_count():
    assert len(reads(*((CODE, n * 0.5, n * 0.5 + 0.4) for n in range(3)))) == 3


def test_three_keys_faster_than_any_hand_are_a_scan_and_no_answer():
    assert Keyboard().press("412", 3).came == "[412]"
    assert Keyboard().press("412", 30).came == "412⏎"
