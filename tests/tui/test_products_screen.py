"""Products as a shopkeeper changes them, and as a cashier adds one, by keys and scanner only."""

import pytest
from textual.events import Key

from pos_tui.books.catalogue.product_records import ProductRecord, put_record
from pos_tui.books.people.staff import set_staff
from pos_tui.tui.pages.product import ProductPage
from pos_tui.tui.pages.products import ProductsScreen
from pos_tui.tui.till_screen import TillScreen
from tests.conftest import COLA, MILK
from tests.tui.seat import SIZES, sitting

PENCIL = "4006381333931"


def form_of(seat):
    """The form that is filled in."""
    screen = seat.app.screen
    assert isinstance(screen, ProductPage), screen
    return screen.form


def selected(seat):
    line = seat.till_screen.list.selected_line
    return None if line is None else line.item.name


def words_of(seat):
    """What the screen shows, as running words."""
    return " ".join(" ".join(row.strip("│ ") for row in seat.rows).split())


async def open_products(seat):
    await seat.open_goods("products")
    assert isinstance(seat.app.screen, ProductsScreen)


async def go_to(seat, field):
    await seat.until(lambda: isinstance(seat.app.screen, ProductPage) and seat.app.screen.form.key)
    form = form_of(seat)
    keys = list(form.texts)
    by = keys.index(field) - keys.index(form.key)
    await seat.press(*["down" if by > 0 else "up"] * abs(by))


async def fill(seat, **texts):
    for field, text in texts.items():
        await go_to(seat, field)
        await seat.press("end", *["backspace"] * len(form_of(seat).texts[field]))
        await seat.type(text)


def record(seat, code):
    return seat.counter.till.goods.products.find(code)


@pytest.mark.parametrize("size", SIZES)
async def test_a_price_is_changed_by_keys_alone_and_its_history_says_so(shop, size):
    async with sitting(shop, size) as seat:
        await open_products(seat)
        assert "type words, initials or a code" in seat.text
        await seat.type("milk")
        await seat.press("enter")
        assert "Change Milk 1 l" in seat.text
        assert all(len(row) <= size[0] for row in seat.rows)
        await fill(seat, price="11.5")
        await seat.press("f2")
        await seat.until_shown("Milk 1 l is kept")
        assert "11.50" in seat.text
        await seat.press("f10")
        assert "Ada price 12.90 11.50" in words_of(seat)
        await seat.press("escape", "escape", "escape")
        await seat.scan(MILK)
        assert shop.till.sale.list.totals.total == 1150


async def test_a_scan_opens_the_product_that_it_names_or_a_new_one(shop):
    async with sitting(shop) as seat:
        await open_products(seat)
        await seat.scan(COLA)
        await seat.until_shown("Change Cola 330 ml")
        await seat.press("escape")
        await seat.scan(PENCIL)
        await seat.until_shown("A new product")
        assert form_of(seat).texts["codes"] == PENCIL
        await fill(seat, name="Pencil", price="1.20")
        await go_to(seat, "codes")
        await seat.scan("96385074")
        await seat.press("f2")
        await seat.until_shown("Pencil is kept")
        assert record(seat, "96385074").codes == ("04006381333931", "00000096385074")


async def test_a_code_of_another_product_is_said_beside_the_codes_and_nothing_typed_is_lost(shop):
    async with sitting(shop) as seat:
        await open_products(seat)
        await seat.type("milk")
        await seat.press("enter")
        await fill(seat, price="9")
        await go_to(seat, "codes")
        await seat.scan(COLA)
        await seat.press("f2")
        await seat.until(lambda: "is the code of Cola 330 ml already" in words_of(seat))
        assert form_of(seat).key == "codes"
        assert form_of(seat).texts["price"] == "9"
        assert record(seat, MILK).price == 1290


async def test_a_payment_code_opens_no_product_and_is_not_shown(shop):
    async with sitting(shop) as seat:
        await open_products(seat)
        await seat.scan("134567890123456789")
        assert "a customer's payment code" in seat.text
        assert "134567890123456789" not in seat.text
        assert isinstance(seat.app.screen, ProductsScreen)


async def test_a_product_is_discontinued_after_a_question_and_comes_back(shop):
    async with sitting(shop) as seat:
        await open_products(seat)
        await seat.type("milk")
        await seat.press("delete", "enter")
        assert "Nothing was changed" in seat.text
        await seat.press("delete", "y", "enter")
        await seat.until_shown("is discontinued; what is left is still sold")
        assert "Milk 1 l (discontinued)" in seat.text
        await seat.press("delete", "y", "enter")
        await seat.until_shown("Milk 1 l is sold as before")
        assert record(seat, MILK).discontinued == ""


async def test_a_scan_that_was_torn_is_one_code_and_a_payment_code_is_none(shop):
    async with sitting(shop) as seat:
        await open_products(seat)
        await seat.scan(COLA)
        await go_to(seat, "codes")
        await seat.press("end")
        await seat.type(",4006381")
        await seat.scan("333931", began=form_of(seat).typed_at + 0.1)
        assert form_of(seat).texts["codes"].rstrip(", ") == f"{COLA}, {PENCIL}"
        await seat.scan(PENCIL)
        assert form_of(seat).texts["codes"].count(PENCIL) == 1
        await seat.scan("134567890123456789")
        assert "a customer's payment code" in words_of(seat)
        await seat.scan("5449000000991")
        assert "seems misread" in words_of(seat)
        await seat.press("f2")
        await seat.until_shown("Cola 330 ml is kept")
        assert record(seat, COLA).codes == ("0" + COLA, "0" + PENCIL)


async def test_the_code_of_a_case_is_scanned_behind_its_number_of_pieces(shop):
    async with sitting(shop) as seat:
        await open_products(seat)
        await seat.scan(COLA)
        await go_to(seat, "codes")
        await seat.press("end")
        await seat.type(", 12x")
        await seat.scan("15449000000993")
        assert form_of(seat).texts["codes"].rstrip(", ") == f"{COLA}, 12x15449000000993"
        await seat.type("6x4006381")
        await seat.scan("333931", began=form_of(seat).typed_at + 0.1)
        await seat.press("f2")
        await seat.until_shown("Cola 330 ml is kept")
        assert record(seat, COLA).pieces == (("0" + PENCIL, 6), ("15449000000993", 12))


async def test_a_scan_outside_the_codes_is_answered_and_lands_nowhere(shop):
    async with sitting(shop) as seat:
        await open_products(seat)
        await seat.scan(COLA)
        await go_to(seat, "category")
        before = form_of(seat).texts
        await seat.scan(PENCIL)
        assert "goods are scanned in a field of goods (codes, deposit)" in words_of(seat)
        assert form_of(seat).texts == before
        await go_to(seat, "deposit")
        await seat.scan(MILK)
        await seat.press("f2")
        await seat.until_shown("Cola 330 ml is kept")
        assert record(seat, COLA).deposit == "0" + MILK


# ---- at the counter ------------------------------------------------------------------------------


async def test_a_code_that_is_not_known_is_added_at_the_counter_and_is_on_the_list_at_once(shop):
    async with sitting(shop) as seat:
        await seat.scan(COLA, PENCIL)
        assert "^N adds it" in words_of(seat)
        await seat.press("ctrl+n")
        assert f"Add {PENCIL}; it is sold then" in seat.text
        await seat.type("Pencil")
        await seat.press("enter")
        await seat.type("1.20")
        await seat.scan(MILK)
        assert "A code was scanned and not taken" in words_of(seat)
        await seat.press("f2")
        await seat.until(lambda: isinstance(seat.app.screen, TillScreen))
        assert [line.item.name for line in shop.till.sale.list.lines] == ["Cola 330 ml", "Pencil"]
        assert shop.till.sale.list.totals.total == 470
        await seat.press("ctrl+n")
        assert "Scan the code that is not known first" in words_of(seat)


async def test_a_product_without_a_price_is_added_and_its_price_is_asked(shop):
    async with sitting(shop) as seat:
        await seat.scan(PENCIL)
        await seat.press("ctrl+n")
        await seat.type("Pencil")
        await seat.press("f2")
        await seat.until_shown("Pencil has no price. Its price:")
        await seat.type("2")
        await seat.press("enter")
        assert shop.till.sale.list.totals.total == 200


async def test_leaving_the_page_leaves_the_sale_as_it_was(shop):
    async with sitting(shop) as seat:
        await seat.scan(COLA, PENCIL)
        await seat.press("ctrl+n")
        await seat.type("Pen")
        await seat.press("escape", "escape")
        assert isinstance(seat.app.screen, TillScreen)
        assert [line.item.name for line in shop.till.sale.list.lines] == ["Cola 330 ml"]
        assert record(seat, PENCIL) is None


async def test_where_there_are_supervisors_one_must_let_it_be_added_and_is_named(shop):
    shop.books.write(lambda c: set_staff(c, "Grace", "supervisor", "4711")).result()
    async with sitting(shop) as seat:
        await seat.scan(PENCIL)
        await seat.press("ctrl+n")
        assert "A supervisor's PIN" in seat.text
        await seat.type("4711")
        await seat.press("enter")
        await seat.until_shown("it is sold then")
        await seat.type("Pencil")
        await seat.press("f2")
        await seat.until(lambda: isinstance(seat.app.screen, TillScreen))
        found = record(seat, PENCIL)
        assert {each.by for each in shop.till.goods.products.changes(found.id)} == {"Grace"}


# ---- age, deposit --------------------------------------------------------------------------------


def with_age_limit(shop):
    """Spirit from 18 years, with a deposit on its bottle."""

    def job(connection):
        bottle = ProductRecord(("BOTTLE",), "Bottle deposit", 50, "pc")
        spirit = ProductRecord(("0" + PENCIL,), "Spirit", 2000, age_limit=18, deposit="BOTTLE")
        for each in (bottle, spirit):
            put_record(connection, each, shop.now, "Ada")

    shop.books.write(job).result()


@pytest.mark.parametrize("size", [*SIZES, (60, 20)])
async def test_an_age_is_shown_with_the_day_of_birth_and_confirmed_by_a_person_only(shop, size):
    with_age_limit(shop)
    async with sitting(shop, size) as seat:
        await seat.scan(PENCIL)
        assert "22 Nov 2008" in seat.text
        assert "Enter: checked" in seat.text
        await seat.press("enter", after_s=0.1)  # a scanner's second end
        assert shop.till.sale.age_to_check == 18
        await seat.press("plus")
        assert "18 or older" in words_of(seat)
        assert seat.till_screen.entry.asks == ""
        await seat.scan(MILK)
        assert shop.till.sale.age_to_check == 18
        await seat.press("enter")
        assert shop.till.sale.age_to_check == 0
        assert "Age checked" in seat.text
        assert "22 Nov 2008" not in seat.text
        await seat.press("plus", "enter")
        await seat.until_shown("is paid")


async def test_a_deposit_comes_and_goes_below_its_goods_and_is_no_piece(shop):
    with_age_limit(shop)
    async with sitting(shop) as seat:
        await seat.scan(PENCIL, PENCIL)
        assert "Bottle deposit" in seat.text
        assert "2 items" in seat.text
        assert selected(seat) == "Spirit"
        await seat.press("delete")
        assert "Bottle deposit" not in seat.text
        assert shop.till.sale.list.totals.lines == 0
        await seat.scan(MILK)
        assert selected(seat) == "Milk 1 l"


async def test_a_renamed_product_is_found_by_its_new_pinyin(shop):
    pytest.importorskip("pypinyin")
    async with sitting(shop) as seat:
        await open_products(seat)
        await seat.scan(COLA)
        await fill(seat, name="")
        for character in "百事可乐":
            seat.app.post_message(Key(character, character))
        await seat.press("f2")
        await seat.until_shown("百事可乐 is kept")
        await seat.until(lambda: [each.name for each in shop.books.search("bskl")] == ["百事可乐"])
