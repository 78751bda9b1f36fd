"""A scanner in HID-POS mode: what its reports mean, and how it comes and goes."""

import errno
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.devices.scanners.hid_pos import (
    UNREADABLE,
    HidPosScanner,
    ReportJoiner,
    ReportLayout,
    identifier,
    is_bar_code_scanner,
    layout_of,
    why_hidraw_refused,
)
from pos_tui.devices.scanners.scanned_text import HALF_READ, LONGEST, TOO_LONG
from pos_tui.devices.scanners.scanner import Scanned
from pos_tui.reasons import Reason
from pos_tui.wording.current import in_words
from tests.devices.scanners.machine import Machine
from tests.devices.scanners.signals import COLA, report, reports_of

# A scanner's own description of its reports, item by item (HID 1.11, section 6.2.2).
USUAL = bytes.fromhex(
    "058C 0902 A101"  # bar code scanner: scanner, application
    "0912 A102 8502 1500 26FF00 7508"  # scanned-data report, number 2, bytes
    "9501 0501 093B 8102"  # byte count
    "9503 058C 09FB 09FC 09FD 8102"  # symbology identifier 1 to 3
    "9538 09FE 820201"  # 56 bytes of decoded data
    "9502 0600FF 0901 8102"  # two bytes of the maker's
    "9501 7501 058C 09FF 2501 8102"  # continued
    "9507 8103 C0"  # 7 bits of nothing
    "8504 0914 A102 7508 9501 0900 9102 C0 C0"  # a trigger report, going the other way
)
# The same fields in another order and size, without a number.
UNUSUAL = bytes.fromhex(
    "058C 0902 A101 7501 9501 09FF 8102 9507 8103"
    "7508 9503 09FB 09FC 09FD 8102 9501 0501 093B 8102 058C 9510 09FE 8102 C0"
)
KEYBOARD = bytes.fromhex("0501 0906 A101 0507 19E0 29E7 7501 9508 8102 C0")


def joined(*pieces, layout=None):
    """What comes of reports 1 ms apart; a number is so many seconds of silence."""
    joiner, at, came = ReportJoiner(layout), 10.0, []
    for piece in pieces:
        if isinstance(piece, bytes):
            at += 0.001
            came += joiner.feed(piece, at)
        else:
            at += piece
            came += joiner.quiet(at)
    return [each.text if isinstance(each, Scanned) else each for each in came]


def test_a_code_comes_after_its_symbology_identifier():
    assert joined(report(COLA.encode())) == [f"]E0{COLA}"]


def test_the_identifier_is_left_off_where_the_scanner_gives_none():
    assert joined(report(COLA.encode(), symbology=b"\0\0\0")) == [COLA]
    assert joined(report(COLA.encode(), symbology=b"ABC")) == [COLA]
    assert [identifier(each) for each in (b"]C1", b"]\0\0", b"]\xff1", b"")] == ["]C1", "", "", ""]


def test_a_long_code_is_joined_from_its_reports():
    long = b"https://example.org/" + b"x" * 200
    assert joined(*reports_of(long)) == ["]Q1" + long.decode()]
    assert joined(*reports_of(long), *reports_of(long)) == ["]Q1" + long.decode()] * 2


def test_the_times_are_those_of_the_first_and_last_report():
    joiner = ReportJoiner()
    first, last = reports_of(b"x" * 60)
    assert joiner.feed(first, 10.0) == []
    assert joiner.feed(last, 10.2) == [Scanned("]Q1" + "x" * 60, 10.0, 10.2)]


def test_a_character_cut_in_two_by_a_report_is_whole_again():
    milk = "牛奶" * 20
    assert joined(*reports_of(milk.encode())) == ["]Q1" + milk]
    assert joined(*reports_of(milk.encode("gb18030"), size=55)) == ["]Q1" + milk]


def test_a_code_whose_rest_never_comes_is_told_and_not_joined_to_the_next():
    first, _ = reports_of(b"x" * 60)
    assert joined(first, 0.4, 0.2, report(COLA.encode())) == [HALF_READ, f"]E0{COLA}"]


def test_another_code_in_the_middle_of_one_spoils_both_until_it_is_quiet():
    first, last = reports_of(b"x" * 60)
    stray = report(COLA.encode())
    assert joined(first, stray, last, 0.6, stray) == [HALF_READ, f"]E0{COLA}"]


@pytest.mark.parametrize(
    "bad",
    [
        report(b"12")[:-1],
        report(b"12")[:3],
        b"\x02",
        report(b"12") + b"\0",
        report(b"12", count=57),
        report(b"12", count=255),
    ],
    ids=["short", "very short", "empty", "over-long", "count", "count 255"],
)
def test_a_malformed_report_spoils_the_code_that_it_belongs_to(bad):
    first, last = reports_of(b"x" * 60)
    whole = report(COLA.encode())
    assert joined(first, bad, last, 0.6, whole) == [UNREADABLE, f"]E0{COLA}"]
    assert joined(bad, last, 0.6, whole) == [UNREADABLE, f"]E0{COLA}"]


def test_reports_about_other_things_are_passed_over():
    first, last = reports_of(b"x" * 60)
    assert joined(first, b"\x04\x01", b"", last) == ["]Q1" + "x" * 60]


def test_a_report_without_data_is_no_code():
    assert joined(report(b"")) == []


def test_a_code_without_end_is_thrown_away():
    part = report(b"7" * 56, continued=True)
    many = LONGEST // 56 + 1
    assert joined(*[part] * (many + 5), 0.6, report(COLA.encode())) == [TOO_LONG, f"]E0{COLA}"]


@given(st.binary(min_size=1, max_size=LONGEST), st.integers(1, 56))
def test_a_code_comes_back_wherever_its_reports_are_split(data, size):
    (came,) = joined(*reports_of(data, size=size))
    assert came == joined(*reports_of(data))[0]


@given(
    st.lists(st.one_of(st.binary(max_size=70), st.binary(min_size=62, max_size=62)), max_size=12)
)
def test_no_bytes_whatsoever_upset_the_joiner(pieces):
    for each in joined(*[b"\x02" + piece for piece in pieces], 1.0):
        assert isinstance(each, str | Reason)


@given(st.binary(max_size=200), st.binary(max_size=70))
def test_no_descriptor_whatsoever_upsets_the_reading(descriptor, data):
    is_bar_code_scanner(descriptor)
    joined(data, report(data[:56]), layout=layout_of(USUAL[:40] + descriptor))
    joined(data, layout=layout_of(descriptor))


@given(st.integers(0, len(USUAL) - 1), st.binary(min_size=1, max_size=2), st.binary(max_size=80))
def test_a_scanner_that_describes_itself_wrongly_does_no_harm(at, wrong, data):
    layout = layout_of(USUAL[:at] + wrong + USUAL[at + len(wrong) :])
    number = bytes([layout.report_id]) if layout else b"\x02"
    joined(data, (number + data).ljust(layout.size if layout else 64, b"\0"), layout=layout)


def test_a_descriptor_tells_where_the_fields_are():
    assert layout_of(USUAL) == ReportLayout()
    layout = layout_of(UNUSUAL)
    assert layout == ReportLayout(0, 21, 4, 1, 5, 16, 0, 0)
    first = b"\x01]E0\x10" + b"1234567890123456"
    last = b"\x00]E0\x02" + b"78".ljust(16, b"\0")
    assert joined(first, last, layout=layout) == ["]E0123456789012345678"]


def test_a_keyboard_is_no_scanner():
    assert layout_of(KEYBOARD) is None
    assert [is_bar_code_scanner(each) for each in (USUAL, UNUSUAL, KEYBOARD, b"")] == [
        True, True, False, False,
    ]  # fmt: skip


@pytest.fixture
def machine(tmp_path):
    if sys.platform != "linux":
        pytest.skip("hidraw is Linux's")
    started = []

    def start(device="hs-1 scanner", descriptor=USUAL):
        started.append(Machine(tmp_path, "hidraw", device, descriptor))
        return started[-1]

    yield start
    for each in started:
        each.stop()


def test_a_scanner_pulled_out_is_found_again_when_it_comes_back(machine):
    counter = machine()
    assert "not plugged in" in counter.next("waiting")
    assert counter.plug_in().next("ready") == ""
    counter.send(report(COLA.encode()))
    assert counter.next("code") == f"]E0{COLA}"
    counter.send(report(b"x" * 56, continued=True))
    counter.pull_out()
    assert "is gone" in counter.next("waiting")
    counter.plug_in().next("ready")
    counter.send(report(COLA.encode()))
    assert counter.next("code") == f"]E0{COLA}"
    assert counter.close_scanner() < 2


def test_a_scanner_is_found_by_its_path_and_read_as_it_describes_itself(machine):
    counter = machine("/dev/hidraw3", UNUSUAL)
    counter.next("waiting")
    counter.plug_in().next("ready")
    counter.send(b"\x00]E0\x0d" + COLA.encode().ljust(16, b"\0"))
    assert counter.next("code") == f"]E0{COLA}"


def test_a_device_of_that_name_that_is_no_scanner_is_left_alone(machine):
    counter = machine(descriptor=KEYBOARD)
    assert "HID-POS" in counter.next("waiting")
    counter.plug_in()
    with pytest.raises(AssertionError, match="no ready came"):
        counter.next("ready", seconds=1.2)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EACCES, "70-scanner.rules"),
        (errno.EAGAIN, "Another program"),
        (errno.EIO, "could not be opened"),
    ],
)
def test_why_a_device_does_not_open_is_said_so_that_it_helps(number, said):
    assert said in in_words(
        why_hidraw_refused("Counter", Path("/dev/hidraw3"), OSError(number, "x"))
    )


def test_a_scanner_without_a_device_in_the_settings_opens_none():
    scanner, told = HidPosScanner("Counter", " "), []

    def tell(state):
        told.append(state)
        scanner.close()

    scanner.listen(told.append, tell)
    (state,) = told
    assert not state.ready
    assert ("only Linux" if os.name == "nt" else "name no device") in in_words(state.why)
