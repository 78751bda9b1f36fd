"""Somebody counts: what a scan, a number, a date and an answer become."""

from decimal import Decimal

import pytest

from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.tables.reading import table_in
from pos_tui.till.goods.count_file import names_count_columns
from pos_tui.wording.current import in_words
from tests.conftest import BREAD, CHICKEN, COLA, MILK, SPREAD

BUN = "12"


@pytest.fixture
def counts(counter):
    counter.books.write(
        lambda c: import_products(c, [ProductRow(BUN, "Bun", 100), ProductRow("77", "Bun, old", 9)])
    ).result()
    counter.till.goods.counts.begin("Shelf 4", "dairy", "Ada")
    return counter.till.goods.counts


@pytest.fixture
def ada(counts):
    return counts.counting(1, "Ada")


def enter(counting, *texts):
    """What is answered to the last of them."""
    return [counting.enter(text) for text in texts][-1]


def words(answer):
    return answer.what, in_words(answer.why)


def counted(counts):
    """What is counted, by product's name and lot, in its unit."""
    return {
        (name, each.lot): Decimal(each.quantity) / 1000
        for (name, _), each in counts.counted_goods(1)
    }


def test_each_scan_is_one_more(counts, ada):
    assert words(enter(ada, COLA, MILK, COLA)) == ("counted", "Cola 330 ml: 2 can")
    assert counted(counts) == {("Cola 330 ml", ""): 2, ("Milk 1 l", ""): 1}


def test_a_case_is_as_many_as_are_in_it(counter, counts, ada):
    case = "15449000000993"
    rows = [ProductRow("0" + COLA, "Cola 330 ml", 350, "can")]
    counter.books.write(lambda c: import_products(c, rows, [(case, "0" + COLA, 24)])).result()
    assert words(enter(ada, COLA, case)) == ("counted", "Cola 330 ml: 25 can")


@pytest.mark.parametrize("typed", ["12*" + COLA, "12 * " + COLA, "12×" + COLA])
def test_a_quantity_before_a_scan_is_how_many_there_are(counts, ada, typed):
    assert words(enter(ada, typed)) == ("counted", "Cola 330 ml: 12 can")


def test_a_quantity_waits_for_its_scan_and_no_longer(counts, ada):
    assert words(enter(ada, "12*")) == ("noted", "12 of what is scanned next.")
    enter(ada, COLA, MILK)
    assert counted(counts) == {("Cola 330 ml", ""): 12, ("Milk 1 l", ""): 1}
    enter(ada, "5*", "no such goods", SPREAD)
    assert counted(counts)["Hazelnut spread", ""] == 1


@pytest.mark.parametrize(
    ("typed", "kept"), [("7", 7), ("=7", 7), ("0", 0), ("0,5", Decimal("0.5"))]
)
def test_a_number_after_a_scan_is_what_there_is(counts, ada, typed, kept):
    enter(ada, COLA, COLA, typed)
    assert counted(counts) == {("Cola 330 ml", ""): kept}


def test_a_number_that_is_a_code_too_is_not_guessed(counts, ada):
    answer = enter(ada, COLA, BUN)
    assert answer.what == "refused"
    assert "is the code of Bun too" in in_words(answer.why)
    enter(ada, f"={BUN}", f"1*{BUN}")
    assert counted(counts) == {("Cola 330 ml", ""): 12, ("Bun", ""): 1}


def test_a_scanned_code_is_never_a_quantity(counts, ada):
    ada.enter(COLA, scanned=True)
    ada.enter(BUN, scanned=True)
    ada.enter(BREAD, scanned=True)
    assert counted(counts) == {("Cola 330 ml", ""): 1, ("Bun", ""): 1, ("French bread", ""): 1}


def test_a_label_with_a_weight_counts_its_weight(counts, ada):
    enter(ada, f"1.5*{CHICKEN}")
    assert words(enter(ada, "0.842")) == ("counted", "Roast chicken: 0.842 kg")


def test_goods_are_found_by_words_and_several_are_named(counts, ada):
    assert words(enter(ada, "hazel")) == ("counted", "Hazelnut spread: 1 jar")
    answer = enter(ada, "bun")
    assert answer.what == "refused"
    assert "Bun (12)" in in_words(answer.why)
    assert counted(counts) == {("Hazelnut spread", ""): 1}


def test_a_date_makes_a_lot_of_what_was_scanned_last(counts, ada):
    enter(ada, COLA, "6", "2026-12-24", MILK)
    assert words(enter(ada, COLA)) == ("counted", "Cola 330 ml: 1 can")
    assert counted(counts) == {
        ("Cola 330 ml", "20261224"): 6, ("Milk 1 l", ""): 1, ("Cola 330 ml", ""): 1,
    }  # fmt: skip


def test_a_day_with_two_readings_is_not_guessed(counts, ada):
    enter(ada, COLA)
    assert enter(ada, "03/04/2027").what == "refused"
    assert enter(ada, "2027-13-01").what == "refused"
    assert counted(counts) == {("Cola 330 ml", ""): 1}


def test_two_people_count_two_places_of_the_same_goods(counts, ada):
    bob = counts.counting(1, "Bob")
    enter(ada, COLA, "5")
    answer = enter(bob, COLA)
    assert answer.what == "asks"
    assert "Cola 330 ml was counted already: 5 can, last by Ada" in in_words(answer.why)
    assert bob.answer("add").what == "counted"
    assert words(enter(bob, COLA)) == ("counted", "Cola 330 ml: 2 can here, 7 can in all")
    enter(ada, COLA)
    assert counted(counts) == {("Cola 330 ml", ""): 8}
    (lot,) = counts.counted(1)
    assert sorted((run.by, run.quantity) for run in lot.runs) == [("Ada", 6000), ("Bob", 2000)]


def test_after_a_recount_by_somebody_else_one_is_asked_again(counts, ada):
    bob = counts.counting(1, "Bob")
    enter(ada, COLA, COLA)
    enter(bob, f"9*{COLA}")
    bob.answer("replace")
    assert enter(ada, COLA).what == "asks"
    ada.answer("keep")
    assert counted(counts) == {("Cola 330 ml", ""): 9}


def test_until_it_is_answered_nothing_else_is_counted(counts, ada):
    enter(ada, COLA, MILK, f"4*{COLA}")
    assert enter(ada, SPREAD).what == "refused"
    assert ada.take_back().what == "refused"
    ada.answer("add")
    assert counted(counts) == {("Milk 1 l", ""): 1, ("Cola 330 ml", ""): 5}


def test_what_is_taken_back_is_as_before(counts, ada):
    enter(ada, COLA, COLA, "=12", MILK)
    for quantity in (12, 2, 1):
        ada.take_back()
        assert counted(counts) == {("Cola 330 ml", ""): quantity}
    ada.take_back()
    assert counted(counts) == {}
    assert ada.take_back().what == "refused"


def test_a_payment_code_is_refused_and_not_written_anywhere(counter, counts, ada):
    answer = enter(ada, "130000000000009001")
    assert answer.what == "refused"
    assert "130000000000009001" not in str(answer)
    assert counted(counts) == {}


def test_a_count_that_is_over_refuses_what_is_still_scanned(counts, ada):
    enter(ada, COLA)
    counts.approve(1, "Grace")
    assert words(enter(ada, COLA)) == (
        "refused", "Count 1 “Shelf 4” is approved already; begin another one.",
    )  # fmt: skip


# ---- a file --------------------------------------------------------------------------------------


def file_counted(counts, text, again=None):
    table = table_in(text.encode(), "handheld.csv", names_count_columns)
    found = counts.count_file(1, "Bob", table, again)
    return found, [(each.line, in_words(each.why)) for each in found.rejects]


def test_a_file_is_counted_and_every_row_is_answered_for(counts):
    text = f"barcode;counted;lot;expires_on\n{COLA};12;;\n{MILK};3,5;L7;2026-12-24\n{SPREAD};;;\n\
4006381333931;1;;\n{BREAD};-1;;\n{COLA};2;;\n"
    found, rejects = file_counted(counts, text)
    assert (found.accepted, found.kept) == (3, 0)
    assert rejects == [
        (4, "it has no quantity"),
        (5, "its code is not in the books"),
        (6, "its quantity is below zero or too large"),
    ]
    assert counted(counts) == {("Cola 330 ml", ""): 14, ("Milk 1 l", "L7"): Decimal("3.5")}


@pytest.mark.parametrize(
    ("again", "kept", "result"),
    [
        (None, 6, (0, 0, 2)),
        ("add", 11, (2, 0, 0)),
        ("replace", 5, (2, 0, 0)),
        ("keep", 6, (0, 2, 0)),
    ],
)
def test_goods_that_were_counted_before_the_file_are_not_counted_unasked(
    counts, ada, again, kept, result
):
    enter(ada, f"6*{COLA}")
    found, rejects = file_counted(counts, f"条码,盘点数量\n{COLA},3\n{COLA},2\n", again)
    assert (found.accepted, found.kept, len(rejects)) == result
    assert counted(counts) == {("Cola 330 ml", ""): kept}


def test_a_file_without_the_columns_is_none(counts):
    assert not names_count_columns(("name", "price"))
    assert names_count_columns(("EAN", "Qty"))
