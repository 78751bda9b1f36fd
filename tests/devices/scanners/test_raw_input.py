"""A scanner on Windows: what Raw Input's structures mean. The window itself needs a Windows."""

import ctypes
import queue
import struct
import sys
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.devices.scanners.layouts import ENTER, LAYOUTS, LayoutNameError
from pos_tui.devices.scanners.raw_events import DevicesNow, RawCame, RawInbox
from pos_tui.devices.scanners.raw_input import (
    RawInputScanner,
    RawJoiner,
    RawKey,
    RawReports,
    device_among,
    key_code,
    parse_raw_input,
)
from pos_tui.devices.scanners.scanned_text import HALF_READ
from pos_tui.devices.scanners.scanner import Scanned, ScannerState
from pos_tui.wording.current import in_words
from tests.devices.scanners.signals import COLA, GS1, keys_of, report, reports_of, tap

MOUSE, KEYBOARD, HID = 0, 1, 2
BREAK, E0, E1 = 1, 2, 4
SCANNER = r"\\?\HID#VID_05E0&PID_1200#7&2f&0&0000#{884b96c3-56ef-11d1-bc8c-00a0c91405dd}"
KEYS = r"\\?\HID#VID_046D&PID_C31C#8&1a&0&0000#{884b96c3-56ef-11d1-bc8c-00a0c91405dd}"


def raw(kind, body, pointer_size=8, handle=0x10037):
    """A RAWINPUT structure: header (dwType, dwSize, hDevice, wParam), then what it carries."""
    header = struct.pack("<II", kind, 8 + 2 * pointer_size + len(body))
    header += handle.to_bytes(pointer_size, "little") + bytes(pointer_size)
    return header + body


def raw_key(make_code, flags=0, pointer_size=8):
    return raw(KEYBOARD, struct.pack("<HHHHII", make_code, flags, 0, 0, 0x100, 0), pointer_size)


def raw_reports(*reports, pointer_size=8):
    body = struct.pack("<II", len(reports[0]), len(reports)) + b"".join(reports)
    return raw(HID, body, pointer_size)


def raw_scan(text, layout="us", pointer_size=8):
    """The structures of a scan by keys, ended with Enter."""
    extended = {97: (0x1D, E0), 100: (0x38, E0), 96: (0x1C, E0), 98: (0x35, E0)}
    structures = []
    for code, value in keys_of(layout, text) + tap(ENTER):
        make_code, flags = extended.get(code, (code, 0))
        structures.append(raw_key(make_code, flags | (0 if value else BREAK), pointer_size))
    return structures


def joined(*structures, layout="us", pointer_size=8):
    """What comes of structures 1 ms apart; a number is so many seconds of silence."""
    joiner, at, came = RawJoiner(LAYOUTS[layout], pointer_size), 10.0, []
    for each in structures:
        if isinstance(each, bytes):
            at += 0.001
            came += joiner.feed(each, at)
        else:
            at += each
            came += joiner.quiet(at)
    return [each.text if isinstance(each, Scanned) else each for each in came]


def test_a_key_of_32_and_of_64_bit_windows_byte_by_byte():
    of_64 = bytes.fromhex(
        "01000000 28000000 3700010000000000 00000000000000001E00 0100 0000 4100 01010000 00000000"
    )
    of_32 = bytes.fromhex(
        "01000000 20000000 37000100 00000000 1E00 0000 0000 4100 00010000 00000000"
    )
    assert parse_raw_input(of_64, 8) == RawKey(0x1E, BREAK)
    assert parse_raw_input(of_32, 4) == RawKey(0x1E, 0)


@pytest.mark.parametrize("pointer_size", [4, 8])
def test_reports_are_taken_apart_as_they_were_put_together(pointer_size):
    first, last = reports_of(b"x" * 60)
    structure = raw_reports(first, last, pointer_size=pointer_size)
    assert parse_raw_input(structure, pointer_size) == RawReports((first, last))


def test_what_is_not_whole_is_nothing():
    whole = raw_key(0x1E)
    assert [parse_raw_input(whole[:cut], 8) for cut in range(len(whole))] == [None] * len(whole)
    assert parse_raw_input(raw(MOUSE, bytes(24)), 8) is None
    assert parse_raw_input(raw(KEYBOARD, bytes(8)), 8) is None
    assert parse_raw_input(raw(HID, struct.pack("<II", 64, 2) + bytes(64)), 8) is None
    assert parse_raw_input(raw(HID, struct.pack("<II", 0, 0xFFFFFFFF)), 8) is None


@pytest.mark.parametrize(
    ("make_code", "flags", "code"),
    [
        (0x1E, 0, 30),
        (0x1C, 0, 28),
        (0x1C, E0, 96),
        (0x1D, 0, 29),
        (0x1D, E0, 97),
        (0x35, 0, 53),
        (0x35, E0, 98),
        (0x38, E0, 100),
        (0x56, 0, 86),
        (0x2A, E0, None),
        (0x47, E0, None),
        (0x1D, E1, None),
        (0x00, 0, None),
        (0x5B, 0, None),
    ],
)
def test_scan_codes_are_the_key_codes_of_linux(make_code, flags, code):
    assert key_code(RawKey(make_code, flags)) == code


@pytest.mark.parametrize("pointer_size", [4, 8])
@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_codes_come_whole_and_in_order(layout, pointer_size):
    scans = [each for text in (COLA, "Ab-9*", GS1) for each in raw_scan(text, layout, pointer_size)]
    assert joined(*scans, layout=layout, pointer_size=pointer_size) == [COLA, "Ab-9*", GS1]


def test_the_ctrl_that_windows_adds_to_alt_gr_changes_nothing():
    q, left_ctrl, alt = 0x10, 0x1D, 0x38
    at_sign = [
        raw_key(left_ctrl), raw_key(alt, E0), raw_key(q), raw_key(q, BREAK),
        raw_key(left_ctrl, BREAK), raw_key(alt, E0 | BREAK),
    ]  # fmt: skip
    enter = [raw_key(0x1C), raw_key(0x1C, BREAK)]
    assert joined(*at_sign, *enter, layout="de") == ["@"]


def test_a_key_that_stays_down_is_repeated_by_windows_and_typed_once():
    held = [raw_key(2), raw_key(2), raw_key(2), raw_key(2, BREAK)]
    again = [raw_key(2), raw_key(2, BREAK), raw_key(0x1C), raw_key(0x1C, BREAK)]
    assert joined(*held, *again) == ["11"]


def test_half_a_code_and_keys_that_windows_lost_are_told():
    half = raw_scan("54490")[:-2]
    assert joined(*half, 0.6, *raw_scan(COLA)) == [HALF_READ, COLA]
    assert joined(*half, raw_key(0xFF), *raw_scan("996"), *raw_scan(COLA)) == [HALF_READ, COLA]


def test_a_scanner_in_hid_pos_mode_gives_codes_with_their_identifiers():
    first, last = reports_of(b"x" * 60)
    came = joined(raw_reports(first), raw_reports(last), raw_reports(report(COLA.encode())))
    assert came == ["]Q1" + "x" * 60, f"]E0{COLA}"]


@given(st.lists(st.binary(max_size=100), max_size=10), st.sampled_from([4, 8]))
def test_no_bytes_whatsoever_upset_the_parser(structures, pointer_size):
    joined(*structures, pointer_size=pointer_size)


@given(st.integers(0, 2), st.binary(max_size=90), st.sampled_from([4, 8]))
def test_no_body_whatsoever_upsets_the_parser(kind, body, pointer_size):
    joined(raw(kind, body, pointer_size), pointer_size=pointer_size)


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.integers(0, 7)), max_size=40))
def test_no_keys_whatsoever_upset_the_joiner(keys):
    for each in joined(*[raw_key(make_code, flags) for make_code, flags in keys]):
        assert each


def test_a_device_is_found_by_a_part_of_its_name():
    names = frozenset((KEYS, SCANNER))
    assert device_among("vid_05e0&pid_1200", names) == SCANNER
    assert device_among("VID_DEAD", names) is None
    assert device_among("", names) is None


class Window:
    """What the real window would tell a listener, in a thread as on Windows."""

    def __init__(self):
        self.inbox = RawInbox()
        self._came: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.scanner = RawInputScanner("Counter", "vid_05e0&pid_1200")
        self._listener = threading.Thread(
            target=self.scanner.listen_at, args=(self.inbox, self._came.put, self._came.put)
        )
        self._listener.start()

    def devices(self, *names, trouble=""):
        self.inbox.put(DevicesNow(frozenset(names), trouble))

    def keys(self, device, structures):
        for each in structures:
            self.inbox.put(RawCame(device, each, 10.0))

    def code(self):
        return self._came.get(timeout=60).text

    def told(self):
        state = self._came.get(timeout=60)
        return state.ready, in_words(state.why) if state.why else ""

    def stop(self):
        self.scanner.close()
        self._listener.join(20)
        assert not self._listener.is_alive()


@pytest.fixture
def window():
    window = Window()
    yield window
    window.stop()


def test_only_the_scanner_is_heard_and_it_is_found_again_when_it_comes_back(window):
    ready, say = window.told()
    assert not ready
    assert "not plugged in" in say
    own_size = struct.calcsize("P")
    for _ in range(2):
        window.devices(KEYS, SCANNER)
        assert window.told() == (True, "")
        window.keys(KEYS, raw_scan("typed by hand", pointer_size=own_size))
        window.keys(SCANNER, raw_scan(COLA, pointer_size=own_size))
        assert window.code() == COLA
        window.keys(SCANNER, raw_scan("54490", pointer_size=own_size)[:-2])
        window.devices(KEYS)
        ready, say = window.told()
        assert not ready
        assert "is gone" in say


def test_a_scan_right_after_plugging_in_is_not_lost(window):
    window.told()
    window.devices(SCANNER)
    window.keys(SCANNER, raw_scan(COLA, pointer_size=struct.calcsize("P")))
    assert window.told()[0]
    assert window.code() == COLA


def test_a_window_that_windows_refuses_is_told(window):
    window.told()
    window.devices(trouble="[WinError 5] Access is denied")
    ready, say = window.told()
    assert not ready
    assert "Access is denied" in say


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has Raw Input")
def test_elsewhere_it_says_so_and_returns():
    came: list[Scanned] = []
    told: list[ScannerState] = []
    RawInputScanner("Counter", "VID_05E0").listen(came.append, told.append)
    (state,) = told
    assert not came
    assert not state.ready
    assert state.why
    assert "Windows" in in_words(state.why)


def test_a_layout_that_there_is_not_is_refused():
    with pytest.raises(LayoutNameError, match="dvorak"):
        RawInputScanner("Counter", "VID_05E0", "dvorak")


@pytest.mark.skipif(struct.calcsize("P") != 8, reason="the sizes are those of 64 bits")
def test_the_windows_structures_have_the_sizes_that_windows_gives_them():
    from pos_tui.devices.scanners import raw_window

    structures = (
        raw_window._RawInputDevice,
        raw_window._DeviceListed,
        raw_window._WindowClass,
        raw_window._Message,
    )
    assert [ctypes.sizeof(each) for each in structures] == [16, 16, 72, 48]
