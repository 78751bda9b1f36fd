"""The shop's products: edited with their history, priced from a date, found by all their codes."""

from datetime import timedelta
from decimal import Decimal

import pytest

from pos_tui.books.catalogue.dated_prices import begin_prices, set_dated_price
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.books.connection import open_connection
from pos_tui.books.journal import entries as journal
from pos_tui.checkout import events
from pos_tui.settings import TaxSettings, TillSettings
from pos_tui.till.goods.products import ProductError
from tests.conftest import BREAD, CHICKEN, COLA, MILK, NOON, SPREAD, UNPRICED, Counter
from tests.spoken import raises, spoken


def edit(counter, code, **texts):
    """Change a product as it is typed; what was changed, as (field, before, after)."""
    products = counter.till.goods.products
    kept, changes = products.keep(products.draft(texts, products.find(code)))
    return kept, [(each.field, each.before, each.after) for each in changes]


def add(counter, **texts):
    products = counter.till.goods.products
    return products.keep(products.draft(texts))[0]


def history(counter, code):
    products = counter.till.goods.products
    record = products.find(code)
    return [(each.field, each.before, each.after, each.by) for each in products.changes(record.id)]


def milk_id(counter):
    return counter.till.goods.products.find(MILK).id


def journalled(counter):
    connection = open_connection(counter.data / "books.db")
    bodies = [body for (body,) in connection.execute("SELECT body FROM journal ORDER BY seq")]
    connection.close()
    acts = [journal.decode(body) for body in bodies]
    return [act for act in acts if isinstance(act, journal.ProductChanged)]


# ---- edited, with history ------------------------------------------------------------------------


def test_what_was_changed_by_whom_is_kept_and_journalled_and_the_next_scan_has_it(counter):
    _, changes = edit(counter, MILK, price="11.50", category="Dairy")
    assert changes == [("price", "1290", "1150"), ("category", "", "Dairy")]
    counter.scan(MILK)
    assert counter.total == 1150
    counter.now += timedelta(hours=1)
    edit(counter, MILK, price="12")
    assert history(counter, MILK) == [
        ("price", "1150", "1200", "Ada"),
        ("category", "", "Dairy", "Ada"),
        ("price", "1290", "1150", "Ada"),
    ]
    latest = counter.till.goods.products.changes(milk_id(counter))[0]
    assert latest.at == NOON + timedelta(hours=1)
    assert [(act.code, act.by, len(act.changes)) for act in journalled(counter)] == [
        ("0" + MILK, "Ada", 2),
        ("0" + MILK, "Ada", 1),
    ]


def test_what_is_typed_as_it_was_changes_nothing(counter):
    products = counter.till.goods.products
    for code in (COLA, SPREAD, MILK, BREAD, CHICKEN, UNPRICED):
        record = products.find(code)
        assert products.keep(products.draft(products.texts_of(record, None), record))[1] == ()
    assert journalled(counter) == []


def test_every_field_is_kept_as_it_is_typed(counter):
    add(counter, name="Bottle deposit", price="0.50", codes="2001")
    typed = {
        "name": "Beer 0.5 l", "price": "", "unit": "bottle", "size": "0.5 l", "category": "Drinks",
        "tax": "high", "codes": "4006381333931, B-1", "brand": "Hop", "supplier": "North",
        "tags": "cold, new", "shelf_life": "6m", "initials": "pj", "age_limit": "16",
        "deposit": "2001", "tare": "8", "next_price": "9.90", "starts": "2026-12-01 08:00",
    }  # fmt: skip
    products = counter.till.goods.products
    kept = add(counter, **typed)
    assert products.texts_of(kept, products.next_prices(kept.id)[0]) == typed
    assert products.find("B-1") == kept == products.find("4006381333931") == products.read(kept.id)


def test_a_code_that_another_product_has_is_refused_with_its_name(counter):
    with raises(ProductError, "5449000000996 is the code of Cola 330 ml already"):
        edit(counter, MILK, codes=f"{MILK}, {COLA}", price="1")
    with raises(ProductError, "5449000000996 is the code of Cola 330 ml already"):
        add(counter, name="New cola", codes=COLA)
    assert history(counter, MILK) == []


def test_a_further_code_is_sold_and_goes_again_and_the_own_code_stays_the_own(counter):
    edit(counter, MILK, codes=f"PACK-6, {MILK}, 4006381333931")
    assert counter.till.goods.products.find(MILK).codes == ("0" + MILK, "04006381333931", "PACK-6")
    counter.scan("4006381333931")
    assert counter.total == 1290
    edit(counter, MILK, codes=MILK)
    assert counter.till.goods.products.find("PACK-6") is None


@pytest.mark.parametrize(
    ("texts", "words", "field"),
    [
        ({"name": " "}, "It has no name", "name"),
        ({"codes": " , "}, "It has no code", "codes"),
        ({"codes": "5449000000991"}, "seems misread", "codes"),
        ({"codes": "134567890123456789"}, "a customer's payment code", "codes"),
        ({"codes": "13456789012345678"}, "may be, a customer's payment code", "codes"),
        ({"price": "1,2,3"}, "is not an amount", "price"),
        ({"price": "1.999"}, "decimals", "price"),
        ({"shelf_life": "soon"}, "no shelf life", "shelf_life"),
        ({"age_limit": "180"}, "no age", "age_limit"),
        ({"tare": "-8"}, "no tare", "tare"),
        ({"deposit": "9999"}, "No product has the code 9999", "deposit"),
        ({"deposit": MILK}, "cannot be its own deposit", "deposit"),
        ({"tax": "hihg"}, "There is no tax class “hihg”; there are high, low", "tax"),
        ({"next_price": "3"}, "needs both", "starts"),
        ({"starts": "2026-12-24"}, "needs both", "next_price"),
        ({"next_price": "3", "starts": "24.12."}, "no date", "starts"),
        ({"next_price": "3", "starts": "2026-11-22 11:59"}, "is past", "starts"),
    ],
)
def test_what_cannot_be_kept_is_said_of_its_field_and_nothing_is_changed(
    tmp_path, texts, words, field
):
    tax = TaxSettings("included", rates={"high": Decimal(19), "low": Decimal(7)}, default="high")
    counter = Counter(tmp_path, TillSettings(tax=tax)).stock().open()
    before = counter.till.goods.products.find(MILK)
    with pytest.raises(ProductError) as caught:
        edit(counter, MILK, **texts)
    assert words in spoken(caught.value)
    assert caught.value.reason.values["field"] == field
    assert counter.till.goods.products.find(MILK) == before
    counter.books.close()


def test_what_others_changed_while_it_was_typed_stays(counter):
    products = counter.till.goods.products
    seen = products.find(MILK)
    texts = products.texts_of(seen, None)
    edit(counter, MILK, price="9.90", codes=f"{MILK}, PACK-6")
    kept, changes = products.keep(products.draft({**texts, "category": "Dairy"}, seen))
    assert (kept.price, kept.category, kept.codes) == (990, "Dairy", ("0" + MILK, "PACK-6"))
    assert [each.field for each in changes] == ["category"]


def test_a_price_that_begins_while_the_product_is_typed_stays(counter):
    products = counter.till.goods.products
    edit(counter, MILK, next_price="9.90", starts="2026-11-22 12:05")
    seen = products.find(MILK)
    texts = products.texts_of(seen, products.next_prices(seen.id)[0])
    counter.now += timedelta(hours=1)
    with raises(ProductError, "is past"):
        products.draft({**texts, "starts": "2026-11-22 12:06"}, seen)
    kept, _ = products.keep(products.draft({**texts, "category": "Dairy"}, seen))
    assert (kept.price, kept.category) == (990, "Dairy")


def test_a_supervisor_who_let_one_in_is_named(counter):
    counter.till.staff.act_as("Grace")
    edit(counter, MILK, name="Whole milk 1 l")
    counter.till.staff.act_as("")
    edit(counter, MILK, name="Milk 1 l")
    assert [each[-1] for each in history(counter, MILK)[:2]] == ["Ada", "Grace"]


# ---- prices that begin at a date -----------------------------------------------------------------


def test_a_price_begins_at_its_moment_and_the_open_sale_keeps_its_own_until_a_rescan(counter):
    edit(counter, MILK, next_price="9.90", starts="2026-11-22 12:05")
    counter.scan(MILK)
    counter.now = NOON + timedelta(minutes=4, seconds=59)
    counter.scan(MILK)
    assert [line.actual for line in counter.till.sale.list.lines] == [2580]
    counter.now += timedelta(seconds=1)
    counter.scan(MILK)
    assert [line.actual for line in counter.till.sale.list.lines] == [2580, 990]


def test_a_price_that_has_begun_is_the_products_and_the_one_before_is_in_its_history(counter):
    edit(counter, MILK, next_price="9.90", starts="2026-11-22 12:05")
    counter.now = NOON + timedelta(hours=2)
    counter.till.look_at_the_time()
    counter.books.wait()
    assert counter.till.goods.products.find(MILK).price == 990
    assert counter.till.goods.products.next_prices(milk_id(counter)) == ()
    change = counter.till.goods.products.changes(milk_id(counter))[0]
    assert (change.field, change.before, change.after) == ("price", "1290", "990")
    assert change.at == NOON + timedelta(minutes=5)


def test_a_price_that_is_set_later_goes_before_one_that_has_begun(counter):
    edit(counter, MILK, next_price="9.90", starts="2026-11-22 12:05")
    edit(counter, COLA, next_price="2.00", starts="2026-11-22 12:05")
    counter.now = NOON + timedelta(hours=2)
    edit(counter, MILK, price="11")
    counter.scan(MILK, COLA)
    assert [line.actual for line in counter.till.sale.list.lines] == [1100, 200]


def test_a_file_goes_before_a_price_that_has_begun(counter):
    edit(counter, MILK, next_price="9.90", starts="2026-11-22 12:05")
    counter.now = NOON + timedelta(hours=2)

    def import_file(connection):
        begin_prices(connection, counter.now)
        import_products(connection, [ProductRow("0" + MILK, "Milk 1 l", 1310)])

    counter.books.write(import_file).result()
    counter.scan(MILK)
    assert counter.total == 1310


def test_a_price_to_come_is_moved_and_taken_back(counter):
    products = counter.till.goods.products
    edit(counter, MILK, next_price="9.90", starts="2026-12-01")
    _, changes = edit(counter, MILK, starts="2026-12-02")
    assert [each[0] for each in changes] == ["dated_price", "dated_price"]
    (upcoming,) = products.next_prices(milk_id(counter))
    assert (upcoming.price, f"{upcoming.starts:%d %H:%M}") == (990, "02 00:00")
    edit(counter, MILK, next_price="", starts="")
    assert products.next_prices(milk_id(counter)) == ()


# ---- added, discontinued -------------------------------------------------------------------------


def test_a_product_that_is_added_is_sold_at_once(counter):
    counter.scan("4006381333931")
    assert counter.last(events.NotSold).why.kind == "item.not_in_books"
    add(counter, name="Pencil", price="1.20", codes="4006381333931")
    counter.scan("4006381333931")
    assert counter.total == 120


def test_of_prices_that_have_begun_while_the_till_was_shut_the_last_one_counts(counter):
    edit(counter, MILK, next_price="9.90", starts="2026-11-23 08:00")

    def set_another(connection):
        starts = counter.now + timedelta(days=2)
        set_dated_price(connection, milk_id(counter), starts, 880, "Ada")

    counter.books.write(set_another).result()
    assert [each.price for each in counter.till.goods.products.next_prices(milk_id(counter))] == [
        990,
        880,
    ]
    counter.now += timedelta(days=3)
    counter.power_cut()
    counter.scan(MILK)
    assert counter.total == 880
    assert [each[:3] for each in history(counter, MILK)[:2]] == [
        ("price", "990", "880"),
        ("price", "1290", "990"),
    ]


def test_a_look_up_finds_the_price_of_the_moment_before_anybody_has_written_it_down(counter):
    edit(counter, MILK, next_price="9.90", starts="2026-11-22 12:05")
    at = [NOON + timedelta(minutes=minutes) for minutes in (4, 5, 6)]
    found = [counter.books.product("0" + MILK, moment) for moment in at]
    assert [product.price for product in found if product] == [1290, 990, 990]


# ---- cases ---------------------------------------------------------------------------------------

CASE = "15449000000993"


@pytest.mark.parametrize("typed", ["12x{}", "12 x {}", "12×{}", "12*{}", "12X{}"])
def test_a_case_of_12_is_typed_as_12x_before_its_code_and_is_12_of_it(counter, typed):
    _, changes = edit(counter, COLA, codes=f"{COLA}, {typed.format(CASE)}")
    assert changes == [
        ("codes", f"0{COLA}", f"0{COLA}, {CASE}"),
        ("pieces", "", f"12x{CASE}"),
    ]
    counter.scan(CASE)
    (line,) = counter.till.sale.list.lines
    assert line.quantity == Decimal(12)
    assert (
        counter.till.goods.products.texts_of(counter.till.goods.products.find(COLA), None)["codes"]
        == f"{COLA}, 12x{CASE}"
    )


def test_the_pieces_of_a_case_are_changed_and_taken_away(counter):
    edit(counter, COLA, codes=f"{COLA}, 12x{CASE}, CB1")
    assert edit(counter, COLA, size="330 ml")[1] == [("size", "", "330 ml")]
    kept, changes = edit(counter, COLA, codes=f"{COLA}, 24x{CASE}, 6xCB1")
    assert changes == [("pieces", f"12x{CASE}", f"24x{CASE}, 6xCB1")]
    assert kept.codes == ("0" + COLA, CASE, "CB1")
    kept, changes = edit(counter, COLA, codes=f"{COLA}, {CASE}, CB1")
    assert (kept.pieces, changes) == ((), [("pieces", f"24x{CASE}, 6xCB1", "")])


def test_a_code_twice_is_one_and_its_number_of_pieces_counts(counter):
    kept, _ = edit(counter, COLA, codes=f"{COLA}, 12x{CASE}, {CASE}")
    assert kept.pieces == ((CASE, 12),)


def test_a_code_of_the_shops_own_that_looks_like_a_case_is_none(counter):
    add(counter, codes="2X4", name="Lath")
    assert counter.till.goods.products.find("2X4").pieces == ()
    kept = add(counter, codes="BEAM, 1x2X4000", name="Beam")
    assert (kept.codes, kept.pieces) == (("BEAM", "2X4000"), ())
    assert edit(counter, "BEAM", size="4 m")[1] == [("size", "", "4 m")]


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        (f"0x{CASE}", "product.no_pieces"),
        (f"12x{COLA}", "product.own_code_pieces"),
        (f"12x{COLA}, {COLA}", "product.own_code_pieces"),
    ],
)
def test_pieces_that_are_none_are_said_beside_the_codes(counter, codes, kind):
    with pytest.raises(ProductError) as caught:
        edit(counter, COLA, codes=codes)
    assert (caught.value.reason.kind, caught.value.reason.values["field"]) == (kind, "codes")
