"""Goods come back: for what was really paid, never more, never twice, to where they left from."""

from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from pos_tui.books import Books, BooksError
from pos_tui.books.connection import open_connection
from pos_tui.books.journal.verify import differences
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import balance, wrong_sums
from pos_tui.books.movement import Movement
from pos_tui.books.rescue import rescue
from pos_tui.books.stock.movements import move_stock
from pos_tui.books.stock.verify import stock_differences
from pos_tui.checkout import events
from pos_tui.checkout.returns import ReturnError
from pos_tui.pricing import Discount
from pos_tui.pricing.offers import PercentOff
from pos_tui.settings import TaxSettings
from pos_tui.till.money.returns import ToReturn
from tests.conftest import CHICKEN, COLA, MILK, SPREAD, Counter


@pytest.fixture
def reader(counter):
    connection = open_connection(counter.books.path)
    yield connection
    connection.close()


async def pay(counter, text="="):
    number = counter.till.sale.number
    counter.till.pay(text)
    await counter.till.until_idle()
    return number


async def refund(counter, kind=None):
    number = counter.till.sale.number
    counter.till.money.returns.refund(kind)
    await counter.till.until_idle()
    return number


def kinds(reader):
    return [kind for (kind,) in reader.execute("SELECT kind FROM ledger_entries ORDER BY number")]


def on_hand(reader, product_id):
    return dict(
        reader.execute(
            "SELECT lot, quantity FROM stock_on_hand WHERE product_id = ?", (product_id,)
        )
    )


async def test_one_of_three_comes_back_for_its_part(counter, reader):
    counter.scan(f"3*{COLA}")  # 2 for 6.00, one at 3.50
    sold = await pay(counter)
    returns = counter.till.money.returns
    for part in (316, 317, 317):
        returns.accept(sold, [ToReturn(1, 1000)])
        assert [each.amount for each in returns.lines] == [part]
        assert returns.due == -part
        await refund(counter)
    assert balance(reader, accounts.DRAWER) == 0
    assert balance(reader, accounts.SUSPENSE) == balance(reader, accounts.OPEN_SALES) == 0
    assert kinds(reader) == ["sale", "return", "return", "return"]
    assert wrong_sums(reader) == []
    with pytest.raises(ReturnError) as error:
        returns.accept(sold, [ToReturn(1, 1000)])
    assert error.value.reason.kind == "returns.all_back"


async def test_no_more_comes_back_than_was_sold(counter):
    counter.scan(f"2*{COLA}")
    sold = await pay(counter)
    with pytest.raises(ReturnError) as error:
        counter.till.money.returns.accept(sold, [ToReturn(1, 3000)])
    assert error.value.reason.kind == "returns.more_than_sold"
    with pytest.raises(ReturnError) as error:
        counter.till.money.returns.accept(sold, [ToReturn(1, 500)])
    assert error.value.reason.kind == "returns.whole_pieces"
    with pytest.raises(ReturnError) as error:
        counter.till.money.returns.paid_sale(77)
    assert error.value.reason.kind == "returns.no_such_sale"
    assert counter.till.sale.is_empty


async def test_a_basket_discount_comes_back_with_its_line_only(counter, reader):
    counter.scan(SPREAD, MILK)
    counter.till.discount(None, Discount("percent", Decimal(10), "regular", "Ada"))
    total = counter.till.sale.total
    sold = await pay(counter)
    returns = counter.till.money.returns
    returns.accept(sold, [ToReturn(2, 1000)])
    assert returns.due == -1161  # 12.90 less its own tenth, not less the tenth of both
    await refund(counter)
    assert balance(reader, accounts.DRAWER) == total - 1161


async def test_goods_go_back_to_their_lot_at_the_cost_they_left_with(counter, reader):
    cola = counter.till.codes.product(COLA).id
    counter.lot(COLA, "L-1", date(2027, 1, 1))
    counter.lot(COLA, "L-2", date(2027, 2, 1))
    came = (
        Movement(cola, "L-1", 2000, "received", 200),
        Movement(cola, "L-2", 2000, "received", 301),
    )
    counter.books.write(lambda c: move_stock(c, counter.now, "", came)).result()
    counter.scan(f"3*{COLA}")
    sold = await pay(counter)
    worth = balance(reader, accounts.STOCK)
    returns = counter.till.money.returns
    for fate in ("to_shelf", "to_check", "written_off"):
        returns.accept(sold, [ToReturn(1, 1000, fate)])
        await refund(counter)
    assert on_hand(reader, cola) == {"L-1": 1000, "L-2": 1000}
    assert balance(reader, accounts.COST_OF_GOODS) == 0
    assert balance(reader, accounts.STOCK_ASIDE) == 100
    assert balance(reader, accounts.write_off("returned")) == 151
    assert balance(reader, accounts.STOCK) == worth + 100


async def test_weighed_goods_come_back_by_weight(counter, reader):
    counter.scan(f"0.842*{CHICKEN}")
    total = counter.till.sale.total
    sold = await pay(counter)
    returns = counter.till.money.returns
    returns.accept(sold, [ToReturn(1, 300)])
    first = -returns.due
    await refund(counter)
    returns.accept(sold, [ToReturn(1, 542)])
    await refund(counter)
    assert 0 < first < total
    assert balance(reader, accounts.DRAWER) == 0


async def test_an_exchange_is_one_sale(counter, reader):
    counter.scan(MILK)
    sold = await pay(counter)
    counter.scan(SPREAD)
    counter.till.money.returns.accept(sold, [ToReturn(1, 1000)])
    assert counter.till.sale.due == 3290 - 1290
    counter.till.pay("50")
    await counter.till.until_idle()
    assert counter.last(events.SalePaid).total == 2000
    assert balance(reader, accounts.DRAWER) == 3290
    counter.scan(MILK)
    counter.till.money.returns.accept(sold + 1, [ToReturn(1, 1000)])
    counter.till.pay("=")  # money goes back here, and is not paid
    assert counter.last(events.Notice).reason.kind == "refunds.goes_back"
    await refund(counter)
    assert balance(reader, accounts.DRAWER) == 1290
    assert kinds(reader) == ["sale", "return", "sale", "return", "sale"]
    assert balance(reader, accounts.SUSPENSE) == balance(reader, accounts.OPEN_SALES) == 0
    assert reader.execute("SELECT total FROM sales WHERE state = 'paid'").fetchall() == [
        (1290,),
        (3290,),
        (1290,),
    ]  # what was sold: what came back stands beside


async def test_an_even_exchange_needs_no_money(counter, reader):
    counter.scan(MILK)
    sold = await pay(counter)
    counter.scan(MILK)
    counter.till.money.returns.accept(sold, [ToReturn(1, 1000)])
    await pay(counter)
    assert counter.last(events.SalePaid).total == 0
    assert balance(reader, accounts.DRAWER) == 1290
    assert counter.till.money.returns.paid_sale(sold).is_all_back


async def test_nothing_comes_back_in_two_sales(counter, reader):
    """A return is on hold while another one gives the same goods back."""
    counter.scan(COLA)
    sold = await pay(counter)
    returns = counter.till.money.returns
    returns.accept(sold, [ToReturn(1, 1000)])
    held = counter.till.sale.number
    counter.till.hold()
    returns.accept(sold, [ToReturn(1, 1000)])
    await refund(counter)
    drawer = balance(reader, accounts.DRAWER)
    counter.till.recall(held)
    assert [each.amount for each in returns.lines] == [350]
    await refund(counter)
    assert counter.last(events.Notice).reason.kind == "refunds.not_begun"
    assert balance(reader, accounts.DRAWER) == drawer == 0
    assert counter.till.sale.state == "open"


async def test_books_refuse_what_is_claimed(counter, tmp_path):
    """Two sales of the same books: the first that closes has it."""
    counter.scan(COLA)
    sold = await pay(counter)
    returns = counter.till.money.returns
    returns.accept(sold, [ToReturn(1, 1000)])
    first = counter.till.sale
    other = counter.books.new_sale(first.number + 1, counter.now)
    other.put_return(first.returns[0])
    counter.books.claim_returns(first).result()
    with pytest.raises(BooksError) as error:
        counter.books.claim_returns(other).result()
    assert error.value.reason.kind == "returns.back_meanwhile"


async def test_a_return_is_there_again_after_a_power_cut(counter):
    counter.scan(f"2*{COLA}", MILK)
    sold = await pay(counter)
    counter.till.money.returns.accept(sold, [ToReturn(1, 1000), ToReturn(2, 1000, "to_check")])
    before = counter.till.sale.returns
    counter.power_cut()
    assert counter.till.sale.returns == before
    assert counter.last(events.ReturnsChanged).due == -300 - 1290
    counter.till.money.returns.remove(before[0].number)
    counter.power_cut()
    assert counter.till.sale.returns == ()


async def test_empties_come_back_for_their_deposit(counter, reader):
    bottle = counter.till.codes.product(MILK)
    counter.books.write(
        lambda c: c.execute(
            "UPDATE products SET deposit_id = ? WHERE id = ?",
            (bottle.id, counter.till.codes.product(COLA).id),
        )
    ).result()
    returns = counter.till.money.returns
    returns.empties(f"3*{MILK}")
    returns.empties(COLA)  # the bottle's own code does as well
    assert [(each.quantity, each.amount) for each in returns.lines] == [(4000, 4 * 1290)]
    with pytest.raises(ReturnError):
        returns.empties(SPREAD)
    await refund(counter)
    assert balance(reader, accounts.DEPOSITS) == 4 * 1290
    assert balance(reader, accounts.DRAWER) == -4 * 1290
    assert balance(reader, accounts.SUSPENSE) == 0


async def test_without_a_receipt_no_more_goes_back_than_it_costs(counter, reader):
    returns = counter.till.money.returns
    with pytest.raises(ReturnError) as error:
        returns.without_receipt(SPREAD, "33.00", "torn")
    assert error.value.reason.kind == "returns.above_price"
    with pytest.raises(ReturnError):
        returns.without_receipt(SPREAD, "32", " ")
    returns.without_receipt(f"2*{SPREAD}", "30.00", "torn", "written_off")
    await refund(counter)
    assert balance(reader, accounts.DRAWER) == -6000
    assert reader.execute(
        "SELECT sale_no, amount, fate, reason FROM returned_lines"
    ).fetchall() == [(0, 6000, "written_off", "torn")]


async def test_a_void_brings_all_of_a_sale_back(counter, reader):
    counter.scan(f"2*{COLA}", MILK)
    sold = await pay(counter)
    returns = counter.till.money.returns
    returns.accept(sold, [ToReturn(1, 1000)])
    await refund(counter)
    returns.void(sold, "wrong customer")
    await counter.till.until_idle()
    assert kinds(reader) == ["sale", "return", "void"]
    assert balance(reader, accounts.DRAWER) == 0
    for number, kind in ((sold, "returns.sale_all_back"), (sold + 2, "returns.is_a_return")):
        with pytest.raises(ReturnError) as error:
            returns.void(number, "again")
        assert error.value.reason.kind == kind


async def test_a_sale_of_another_shift_is_not_voided(counter):
    counter.scan(MILK)
    sold = await pay(counter)
    counter.books.write(
        lambda c: c.execute("UPDATE shifts SET closed_at = '2026-11-22T20:00:00+08:00'")
    ).result()
    with pytest.raises(ReturnError) as error:
        counter.till.money.returns.void(sold, "late")
    assert error.value.reason.kind == "returns.not_of_shift"


async def test_what_cards_paid_goes_back_to_them_first(counter, reader):
    counter.scan(SPREAD, MILK)
    counter.till.pay("c20 4242")
    await counter.till.until_idle()
    sold = await pay(counter)  # the rest in cash: 25.80
    returns = counter.till.money.returns
    returns.accept(sold, [ToReturn(1, 1000)])
    assert [(each.kind, each.given) for each in returns.ways()] == [("card", 2000), ("cash", 1290)]
    await refund(counter)
    assert (balance(reader, accounts.CARD), balance(reader, accounts.DRAWER)) == (0, 1290)
    returns.accept(sold, [ToReturn(2, 1000)])
    assert [(each.kind, each.given) for each in returns.ways()] == [("cash", 1290)]
    await refund(counter)
    assert balance(reader, accounts.DRAWER) == balance(reader, accounts.OPEN_SALES) == 0


async def test_money_goes_another_way_when_it_is_asked_to(counter, reader):
    counter.scan(MILK)
    sold = await pay(counter, "c= 4242")
    returns = counter.till.money.returns
    returns.accept(sold, [ToReturn(1, 1000)])
    (way,) = returns.ways("cash")
    assert way.is_another
    await refund(counter, "cash")
    assert (balance(reader, accounts.CARD), balance(reader, accounts.DRAWER)) == (1290, -1290)
    assert [each.left for each in returns.parts(sold)] == [0]


async def test_what_was_exchanged_goes_back_the_way_its_goods_were_paid(counter, reader):
    """A card is not turned into cash by way of an exchange."""
    counter.scan(SPREAD)
    first = await pay(counter, "c= 4242")
    returns = counter.till.money.returns
    counter.scan(MILK)
    returns.accept(first, [ToReturn(1, 1000)])
    second = await refund(counter)
    assert balance(reader, accounts.CARD) == 1290
    returns.accept(second, [ToReturn(1, 1000)])
    assert [(each.kind, each.given) for each in returns.ways()] == [("card", 1290)]
    await refund(counter)
    assert (balance(reader, accounts.CARD), balance(reader, accounts.DRAWER)) == (0, 0)
    assert [each.left for each in returns.parts(first)] == [0]


async def test_cash_does_not_go_back_to_a_wallet(counter):
    counter.scan(MILK)
    sold = await pay(counter)
    counter.till.money.returns.accept(sold, [ToReturn(1, 1000)])
    await refund(counter, "wallet")
    assert counter.last(events.Notice).reason.kind == "refunds.not_by_wallet"
    assert counter.till.sale.state == "open"


async def test_money_that_goes_back_by_a_voucher_is_owed_by_the_shop(counter, reader):
    counter.scan(MILK)
    sold = await pay(counter)
    returns = counter.till.money.returns
    returns.accept(sold, [ToReturn(1, 1000)])
    number = await refund(counter, "voucher")
    (voucher,) = counter.books.vouchers_of_sale(number)
    assert (voucher.amount, voucher.left) == (1290, 1290)
    assert (balance(reader, accounts.VOUCHERS), balance(reader, accounts.DRAWER)) == (-1290, 1290)
    counter.scan(MILK)
    counter.till.scan(voucher.number)
    await counter.till.until_idle()
    assert balance(reader, accounts.VOUCHERS) == balance(reader, accounts.SUSPENSE) == 0


async def test_returns_of_sales_from_before_their_lines_were_kept(counter, reader):
    counter.scan(f"3*{COLA}", MILK)
    sold = await pay(counter)
    counter.books.write(lambda c: c.execute("DELETE FROM sold_lines")).result()
    returns = counter.till.money.returns
    returns.accept(sold, [ToReturn(1, 3000), ToReturn(2, 1000)])
    assert returns.due == -950 - 1290


async def test_prices_and_offers_of_today_play_no_part(counter, reader):
    """A member's discount of today, or another price, is not applied to what was sold before."""
    counter.scan(SPREAD)
    sold = await pay(counter)
    counter.offer(SPREAD, "half price", PercentOff(Decimal(50)))
    counter.books.write(lambda c: c.execute("UPDATE products SET price = price * 3")).result()
    counter.now += timedelta(days=9)
    returns = counter.till.money.returns
    returns.accept(sold, [ToReturn(1, 1000)])
    assert returns.due == -3290
    await refund(counter)
    assert balance(reader, accounts.DRAWER) == 0


@pytest.mark.parametrize("mode", ["included", "added"])
@pytest.mark.parametrize("rounding", ["basket", "line"])
async def test_tax_and_income_go_back_with_the_goods(tmp_path, mode, rounding):
    rates = {"standard": Decimal(13)}
    tax = TaxSettings(mode=mode, rounding=rounding, rates=rates, default="standard")
    base = Counter(tmp_path / "none").settings
    counter = Counter(tmp_path / "till", replace(base, tax=tax)).stock().open()
    counter.scan(f"3*{COLA}", MILK, f"0.333*{CHICKEN}")
    sold = await pay(counter)
    with closing(open_connection(counter.books.path)) as reader:
        owed = balance(reader, accounts.tax("standard"))
        assert owed < 0
        returns = counter.till.money.returns
        for line, quantity in ((1, 1000), (1, 2000), (2, 1000), (3, 100), (3, 233)):
            returns.accept(sold, [ToReturn(line, quantity)])
            await refund(counter)
        names = (accounts.sales(""), accounts.DISCOUNTS, accounts.returns(""))
        assert sum(balance(reader, each) for each in names) == 0
        assert balance(reader, accounts.tax("standard")) == 0
        assert balance(reader, accounts.DRAWER) == balance(reader, accounts.SUSPENSE) == 0
    counter.books.close()


async def test_books_with_returns_are_sound(counter, reader):
    counter.scan(f"3*{COLA}", MILK)
    sold = await pay(counter)
    returns = counter.till.money.returns
    returns.accept(sold, [ToReturn(1, 2000, "written_off"), ToReturn(2, 1000, "to_check")])
    counter.scan(SPREAD)
    await pay(counter)
    returns.void(sold, "all of it")
    await counter.till.until_idle()
    assert stock_differences(reader) == []
    assert differences(reader, counter.data) == []


async def test_what_came_back_outlives_a_rescue(counter):
    counter.scan(f"2*{COLA}")
    sold = await pay(counter)
    returns = counter.till.money.returns
    returns.accept(sold, [ToReturn(1, 1000)])
    await refund(counter)
    counter.books.wait()
    counter.books.close()
    rescue(counter.books.path, counter.now)
    counter.books = Books(counter.data)
    assert [each.left for each in counter.books.returnable_lines(sold)] == [1000]


async def test_new_goods_of_an_exchange_are_looked_at_before_money_goes_back(counter):
    counter.scan(SPREAD)
    sold = await pay(counter)
    counter.lot(MILK, "M-1", date(2026, 11, 23))
    counter.scan(MILK)
    counter.till.money.returns.accept(sold, [ToReturn(1, 1000)])
    counter.now += timedelta(days=3)
    await refund(counter)
    assert counter.last(events.Notice).reason.kind == "sale.total_has_changed"
    assert counter.till.sale.state == "open"
    assert counter.till.sale.warnings


def test_another_till_opens_books_with_returns(tmp_path):
    counter = Counter(tmp_path / "till").stock()
    counter.books.close()
    Books(tmp_path / "till").close()
