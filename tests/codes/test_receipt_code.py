"""The code on a receipt is read as that and as nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from pos_tui.codes import ItemCode, ReceiptCode
from pos_tui.codes.identify import identify
from pos_tui.codes.receipt_code import read_receipt_code, receipt_code, receipt_mark

from .contexts import shop

tills = st.text("ABCdef0123456789-", min_size=1, max_size=8)
numbers = st.integers(1, 10**8)


@given(st.text(max_size=12), tills, numbers)
def test_a_receipt_s_code_names_its_sale(merchant, till, number):
    code = receipt_code(merchant, till, number)
    read = read_receipt_code(code)
    assert read is not None
    assert (read[0], read[2]) == (number, receipt_mark(merchant, till))
    assert read_receipt_code(code.lower()) == read  # a scanner behind CapsLock


@given(tills, numbers, st.data())
def test_a_character_read_wrong_is_noticed(till, number, data):
    code = receipt_code("M001", till, number)
    place = data.draw(st.integers(2, len(code) - 1))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    wrong = code[:place] + other + code[place + 1 :]
    read = read_receipt_code(wrong)
    assert read is None or wrong == code


def test_it_is_a_receipt_and_no_item_whatever_the_scanner_says_of_it():
    for text in ("RC01-000148GFZ", "]C0RC01-000148GFZ", "rc01-000148gfz"):
        found = identify(text, shop())
        assert isinstance(found, ReceiptCode), text
        assert (found.sale_no, found.till, found.others) == (148, "01", ())
    assert isinstance(identify("RC01-000148GFA", shop()), ItemCode)  # another check character
    assert isinstance(identify("5449000000996", shop()), ItemCode)


def test_it_fits_paper_of_58_mm():
    """Code 128 has 11 modules a character and 35 beside them, of two dots; the paper has 384."""
    assert (11 * len(receipt_code("M001", "01", 999_999)) + 35) * 2 <= 384


def test_the_code_before_what_a_receipt_says_of_itself_is_its_code():
    read = identify("]Q1RC01-000148GFZ:1A$B.C-D", shop())
    assert isinstance(read, ReceiptCode)
    assert (read.text, read.sale_no) == ("RC01-000148GFZ", 148)
