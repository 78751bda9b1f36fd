"""A scale on a serial port: asked, silent, switched off and on, set to another line."""

import errno
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest

from pos_tui.devices.scales import NullScale, Scale, ScaleReading, make_scale
from pos_tui.devices.scales.mt_sics import MT_SICS
from pos_tui.devices.scales.serial_port import why_no_port
from pos_tui.devices.scales.serial_scale import SerialScale
from pos_tui.devices.scales.watch import ScaleWatch
from pos_tui.settings import ScaleSettings
from pos_tui.wording.current import in_words
from tests.scale_stand_in import ScaleStandIn

pytestmark = pytest.mark.posix_only("a scale of the tests' is on a pty")

KINDS = ("toledo_8217", "mt_sics")
Kind = Literal["toledo_8217", "mt_sics"]
Weighing = tuple[ScaleStandIn, Scale]


@contextmanager
def weighing_on(port: Path, kind: Kind, *, in_pounds: bool = False) -> Iterator[Weighing]:
    """A stand-in, and the scale that the program makes of the settings."""
    stand_in = ScaleStandIn(port, kind, in_pounds=in_pounds)
    with closing(make_scale(ScaleSettings(kind=kind, port=str(port)))) as scale:
        try:
            yield stand_in, scale
        finally:
            stand_in.switch_off()


def said(reading: ScaleReading) -> str:
    assert reading.why is not None
    return in_words(reading.why)


@pytest.mark.parametrize("kind", KINDS)
def test_each_state_of_the_scale_is_read(tmp_path, kind):
    with weighing_on(tmp_path / "scale", kind) as (stand_in, scale):
        assert scale.read().is_zero
        stand_in.weigh(842)
        assert (scale.read().state, scale.read().grams) == ("stable", Decimal(842))
        stand_in.is_moving = True
        assert scale.read().state == "moving"
        stand_in.weigh(15_001)
        assert scale.read().state == "over"
        stand_in.weigh(-600)
        assert scale.read().state == "under"
        stand_in.weigh(-100)
        assert scale.read().state == ("under" if kind == "toledo_8217" else "negative")
        stand_in.weigh(500)
        stand_in.tare = 8
        reading = scale.read()
        assert (reading.grams, reading.is_net) == (Decimal(492), True)


def test_a_scale_in_pounds_gives_exact_grams(tmp_path):
    with weighing_on(tmp_path / "scale", "toledo_8217", in_pounds=True) as (stand_in, scale):
        stand_in.weigh(1134)
        assert scale.read().grams == Decimal("2.50") * Decimal("453.59237")


@pytest.mark.parametrize("kind", KINDS)
def test_a_scale_that_falls_silent_says_so_and_is_read_again_when_it_answers(tmp_path, kind):
    with weighing_on(tmp_path / "scale", kind) as (stand_in, scale):
        stand_in.is_silent = True
        reading = scale.read()
        assert (reading.state, reading.grams) == ("no_answer", None)
        assert "does not answer" in said(reading)
        stand_in.is_silent = False
        assert scale.read().is_zero


@pytest.mark.parametrize("kind", KINDS)
def test_a_scale_that_is_switched_off_and_on_is_found_again(tmp_path, kind):
    with weighing_on(tmp_path / "scale", kind) as (stand_in, scale):
        stand_in.weigh(842)
        assert scale.read().grams == 842
        stand_in.switch_off()
        reading = scale.read()
        assert reading.state == "no_answer"
        assert "not plugged in" in said(reading)
        stand_in.switch_on()
        stand_in.weigh(500)
        assert scale.read().grams == 500
        stand_in.switch_off()
        stand_in.switch_on()  # meanwhile, which nobody saw
        stand_in.weigh(300)
        assert scale.read().grams == 300


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_is_late_is_not_the_next_question_s(tmp_path, kind):
    with weighing_on(tmp_path / "scale", kind) as (stand_in, scale):
        stand_in.weigh(842)
        stand_in.delay_s = 0.65
        assert scale.read().state == "no_answer"
        stand_in.delay_s = 0.0
        stand_in.weigh(500)
        assert [scale.read().grams for _ in range(3)] == [500] * 3


@pytest.mark.parametrize("kind", KINDS)
def test_garbage_is_no_weight_and_another_parity_is_named(tmp_path, kind):
    with weighing_on(tmp_path / "scale", kind) as (stand_in, scale):
        stand_in.weigh(842)
        stand_in.answers = [b"\x02\x80\xff9.9\r\r\n"]
        reading = scale.read()
        assert (reading.state, reading.grams) == ("bad_data", None)
        stand_in.wrong_parity = True
        assert (scale.read().state, scale.read().grams) == ("bad_data", None)
        stand_in.wrong_parity = False
        assert scale.read().grams == 842


def test_two_programs_do_not_share_a_scale(tmp_path):
    with weighing_on(tmp_path / "scale", "mt_sics") as (_, scale):
        assert scale.read().is_zero
        other = make_scale(ScaleSettings(kind="mt_sics", port=str(tmp_path / "scale")))
        assert "Another program" in said(other.read())


@pytest.mark.parametrize(
    ("error", "on_windows", "words"),
    [
        (OSError(errno.ENOENT, "x"), False, "not plugged in"),
        (OSError("could not open port 'COM7': FileNotFoundError(2, …)"), True, "not plugged in"),
        (OSError(errno.EACCES, "x"), False, "dialout"),
        (OSError("could not open port 'COM7': PermissionError(13, …)"), True, "Another program"),
        (OSError(errno.EBUSY, "x"), False, "Another program"),
        (OSError(errno.EIO, "x"), False, "could not be opened"),
    ],
)
def test_why_a_port_does_not_open_is_said_so_that_it_helps(error, on_windows, words):
    assert words in in_words(why_no_port("COM7", error, on_windows).reason)


@pytest.mark.parametrize("port", ["usb:", "usb:0eb8", "usb:one:two", "usb:dead:beef"])
def test_a_usb_port_that_is_none_is_said(port):
    reading = make_scale(ScaleSettings(kind="toledo_8217", port=port)).read()
    assert reading.state == "no_answer"
    assert port in said(reading)


def test_a_scale_without_a_port_in_the_settings_is_told_so():
    assert "[scale] port" in said(make_scale(ScaleSettings(kind="mt_sics")).read())


def test_without_a_scale_nothing_answers():
    scale = make_scale(ScaleSettings())
    assert isinstance(scale, NullScale)
    assert scale.read().state == "no_answer"


# ---- an emulator that others wrote ---------------------------------------------------------------


class Emulated:
    """The emulator's engine as a port: what is written is answered at once."""

    def __init__(self, handle: Callable[[str], str]) -> None:
        self._handle = handle
        self._answers = b""

    @property
    def in_waiting(self) -> int:
        return len(self._answers)

    def write(self, data: bytes) -> int:
        self._answers += self._handle(data.decode()).encode()
        return len(data)

    def read(self, size: int) -> bytes:
        came, self._answers = self._answers[:size], self._answers[size:]
        return came

    def close(self) -> None:
        """There is nothing to give back."""


def test_an_emulator_that_others_wrote_is_understood():
    from mtsics.core.state import ScaleState
    from mtsics.protocol.engine import MTSICSEngine

    state = ScaleState()
    scale = SerialScale(lambda: Emulated(MTSICSEngine(state).handle), MT_SICS)
    assert scale.read().is_zero
    state.set_weight(12.5, stable=False)
    assert (scale.read().state, scale.read().grams) == ("moving", Decimal(12_500))
    state.set_weight(12.5)
    assert (scale.read().state, scale.read().grams) == ("stable", Decimal(12_500))
    state.set_weight(state.config.capacity * 2)
    assert scale.read().state == "over"
    state.set_weight(-state.config.capacity)
    assert scale.read().state == "under"
    state.set_weight(0.0)
    assert scale.read().is_zero


# ---- the thread ----------------------------------------------------------------------------------


class Counted:
    """A scale that counts how often it was read, and by which threads."""

    def __init__(self) -> None:
        self.reading = ScaleReading("stable", grams=Decimal(0))
        self.count = 0
        self.is_open = False

    def read(self) -> ScaleReading:
        self.count += 1
        self.is_open = True
        return self.reading

    def close(self) -> None:
        self.is_open = False


def scale_threads() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "scale"]


def wait_until(is_so: Callable[[], object]) -> None:
    until = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_there_is_a_thread_only_while_something_is_wanted():
    scale = Counted()
    came: list[ScaleReading] = []
    watch = ScaleWatch(scale, came.append)
    assert not scale_threads()
    watch.want("weight")
    wait_until(lambda: len(came) >= 2)
    watch.want("nothing")
    wait_until(lambda: not scale_threads())
    count = scale.count
    watch.want("zero")
    wait_until(lambda: scale.count > count)
    watch.close()
    watch.want("zero")  # of a reading that was under way
    assert not scale_threads()
    assert not scale.is_open


def test_a_weight_that_is_wanted_is_asked_for_at_once_also_from_a_scale_that_is_away():
    scale = Counted()
    came: list[ScaleReading] = []
    scale.reading = ScaleReading("no_answer")
    watch = ScaleWatch(scale, came.append)
    watch.want("zero")  # and then waits for seconds
    wait_until(lambda: came)
    began = time.monotonic()
    watch.want("weight")
    wait_until(lambda: len(came) >= 2)
    assert time.monotonic() - began < 4
    watch.close()
