"""A receipt that proves itself: genuine, changed by one digit, or foreign; large ones too."""

import contextlib
import random
import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pos_tui.codes.receipt_code import read_receipt_code
from pos_tui.devices.printers.escpos_commands import qr_dots
from pos_tui.receipts.base41 import decode_base41, encode_base41
from pos_tui.receipts.sealed_receipt import (
    MOST_LETTERS,
    NoSealedReceiptError,
    SealedLine,
    receipt_key,
    seal_receipt,
    verify_receipt,
)
from tests.receipts.receipt_maker import full, line, made

OURS, THEIRS = receipt_key(b"j" * 32), receipt_key(b"x" * 32)
QR_LETTERS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-.:")


@given(st.binary(max_size=200))
def test_bytes_come_back_from_their_letters(data):
    text = encode_base41(data)
    assert decode_base41(text) == data
    assert set(text) <= QR_LETTERS


@pytest.mark.parametrize("text", ["A", "ABCD", "...", "a00", "0 0", "é00"])
def test_other_letters_are_refused(text):
    with pytest.raises(ValueError, match="no base 41"):
        decode_base41(text)


def test_a_genuine_receipt_says_what_was_sold_and_paid():
    receipt = made(line("Cola 330 ml"), replace(line("红烧牛肉面", 1290), gross=1490))
    found = verify_receipt(seal_receipt(receipt, OURS), [THEIRS, OURS])
    assert found.verdict == "genuine"
    assert found.receipt is not None
    assert found.receipt.lines == (
        SealedLine("Cola 330 ml", "1", 350), SealedLine("红烧牛肉面", "1", 1490, 200),
    )  # fmt: skip
    assert (found.receipt.total, found.receipt.at) == (receipt.total, receipt.at)
    assert (found.code, found.receipt.shop) == (receipt.code, "Corner Market")


def test_its_code_is_found_by_a_till_that_knows_nothing_of_seals():
    receipt = made(line())
    read = read_receipt_code(seal_receipt(receipt, OURS))
    assert read is not None
    assert read[:2] == (148, "01")


def test_one_digit_changed_is_noticed():
    """Whoever alters the content has to leave the seal as it was."""
    code, _, letters = seal_receipt(made(line("Cola " * 9)), OURS).partition(":")
    sealed = decode_base41(letters)
    content = zlib.decompress(sealed[5:-16], wbits=-15)
    assert content.count(msgspec.msgpack.encode(350)) == 3
    packer = zlib.compressobj(wbits=-15)
    cheaper = content.replace(msgspec.msgpack.encode(350), msgspec.msgpack.encode(250))
    forged = sealed[:5] + packer.compress(cheaper) + packer.flush() + sealed[-16:]
    found = verify_receipt(f"{code}:{encode_base41(forged)}", [OURS])
    assert found.verdict == "changed"
    assert found.receipt is not None
    assert found.receipt.total == 250


def test_the_code_before_it_cannot_be_another_sale_s():
    text = seal_receipt(made(line()), OURS)
    other = replace(made(line()), sale_no=149).code
    assert verify_receipt(other + text[text.index(":") :], [OURS]).verdict == "changed"


@given(st.data())
def test_no_other_letters_are_ever_genuine(data):
    text = seal_receipt(made(line()), OURS)
    at = data.draw(st.integers(text.index(":") + 1, len(text) - 1))
    letter = data.draw(st.sampled_from(sorted(QR_LETTERS - {text[at], ":"})))
    try:
        found = verify_receipt(text[:at] + letter + text[at + 1 :], [OURS])
    except NoSealedReceiptError:
        return
    assert found.verdict != "genuine"


def test_a_receipt_of_another_till_is_foreign():
    text = seal_receipt(made(line()), THEIRS)
    assert verify_receipt(text, [OURS]).verdict == "foreign"
    assert verify_receipt(text, [OURS, THEIRS]).verdict == "genuine"


@given(st.text(max_size=80) | st.text(sorted(QR_LETTERS), max_size=80))
def test_any_other_text_is_no_sealed_receipt(text):
    for each in (text, f"RC01-000148GFZ:{text}"):
        with contextlib.suppress(NoSealedReceiptError):
            assert verify_receipt(each, [OURS]).verdict != "genuine"


def test_what_is_too_large_is_sealed_without_its_lines():
    chance = random.Random(7)
    names = ["".join(chance.choices("可乐牛肉面包鸡蛋奶糖茶", k=30)) for _ in range(60)]
    receipt = made(*(line(name) for name in names))
    text = seal_receipt(receipt, OURS)
    found = verify_receipt(text, [OURS])
    assert len(text) < MOST_LETTERS
    assert found.verdict == "genuine"
    assert found.receipt is not None
    assert (found.receipt.lines, found.receipt.count) == ((), 60)
    assert found.receipt.total == receipt.total


def test_thirty_usual_lines_fit_a_code_that_paper_of_58_mm_holds():
    chance = random.Random(7)
    words = [
        "bread",
        "milk",
        "organic",
        "whole",
        "large",
        "small",
        "cola",
        "tea",
        "apple",
        "soap",
        "rice",
        "red",
    ]
    receipt = made(*(line(" ".join(chance.sample(words, 3)), chance.randrange(100, 9999))
                     for _ in range(30)))  # fmt: skip
    text = seal_receipt(receipt, OURS)
    found = verify_receipt(text, [OURS])
    assert found.receipt is not None
    assert len(found.receipt.lines) == 30
    assert qr_dots(text) >= 3


def test_returns_and_refunds_are_in_it_too():
    found = verify_receipt(seal_receipt(full("Bread", 500), OURS), [OURS]).receipt
    assert found is not None
    assert SealedLine("Bread", "2", -500) in found.lines
    assert [each.name for each in found.tenders] == ["wechat", "card", "voucher", "cash", "alipay"]
    assert found.discounts == (("Bread", 500),)


def test_a_till_without_a_journal_key_has_no_key_for_receipts():
    assert receipt_key(b"") == b""
    assert receipt_key(b"j") != b"j"


def test_a_claim_that_nobody_could_print_is_not_read():
    """Its power of ten alone would keep whoever writes it out busy for ever."""
    code, _, letters = seal_receipt(made(line("Cola " * 9)), THEIRS).partition(":")
    sealed = decode_base41(letters)
    fields = msgspec.msgpack.decode(zlib.decompress(sealed[5:-16], wbits=-15))
    assert fields[6] == 2
    fields[6] = 10**9
    packer = zlib.compressobj(wbits=-15)
    content = packer.compress(msgspec.msgpack.encode(fields)) + packer.flush()
    found = verify_receipt(f"{code}:{encode_base41(sealed[:5] + content + sealed[-16:])}", [OURS])
    assert (found.verdict, found.receipt) == ("foreign", None)
