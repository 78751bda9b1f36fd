"""A scanner that types, with a device of its own: what its keys mean, and how it comes and goes."""

import ctypes
import ctypes.util
import errno
import os
import struct
import sys
import threading
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.devices.scanners.evdev_scanner import EvdevScanner
from pos_tui.devices.scanners.key_joiner import KeyJoiner
from pos_tui.devices.scanners.layouts import (
    COMBINING,
    END,
    ENTER,
    KEYPAD_ENTER,
    LAYOUTS,
    LEFT_CTRL,
    LEFT_SHIFT,
    SPACE,
    TAB,
    KeyDecoder,
    LayoutNameError,
    alt_code,
)
from pos_tui.devices.scanners.scanned_text import HALF_READ, LONGEST, TOO_LONG
from pos_tui.wording.current import in_words
from tests.devices.scanners.machine import Machine
from tests.devices.scanners.signals import CLOSING_BRACKET, COLA, GS, GS1, by_number, keys_of, tap

CAPS_LOCK = 58
SYN_DROPPED = struct.pack("@llHHi", 0, 0, 0, 3, 0)
needs_evdev = pytest.mark.skipif(sys.platform != "linux", reason="evdev is Linux's")


def typed(layout, events):
    decoder = KeyDecoder(LAYOUTS[layout])
    return "".join(decoder.feed(code, value) for code, value in events)


def as_bytes(events):
    """Key events as the kernel writes them: struct input_event, each with its report's end."""
    written = b""
    for code, value in events:
        written += struct.pack("@llHHi", 0, 0, 1, code, value)
        written += struct.pack("@llHHi", 0, 0, 0, 0, 0)
    return written


def scan_of(text, layout="us", end=ENTER):
    return as_bytes(keys_of(layout, text) + tap(end))


@pytest.fixture
def machine(tmp_path):
    started = []

    def start(device="hs-1 scanner", **more):
        started.append(Machine(tmp_path, "evdev", device, **more))
        return started[-1]

    yield start
    for each in started:
        each.stop()


printable = st.text(
    st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
        st.sampled_from("äöüßÄÖÜ€µ²³éèçàùñÑ§°" + GS),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
    )
)


@given(st.sampled_from(sorted(LAYOUTS)), printable)
def test_what_a_scanner_types_on_its_layout_is_what_was_on_the_label(layout, text):
    assert typed(layout, keys_of(layout, text)) == text


@given(
    st.sampled_from(sorted(LAYOUTS)), st.lists(st.tuples(st.integers(0, 767), st.integers(0, 2)))
)
def test_no_keys_whatsoever_upset_the_decoder(layout, events):
    assert isinstance(typed(layout, events), str)


def test_each_layout_has_its_letters_where_its_country_has_them():
    q_row = [(code, 1) for code in range(16, 22)]
    assert {name: typed(name, q_row) for name in ("us", "de", "fr")} == {
        "us": "qwerty",
        "de": "qwertz",
        "fr": "azerty",
    }
    digits = [(code, 1) for code in range(2, 12)]
    assert typed("us", digits) == "1234567890"
    assert typed("fr", digits) == "&é\"'(-è_çà"
    assert typed("fr", [(LEFT_SHIFT, 1), *digits]) == "1234567890"


@pytest.mark.parametrize("level", [0, 1], ids=["plain", "shift"])
@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_the_layouts_are_those_of_the_system(layout, level):
    """Against libxkbcommon; the key by Z that only Europe has, and ² + Shift, are left out."""
    library = ctypes.util.find_library("xkbcommon")
    if library is None or not os.path.isdir("/usr/share/X11/xkb"):  # noqa: PTH112
        pytest.skip("libxkbcommon or its data is not installed")
    xkb = ctypes.CDLL(library)
    for function in ("xkb_context_new", "xkb_keymap_new_from_names", "xkb_state_new"):
        getattr(xkb, function).restype = ctypes.c_void_p
    country = b"gb" if layout == "uk" else layout.encode()
    names = (ctypes.c_char_p * 5)(b"evdev", b"pc105", country, b"", b"")
    context = ctypes.c_void_p(xkb.xkb_context_new(0))
    keymap = ctypes.c_void_p(xkb.xkb_keymap_new_from_names(context, names, 0))
    state = ctypes.c_void_p(xkb.xkb_state_new(keymap))
    if level:
        xkb.xkb_state_update_key(state, LEFT_SHIFT + 8, 1)
    dead = {"circumflex": "^", "grave": "`", "acute": "´", "diaeresis": "¨", "tilde": "~"}
    for code, character in LAYOUTS[layout].levels[level].items():
        symbol = xkb.xkb_state_key_get_one_sym(state, code + 8)
        name = ctypes.create_string_buffer(64)
        xkb.xkb_keysym_get_name(symbol, name, 64)
        accent = name.value.decode().removeprefix("dead_")
        theirs = dead[accent] if b"dead_" in name.value else chr(xkb.xkb_keysym_to_utf32(symbol))
        if (layout, code) != ("us", 86):
            assert (code, theirs) == (code, character)
            assert (b"dead_" in name.value) == (character in LAYOUTS[layout].dead[level])


def test_caps_lock_changes_nothing():
    assert typed("us", tap(CAPS_LOCK) + keys_of("us", "aB1")) == "aB1"


@pytest.mark.parametrize("end", [ENTER, KEYPAD_ENTER, TAB])
def test_enter_on_either_side_and_tab_end_a_code(end):
    assert typed("us", tap(end)) == END


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_the_gs1_separator_survives_as_ctrl_and_as_alt_with_a_number(layout):
    assert typed(layout, tap(LEFT_CTRL, CLOSING_BRACKET)) == GS
    assert typed(layout, by_number("029")) == GS
    assert typed(layout, by_number("0029")) == GS


def test_a_number_with_alt_is_a_character_as_on_windows():
    assert [alt_code(each) for each in ("65", "0233", "130", "20013", "013")] == [
        "A", "é", "é", "中", END,
    ]  # fmt: skip
    assert [alt_code(each) for each in ("0", "55296", "99999999")] == ["", "", ""]


def test_an_accent_waits_for_its_letter_and_stands_alone_without_one():
    circumflex, e = 26, 18
    assert typed("fr", tap(circumflex) + tap(e)) == "ê"
    assert typed("fr", tap(circumflex) + tap(SPACE)) == "^"
    assert typed("fr", tap(circumflex) + tap(circumflex)) == "^^"
    assert typed("fr", tap(circumflex) + tap(ENTER)) == "^" + END
    assert all(unicodedata.combining(each) for each in COMBINING.values())


def test_a_key_that_sticks_is_typed_once():
    assert typed("us", [(2, 1), (2, 2), (2, 2), (2, 0)]) == "1"


def test_a_layout_that_there_is_not_is_refused_with_those_that_there_are():
    with pytest.raises(LayoutNameError, match="dvorak layouts=us,uk,de,fr,es,it"):
        EvdevScanner("Counter", "hs-1", "dvorak")


class Keys:
    """Presses keys into a joiner at chosen times."""

    def __init__(self):
        self.joiner = KeyJoiner(LAYOUTS["us"])
        self.at = 50.0
        self.came = []

    def press(self, events, gap=0.01):
        for code, value in events:
            self.at += gap
            self.came += self.joiner.press(code, value, self.at)
        return self

    def rest(self, seconds):
        self.at += seconds
        self.came += self.joiner.quiet(self.at)
        return self


def test_half_a_code_is_neither_given_nor_joined_to_the_next_one():
    keys = Keys().press(keys_of("us", "54490")).rest(0.4)
    assert keys.came == []
    keys.rest(0.2).press(keys_of("us", COLA) + tap(ENTER)).rest(1)
    assert keys.came[0] == HALF_READ
    assert [each.text for each in keys.came[1:]] == [COLA]


def test_the_times_of_a_scan_are_those_of_its_first_and_last_key():
    keys = Keys().press(keys_of("us", "12") + tap(ENTER))
    (scan,) = keys.came
    assert (scan.text, scan.began, scan.ended) == (
        "12", pytest.approx(50.01), pytest.approx(50.05),
    )  # fmt: skip


def test_enter_by_itself_is_no_code():
    assert Keys().press(tap(ENTER) * 3).rest(1).came == []


def test_keys_without_an_end_are_not_kept_for_ever():
    keys = Keys().press(tap(2) * (LONGEST + 9) + tap(ENTER), 0.001)
    assert keys.came == [TOO_LONG]
    assert [each.text for each in keys.press(keys_of("us", COLA) + tap(TAB)).came[1:]] == [COLA]


@needs_evdev
def test_codes_come_whole_and_in_order_from_a_scanner_plugged_in_later(machine):
    counter = machine()
    assert "not plugged in" in counter.next("waiting")
    assert counter.plug_in().next("ready") == ""
    counter.send(scan_of(COLA) + scan_of("Ab-9*%", end=TAB) + scan_of(GS1, end=KEYPAD_ENTER))
    assert [counter.next("code") for _ in range(3)] == [COLA, "Ab-9*%", GS1]


@needs_evdev
def test_a_scanner_is_found_by_its_path_too(machine):
    counter = machine("/dev/input/by-id/usb-Corner_HS-1-event-kbd")
    assert "not plugged in" in counter.next("waiting")
    counter.plug_in().next("ready")
    counter.send(scan_of(COLA))
    assert counter.next("code") == COLA


@needs_evdev
def test_a_scanner_pulled_out_is_found_again_when_it_comes_back(machine):
    counter = machine()
    counter.next("waiting")
    counter.plug_in().next("ready")
    for _ in range(2):
        counter.send(as_bytes(keys_of("us", "54490")))
        counter.pull_out()
        assert "is gone" in counter.next("waiting")
        counter.plug_in()
        counter.next("ready")
        counter.send(scan_of(COLA))
        assert counter.next("code") == COLA


@needs_evdev
def test_half_a_code_is_told_and_the_notice_goes_with_the_next_whole_one(machine):
    counter = machine()
    counter.next("waiting")
    counter.plug_in().next("ready")
    counter.send(as_bytes(keys_of("us", "54490")))
    assert counter.next("ready") == in_words(HALF_READ)
    counter.send(scan_of(COLA))
    assert counter.next("code") == COLA
    assert counter.next("ready") == ""


@needs_evdev
def test_a_code_of_which_the_kernel_dropped_keys_is_not_given(machine):
    counter = machine()
    counter.next("waiting")
    counter.plug_in().next("ready")
    lost = as_bytes(keys_of("us", "544")) + SYN_DROPPED + as_bytes(keys_of("us", "996"))
    counter.send(lost + as_bytes(tap(ENTER)) + scan_of(COLA))
    assert counter.next("ready") == in_words(HALF_READ)
    assert counter.next("code") == COLA


@needs_evdev
def test_a_scanner_with_a_key_held_down_is_not_taken(machine):
    counter = machine(held=LEFT_SHIFT)
    counter.next("waiting")
    assert "held down" in counter.plug_in().next("waiting")


@needs_evdev
def test_closing_ends_the_listening_at_once(machine):
    counter = machine()
    counter.next("waiting")
    counter.plug_in().next("ready")
    assert counter.close_scanner() < 2


class StubDevice:
    """An input device whose trouble can be chosen; umockdev knows none of these errors."""

    def __init__(self, path, readonly):
        self.path, self.name = path, "Stub"
        self.fd, self._end = os.pipe()
        os.write(self._end, b"!")

    def capabilities(self):
        return {1: [ENTER]}

    def active_keys(self):
        return []

    def grab(self):
        raise OSError(errno.EBUSY, "Device or resource busy")

    def read(self):
        raise OSError(errno.ENODEV, "No such device")

    def close(self):
        os.close(self.fd)
        os.close(self._end)


def first_told(scanner, count=1):
    """What a scanner that listens tells at first."""
    told, enough = [], threading.Event()

    def tell(state):
        told.append(state)
        if len(told) == count:
            enough.set()

    listener = threading.Thread(target=scanner.listen, args=(told.append, tell))
    listener.start()
    assert enough.wait(20)
    scanner.close()
    listener.join(20)
    assert not listener.is_alive()
    return told[:count]


@needs_evdev
def test_a_scanner_that_another_program_has_is_said_to_be_so(monkeypatch):
    monkeypatch.setattr("evdev.InputDevice", StubDevice)
    (state,) = first_told(EvdevScanner("Counter", os.devnull))
    assert (state.ready, state.name) == (False, "Counter")
    assert "Another program" in in_words(state.why)


@needs_evdev
def test_an_unplugged_device_as_the_kernel_reports_it(monkeypatch):
    """A device that is gone already while its old keys are read, then one that goes later."""
    monkeypatch.setattr("evdev.InputDevice", StubDevice)
    monkeypatch.setattr(StubDevice, "grab", lambda _: None)
    (state,) = first_told(EvdevScanner("Counter", os.devnull))
    assert not state.ready
    monkeypatch.setattr(
        "pos_tui.devices.scanners.evdev_scanner.KeyDevice.drop_what_came_before", lambda _: None
    )
    states = first_told(EvdevScanner("Counter", os.devnull), 2)
    assert [state.ready for state in states] == [True, False]
    assert "is gone" in in_words(states[1].why)


@needs_evdev
def test_who_may_not_read_the_scanner_is_told_of_the_group(monkeypatch):
    def refuse(path, readonly):
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr("evdev.InputDevice", refuse)
    (state,) = first_told(EvdevScanner("Counter", os.devnull))
    assert not state.ready
    assert "sudo usermod -aG input $USER" in in_words(state.why)


def test_without_the_evdev_package_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "evdev", None)
    (state,) = first_told(EvdevScanner("Counter", "hs-1"))
    assert "pip install 'pos-tui[scanner]'" in in_words(state.why)
    assert "on ARM with a C compiler and 'pos-tui[scanner-compiled]'" in in_words(state.why)


@needs_evdev
def test_a_scanner_without_a_device_in_the_settings_takes_nobodys_keyboard():
    (state,) = first_told(EvdevScanner("Counter", " "))
    assert "name no device" in in_words(state.why)
