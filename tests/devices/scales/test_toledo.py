"""What a Toledo 8217 says, byte by byte, and what may be made of it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.devices.scales.toledo import toledo_reading
from pos_tui.wording.current import in_words


def state(answer: bytes) -> str:
    return toledo_reading(answer).state


def status(bits: int) -> str:
    return state(bytes((2, ord("?"), bits, 13)))


@pytest.mark.parametrize(
    ("answer", "grams"),
    [
        (b"\x0201.250\r", "1250"),
        (b"\x0200.000\r", "0"),
        (b"\x0214.995\r", "14995"),
        (b"\x0202.50\r", "1133.980925"),  # pounds
        (b"\x00junk\x0200.842\r", "842"),
    ],
)
def test_a_weight_is_exact_grams(answer, grams):
    reading = toledo_reading(answer)
    assert (reading.state, reading.grams, reading.is_net) == ("stable", Decimal(grams), False)
    assert reading.is_zero == (grams == "0")


def test_a_net_weight_is_marked_so():
    reading = toledo_reading(b"\x0201.250N\r")
    assert (reading.grams, reading.is_net) == (Decimal(1250), True)


@pytest.mark.parametrize(
    ("bits", "expected"),
    [
        (0x01, "moving"),
        (0x02, "over"),
        (0x04, "under"),
        (0x21, "moving"),
        (0x12, "over"),
        (0x14, "under"),
        (0x24, "under"),
        (0x03, "over"),
        (0x05, "under"),
        (0x10, "moving"),  # no cause given: not ready
        (0x30, "moving"),
        (0x50, "bad_data"),  # it did not understand the question
        (0x08, "bad_data"),  # a bit that is never set
        (0x81, "bad_data"),  # through another parity it would be one
    ],
)
def test_each_bit_of_a_status_has_its_own_meaning(bits, expected):
    assert status(bits) == expected


@given(st.integers(0, 255))
def test_no_status_is_ever_a_weight(bits):
    reading = toledo_reading(bytes((2, ord("?"), bits, 13)))
    assert reading.grams is None
    if not bits & 0xC8:
        assert (reading.state == "over") == bool(bits & 0x02)
        assert (reading.state == "under") == (bits & 0x06 == 0x04)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r",
        b"\x02\r",
        b"01.250\r",
        b"\x021.250\r",
        b"\x0201.2500\r",
        b"\x0201.250",
        b"\x02-1.250\r",
        b"\x0201,250\r",
        b"\x0201.2\x025\r",
        b"\x0201.250K\r",
        b"\x0201.250\r\x0201.250\r",
        "\x02٠١.٢٥٠\r".encode(),
    ],
)
def test_half_an_answer_or_another_is_none(answer):
    assert state(answer) == "bad_data"


def test_another_parity_is_called_that():
    answer = bytes(byte | (byte.bit_count() % 2) << 7 for byte in b"\x0201.250\r")
    reading = toledo_reading(answer)
    assert reading.grams is None
    assert reading.why is not None
    assert "parity" in in_words(reading.why)


@given(st.binary(max_size=12))
def test_no_bytes_whatsoever_upset_it(data):
    reading = toledo_reading(data)
    assert (reading.state == "stable") == (reading.grams is not None)
    assert reading.grams is None or 0 <= reading.grams < 100_000
