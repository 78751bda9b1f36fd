"""Layouts: what a receipt shows in which order; nothing wider than the paper, and nothing lost."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pos_tui.money import format_amount
from pos_tui.plain_text import plain_text
from pos_tui.receipts.built_in_layouts import BUILT_IN, built_in_layout
from pos_tui.receipts.layout import PaperMarks, lay_out, lines_as_text
from pos_tui.receipts.receipt_design import ReceiptDesign, qr_text
from pos_tui.receipts.receipt_layout import ReceiptLayout
from pos_tui.receipts.text import as_text
from pos_tui.text_width import width_of, wrap
from tests.receipts.receipt_maker import YUAN, full, line, made

NAMES = st.text(min_size=1, max_size=200).filter(lambda name: plain_text(name).split())
MIXED = st.text(st.sampled_from("红烧牛肉面（）袋 Bread extra 120 g,.!：。-—é"), max_size=200)
AMOUNTS = st.integers(1, 10**10)
LANGUAGES = st.sampled_from(["en", "zh_CN"])


def texts(receipt, columns, **named):
    return [each.text for each in lay_out(receipt, columns, **named) if each.is_text]


def joined(rows):
    return "".join("".join(rows).split())


@given(NAMES | MIXED.filter(str.split), AMOUNTS, st.integers(20, 96), LANGUAGES,
       st.sampled_from(sorted(BUILT_IN)))  # fmt: skip
@hypothesis_settings(max_examples=150)
def test_no_row_is_wider_than_the_paper_and_nothing_is_lost(name, amount, columns, language, look):
    design = ReceiptDesign(built_in_layout(look))
    rows = texts(full(name, amount, language), columns, design=design)
    assert [row for row in rows if width_of(row) > columns] == []
    assert joined([plain_text(name)]) in joined(rows)
    for whole in (amount, 3 * amount, -amount, 2 * amount):
        shown = format_amount(whole, YUAN)
        assert any(re.search(rf"(?<![\d.]){re.escape(shown)}(?: CNY)?$", row) for row in rows)


@given(NAMES | MIXED, st.integers(20, 96))
def test_words_are_whole_where_they_fit_the_paper(text, columns):
    rows = wrap(text, columns)
    assert all(width_of(row) <= columns for row in rows)
    whole = " ".join(rows).split()
    for word in plain_text(text).split():
        if width_of(word) <= columns:
            assert word in whole


def test_letters_between_ideographs_are_not_torn_apart():
    assert wrap("超值extra洗衣液", 8) == ["超值", "extra洗", "衣液"]
    assert wrap("红烧牛肉面120g袋", 12) == ["红烧牛肉面", "120g袋"]
    assert wrap("可口（可乐）", 6) == ["可口", "（可", "乐）"]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_texts_of_other_shops_receipts_fit_any_paper(shared, language):
    folder = shared / "data" / "receiptline" / language
    files = sorted(folder.glob("*.receipt"))
    assert len(files) == 21
    pieces = {
        piece.strip()
        for file in files
        for row in file.read_text("utf-8").splitlines()
        if "{" not in row
        for piece in row.split("|")
        if piece.strip()
    }
    assert len(pieces) > 100
    for piece in pieces:
        for columns in range(20, 97):
            receipt = made(line(piece))
            rows = texts(receipt, columns)
            assert all(width_of(row) <= columns for row in rows), (piece, columns)
            assert joined([plain_text(piece)]) in joined(rows)
            assert any(row.endswith(" 3.50") for row in rows)


def layout_of(*blocks):
    return msgspec.convert({"block": [{"shows": name} | more for name, more in blocks]},
                           type=ReceiptLayout)  # fmt: skip


def test_blocks_stand_where_the_layout_has_them():
    layout = layout_of(
        ("text", {"text": "Tax no. 1234 · sale {sale} of {till}", "align": "right"}),
        ("totals", {}),
        ("rule", {"sign": "="}),
        ("rule", {}),
        ("lines", {"codes": True}),
        ("space", {}),
        ("code", {"align": "left", "style": "bold"}),
    )
    lines = lay_out(made(line()), 40, design=ReceiptDesign(layout))
    assert lines_as_text(lines) == (
        "        Tax no. 1234 · sale 148 of 01\n".rjust(41)
        + "TOTAL                           3.50 CNY\n"
        + "=" * 40
        + "\nCola 330 ml\n"
        + "  1 can x 3.50                      3.50\n"
        + "  05449000000996\n"
        + "\n"
        + "RC01-000148GFZ\n"
    )
    assert lines[-1].style == "bold"


def test_one_piece_needs_one_row_where_the_paper_is_wide():
    receipt = made(line(), replace(line("Milk"), quantity="2", gross=700, actual=700))
    assert "Cola 330 ml" + " " * 27 + "3.50" in texts(receipt, 42)
    assert "Milk  2 can x 3.50" + " " * 20 + "7.00" in texts(receipt, 42)
    assert "  1 can x 3.50              3.50" in texts(receipt, 32)


@pytest.mark.parametrize(("language", "copy", "training"), [
    ("en", "COPY 2", "TRAINING: NOT VALID"),
    ("zh_CN", "副本 2", "培训：无效票据"),
])  # fmt: skip
@pytest.mark.parametrize("columns", [20, 32, 48])
def test_copies_and_training_are_marked_at_both_ends(language, copy, training, columns):
    receipt = made(line(), language=language)
    rows = lay_out(receipt, columns, PaperMarks(copy=2, is_training=True))
    words = joined(row.text for row in rows)
    assert words.count(joined([copy])) == words.count(joined([training])) == 2
    assert joined([training]) in joined(row.text for row in rows[:2])
    assert joined([copy]) in joined(row.text for row in rows[-2:])
    assert all(width_of(row.text) <= columns for row in rows if row.is_text)
    assert "***" not in joined(texts(receipt, columns))


def test_the_shop_s_own_address_in_the_qr_code_has_the_sale_in_it():
    design = ReceiptDesign(qr="https://inv.example.com/{code}?sum={total}&shop={shop}")
    receipt = replace(made(line("Tee")), shop="街角 & Söhne")
    said = qr_text(receipt, design)
    assert said.startswith(
        "https://inv.example.com/RC01-000148GFZ?sum=3.50&shop=%E8%A1%97%E8%A7%92"
    )
    assert said.isascii()
    assert "%20%26%20S" in said
    symbols = [each for each in lay_out(receipt, 32, design=design) if not each.is_text]
    assert [(each.style, each.text) for each in symbols] == [
        ("qr", said), ("barcode", "RC01-000148GFZ"),
    ]  # fmt: skip


def test_a_till_without_a_key_prints_no_code_that_proves_nothing():
    assert qr_text(made(line()), ReceiptDesign(qr="self")) == ""


def test_an_address_that_no_code_can_hold_is_left_out():
    receipt = replace(made(line()), shop="店" * 40)
    assert qr_text(receipt, ReceiptDesign(qr="https://shop.example/" + 5 * "{shop}"))
    endless = ReceiptDesign(qr="https://shop.example/" + 50 * "{shop}")
    assert "qr" not in [each.style for each in lay_out(receipt, 32, design=endless)]


def test_the_key_of_a_design_is_not_shown():
    assert "6b6b" not in repr(ReceiptDesign(key=b"kk"))
    assert "kk" not in repr(ReceiptDesign(key=b"kk"))


def test_a_receipt_as_text_has_no_words_below_a_code_that_it_has_not():
    text = as_text(made(line()), 42, ReceiptDesign(qr="self", key=b"k" * 32))
    assert text == as_text(made(line()), 42)
    assert "proves" not in text


def test_a_receipt_of_training_proves_nothing():
    design = ReceiptDesign(qr="self", key=b"k" * 32)
    for training in (False, True):
        lines = lay_out(made(line()), 42, PaperMarks(is_training=training), design)
        assert ("qr" in {each.style for each in lines}) == (not training)
