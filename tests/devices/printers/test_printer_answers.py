"""What a printer sends, told apart, however its bytes come."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pos_tui.devices.printers.printer_answers import (
    AnswerReader,
    BuffersCleared,
    PrintedMark,
    PrinterAnswer,
    StatusByte,
)

ASB = b"\x10\x00\x00\x00"
ASB_PAPER_OUT = b"\x18\x00\x0f\x00"
XON = b"\x11"


def answers_of(*parts: bytes) -> list[PrinterAnswer]:
    reader = AnswerReader()
    return [answer for part in parts for answer in reader.feed(part)]


def test_answers_are_told_apart() -> None:
    assert answers_of(b"\x12\x1a") == [StatusByte(0x12), StatusByte(0x1A)]
    assert answers_of(b"\x37\x220042\x00") == [PrintedMark("0042")]
    assert answers_of(b"\x37\x25\x00") == [BuffersCleared()]


def test_digits_of_a_mark_are_no_status() -> None:
    assert 0x32 & 0x93 == 0x12
    assert answers_of(b"\x37\x222622\x00\x12") == [PrintedMark("2622"), StatusByte(0x12)]


def test_what_the_printer_says_by_itself_is_left_out() -> None:
    assert answers_of(XON + ASB + b"\x12" + ASB_PAPER_OUT + XON) == [StatusByte(0x12)]


def test_a_block_that_broke_off_swallows_no_status() -> None:
    assert answers_of(b"\x37\x2200", b"\x12") == [StatusByte(0x12)]
    assert answers_of(b"\x37", b"\x1a") == [StatusByte(0x1A)]
    assert answers_of(b"\x37\x220042\x12") == [StatusByte(0x32), StatusByte(0x12)]


SENT = st.lists(
    st.one_of(
        st.sampled_from([0x12, 0x16, 0x1A, 0x1E, 0x32, 0x72, 0x7E]).map(
            lambda bits: (bytes([bits]), [StatusByte(bits)])
        ),
        st.text("0123456789", min_size=4, max_size=4).map(
            lambda mark: (b"\x37\x22" + mark.encode() + b"\x00", [PrintedMark(mark)])
        ),
        st.sampled_from([ASB, ASB_PAPER_OUT, XON, b"\x13", b"\x00"]).map(lambda noise: (noise, [])),
        st.just((b"\x37\x25\x00", [BuffersCleared()])),
    ),
    max_size=12,
)


@given(SENT, st.data())
def test_it_does_not_matter_how_bytes_are_split(sent, data):
    stream = b"".join(part for part, _ in sent)
    meant = [answer for _, answers in sent for answer in answers]
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=6).map(sorted))
    parts = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert answers_of(*parts) == meant
