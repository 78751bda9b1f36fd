import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pos_tui.codes.payment import mask_code
from pos_tui.messages import (
    MessageError,
    TransactionLogEntry,
    TransactionLogHead,
    bucket_of,
    decode_log_entry,
    decode_log_head,
    encode_log_line,
    message_fields,
    open_success,
    request_signature,
    response_signature,
    seal_success,
    stream_name,
    success_of,
)

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
KEY = b"the merchant's key"


def entry(**changes):
    plain = TransactionLogEntry(
        merchant="M001", till="01", order_no="A1234567", amount=4770, currency="CNY",
        platform="wechat", platform_ref="42", paid_at=NOW, logged_at=NOW,
    )  # fmt: skip
    return replace(plain, **changes)


def test_a_log_line_is_read_back_as_it_was_written():
    assert decode_log_entry(encode_log_line(entry())) == entry()
    head = TransactionLogHead(log="gateway-1", base=1200, opened_at=NOW)
    assert decode_log_head(encode_log_line(head)) == head


@given(st.integers(0, 300), st.integers(1, 255))
def test_a_damaged_log_line_is_never_believed(place, change):
    line = bytearray(encode_log_line(entry()).rstrip(b"\n"))
    line[place % len(line)] ^= change
    with pytest.raises(MessageError):
        decode_log_entry(bytes(line))


def test_a_half_written_line_is_no_line():
    line = encode_log_line(entry())
    for length in range(len(line) - 2):
        with pytest.raises(MessageError):
            decode_log_entry(line[:length])


def test_what_the_gateway_signs_in_its_log_is_passed_on_byte_for_byte():
    line = encode_log_line(entry(), (KEY, b"the key of before"))
    found = decode_log_entry(line)
    assert success_of(found) == success_of(entry())
    fields = as_read(message_fields(line, found))
    for key in (KEY, b"the key of before"):
        assert open_success(fields, key) == success_of(entry())
    with pytest.raises(MessageError, match="signature"):
        open_success(fields, b"another key")
    single = encode_log_line(entry(), (KEY,))
    assert set(message_fields(single, decode_log_entry(single))) == {"m", "s"}


def test_a_line_of_an_older_gateway_gives_no_message():
    line = encode_log_line(entry())
    with pytest.raises(MessageError, match="line_not_signed"):
        message_fields(line, decode_log_entry(line))


@pytest.mark.parametrize("signature", ["", "g" * 64, "0" * 63, "0" * 64 + "\n", "A" * 64])
def test_a_signature_that_is_none_makes_the_line_unreadable(signature):
    with pytest.raises(MessageError):
        decode_log_entry(encode_log_line(entry(signature=signature)))


def test_a_line_that_is_nested_without_end_is_unreadable():
    body = encode_log_line(entry())[: -len(',"crc":"00000000"}\n')] + b',"x":' + b"[" * 100_000
    line = body + b',"crc":"%08x"}\n' % zlib.crc32(body)
    with pytest.raises(MessageError):
        decode_log_entry(line)


def as_read(fields):
    return {name.encode(): value for name, value in fields.items()}


def test_a_success_is_believed_under_the_merchants_key_only():
    sealed = as_read(seal_success(success_of(entry()), KEY))
    assert open_success(sealed, KEY).amount == 4770
    with pytest.raises(MessageError, match="signature"):
        open_success(sealed, b"another key")


def test_a_success_whose_amount_was_changed_is_forged():
    sealed = as_read(seal_success(success_of(entry()), KEY))
    sealed[b"m"] = sealed[b"m"].replace(b"4770", b"0001")
    with pytest.raises(MessageError, match="signature"):
        open_success(sealed, KEY)


def test_an_entry_without_a_signature_is_refused():
    with pytest.raises(MessageError):
        open_success({b"m": b"{}"}, KEY)


def test_a_tills_stream_and_its_logs_checkpoint_share_a_cluster_slot():
    from pos_tui.cloud.relay.stream_writer import checkpoint_name

    stream, checkpoint = stream_name("M001", "01"), checkpoint_name(bucket_of("M001"), "g1")
    tag = stream[stream.index("{") : stream.index("}") + 1]
    assert tag in checkpoint
    assert stream == f"pos:{tag}:M001:01"


def test_signatures_cover_everything_that_could_be_changed():
    whole = request_signature(KEY, "POST", "/v1/orders", "1", "n", b"body")
    for changed in (
        request_signature(KEY, "GET", "/v1/orders", "1", "n", b"body"),
        request_signature(KEY, "POST", "/v1/other", "1", "n", b"body"),
        request_signature(KEY, "POST", "/v1/orders", "2", "n", b"body"),
        request_signature(KEY, "POST", "/v1/orders", "1", "m", b"body"),
        request_signature(KEY, "POST", "/v1/orders", "1", "n", b"bodY"),
    ):
        assert changed != whole
    assert response_signature(KEY, "n", 200, b"") != response_signature(KEY, "m", 200, b"")


def test_a_payment_code_is_never_shown_whole():
    assert mask_code("134857901234567890") == "····7890"
    assert mask_code("1234") == "····"
