"""A scanner on a serial port: what its bytes mean, and how its port comes and goes."""

import errno
import os
import queue
import sys
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.devices.scanners.listening import LOOK_AGAIN_S, WAIT_S, NotReadable, NotThere
from pos_tui.devices.scanners.scanned_text import HALF_READ, LONGEST, TOO_LONG
from pos_tui.devices.scanners.scanner import Scanned
from pos_tui.devices.scanners.serial_scanner import (
    LineJoiner,
    SerialScanner,
    port_of,
    why_port_refused,
)
from pos_tui.reasons import Reason
from pos_tui.wording.current import in_words

COLA, GS1 = "5449000000996", "01095011010209171726\x1d10AB-1"
needs_pty = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no ptys")


def texts(came):
    return [each.text if isinstance(each, Scanned) else each for each in came]


def joined(*pieces, encoding="utf-8"):
    """What comes of pieces of bytes 1 ms apart; a number is so many seconds of silence."""
    joiner, at, came = LineJoiner(encoding), 10.0, []
    for piece in pieces:
        if isinstance(piece, bytes):
            at += 0.001
            came += joiner.feed(piece, at)
        else:
            at += piece
            came += joiner.quiet(at)
    return texts(came)


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\t", b"\x03", b"\x03\r\n"])
@pytest.mark.parametrize("start", [b"", b"\x02"])
def test_a_code_ends_with_whatever_the_scanner_is_set_to(start, end):
    line = start + GS1.encode() + end
    assert joined(line, line, 1.0) == [GS1, GS1]


def test_without_a_terminator_a_silence_ends_it():
    assert joined(COLA.encode(), 0.05, 0.06, GS1.encode(), 0.11) == [COLA, GS1]
    assert joined(COLA.encode(), 0.09) == []


def test_a_scanner_that_sends_terminators_and_breaks_off_gives_no_half_code():
    whole = COLA.encode() + b"\r"
    assert joined(whole, b"54490", 0.2, b"00000996\r", 1.0) == [COLA, COLA]
    assert joined(whole, b"54490", 0.2, 0.4, whole) == [COLA, HALF_READ, COLA]


def test_a_scanner_set_anew_to_send_no_terminator_is_believed_after_one_scan():
    bare = COLA.encode()
    assert joined(bare + b"\r", bare, 0.6, bare, 0.11) == [COLA, HALF_READ, COLA]


def test_a_new_start_before_the_end_is_half_a_code():
    assert joined(b"\x0254490\x02" + COLA.encode() + b"\x03") == [HALF_READ, COLA]


def test_the_times_are_those_of_the_first_and_last_bytes():
    joiner = LineJoiner()
    joiner.feed(b"54", 10.0)
    joiner.feed(b"49", 10.5)
    assert joiner.quiet(10.7) == [Scanned("5449", 10.0, 10.5)]


def test_nul_bytes_and_empty_lines_are_nothing():
    assert joined(b"\x00\r\n\r\n\x0012\x0034\r\x00", 1.0) == ["1234"]


def test_more_than_any_code_is_thrown_away_up_to_its_end():
    flood = b"7" * LONGEST + b"7"
    assert joined(flood + b"77\r" + COLA.encode() + b"\r") == [TOO_LONG, COLA]
    assert joined(flood, b"77", 0.2, COLA.encode(), 0.2) == [TOO_LONG, COLA]
    assert joined(b"7" * LONGEST + b"\r") == ["7" * LONGEST]


def test_text_is_read_in_the_encoding_that_it_can_only_be():
    milk = "牛奶 1 升"
    assert joined(milk.encode() + b"\r", milk.encode("gb18030") + b"\r") == [milk, milk]
    assert joined("café".encode("latin-1") + b"\r") == ["café"]
    assert joined("ミルク".encode("shift_jis") + b"\r", encoding="shift_jis") == ["ミルク"]
    assert joined(COLA.encode() + b"\r", encoding="no such") == [COLA]


@given(st.lists(st.one_of(st.binary(max_size=40), st.floats(0, 1)), max_size=20))
def test_no_bytes_whatsoever_upset_the_joiner(pieces):
    for each in joined(*pieces, 1.0):
        text = in_words(each) if isinstance(each, Reason) else each
        assert text
        assert not set(text) & set("\r\n\t\x00\x02\x03")


codes = st.text(st.characters(min_codepoint=0x1C, max_codepoint=0x7E), min_size=1, max_size=40)


@given(st.lists(codes, max_size=8), st.data())
def test_codes_come_back_however_the_bytes_are_cut(expected, data):
    line = b"".join(code.encode() + b"\r\n" for code in expected)
    pieces = []
    while line:
        cut = data.draw(st.integers(1, len(line)))
        pieces.append(line[:cut])
        line = line[cut:]
    assert joined(*pieces) == expected


PORTS = [(None, None, "/dev/ttyS0"), (0x0C2E, 0x0B61, "/dev/ttyACM0"), (0x5E0, 0x1701, "COM7")]


def test_a_port_is_found_by_the_ids_of_its_scanner():
    assert port_of("Counter", "usb:05e0:1701", PORTS) == "COM7"
    assert port_of("Counter", "USB:0C2E:0B61", PORTS) == "/dev/ttyACM0"
    with pytest.raises(NotThere, match="name=Counter port=usb:dead:beef"):
        port_of("Counter", "usb:dead:beef", PORTS)


@pytest.mark.parametrize("port", ["usb:", "usb:05e0", "usb:05e0:1701:1", "usb:lane:one"])
def test_ids_that_are_none_are_said_to_be_none(port):
    with pytest.raises(NotReadable, match=r"scanner\.serial_usb_form"):
        port_of("Counter", port, PORTS)


@pytest.mark.parametrize(
    ("error", "on_windows", "said"),
    [
        (OSError(errno.ENOENT, "x"), False, "not plugged in"),
        (OSError("could not open port 'COM7': FileNotFoundError(2, …)"), True, "not plugged in"),
        (OSError(errno.EACCES, "x"), False, "usermod -aG dialout"),
        (OSError("could not open port 'COM7': PermissionError(13, …)"), True, "Another program"),
        (OSError(errno.EAGAIN, "x"), False, "Another program"),
        (OSError(errno.EIO, "x"), False, "could not be opened"),
    ],
)
def test_why_a_port_does_not_open_is_said_so_that_it_helps(error, on_windows, said):
    assert said in in_words(why_port_refused("Counter", "COM7", error, on_windows).reason)


class Counter:
    """A serial scanner on a pty, which can be pulled out and plugged in again."""

    def __init__(self, folder, **settings):
        self.path = folder / "ttyScanner"
        self.scanner = SerialScanner("Counter", str(self.path), **settings)
        self._came: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.listener = threading.Thread(
            target=self.scanner.listen, args=(self._came.put, self._came.put), daemon=True
        )

    def plug_in(self):
        self._cable, self._end = os.openpty()
        self.path.symlink_to(os.ttyname(self._end))
        return self

    def pull_out(self):
        self.path.unlink()
        os.close(self._end)
        os.close(self._cable)

    def open(self):
        self.listener.start()
        return self

    def scan(self, *lines):
        for line in lines:
            os.write(self._cable, line)
        return self

    def code(self):
        return self._came.get(timeout=60).text

    def told(self):
        state = self._came.get(timeout=60)
        return state.ready, in_words(state.why) if state.why else ""


@pytest.fixture
def counter(tmp_path):
    if sys.platform == "win32":
        pytest.skip("Windows has no ptys")
    counter = Counter(tmp_path)
    yield counter
    counter.scanner.close()
    if counter.listener.is_alive():
        counter.listener.join(20)


READY = (True, "")


def test_codes_come_in_order_with_each_terminator(counter):
    assert counter.plug_in().open().told() == READY
    counter.scan(
        b"1001\r", b"1002\n", b"1003\r\n", b"1004\t", b"\x021005\x03", GS1.encode() + b"\r"
    )
    assert [counter.code() for _ in range(6)] == ["1001", "1002", "1003", "1004", "1005", GS1]


def test_a_code_without_a_terminator_comes_by_itself(counter):
    counter.plug_in().open().told()
    assert counter.scan(COLA.encode()).code() == COLA
    assert counter.scan(GS1.encode()).code() == GS1


def test_garbage_is_survived(counter):
    counter.plug_in().open().told()
    counter.scan(b"\x00\xff\xfe\x80\x00\r", b"\x00" * 300, COLA.encode() + b"\r")
    assert "ÿ" in counter.code()
    assert counter.code() == COLA


def test_a_scanner_pulled_out_is_found_again_when_it_comes_back(counter):
    ready, say = counter.open().told()
    assert not ready
    assert "not plugged in" in say
    assert counter.plug_in().told() == READY
    for _ in range(2):
        counter.scan(COLA.encode() + b"\r")
        assert counter.code() == COLA
        counter.scan(b"54490")
        counter.pull_out()
        ready, say = counter.told()
        assert not ready
        assert "is gone" in say
        assert counter.plug_in().told() == READY
    assert LOOK_AGAIN_S + WAIT_S < 2
    counter.scan(COLA.encode() + b"\r")
    assert counter.code() == COLA


def test_a_second_listener_is_told_that_the_port_is_taken(counter, tmp_path):
    counter.plug_in().open().told()
    second = Counter(tmp_path)
    ready, say = second.open().told()
    assert not ready
    assert "Another program" in say
    second.scanner.close()
    second.listener.join(20)


@pytest.mark.not_under_wine("it has no cfgmgr32.CM_MapCrToWin32Err, with which ports are listed")
def test_settings_that_no_port_has_are_said_to_be_wrong(tmp_path):
    counter = Counter(tmp_path, parity="X")
    ready, say = counter.open().told()
    assert not ready
    assert "settings" in say
    counter.scanner.close()
    counter.listener.join(20)


@needs_pty
def test_closing_twice_is_closing_once(counter):
    counter.plug_in().open().told()
    counter.scanner.close()
    counter.scanner.close()
    counter.listener.join(20)
    assert not counter.listener.is_alive()


def test_without_pyserial_it_is_said_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "serial", None)
    counter = Counter(tmp_path)
    assert "pip install pyserial" in counter.open().told()[1]
    counter.scanner.close()
    counter.listener.join(20)
