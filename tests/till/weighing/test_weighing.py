"""Goods that are sold by weight at a till with a scale: whole sales, and what goes wrong."""

from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from pos_tui.books.connection import open_connection
from pos_tui.books.journal import entries as journal
from pos_tui.books.people.staff import set_staff
from pos_tui.checkout import events
from pos_tui.devices.scales import ReadingState, ScaleReading
from pos_tui.settings import ScaleSettings
from tests.conftest import BREAD, CHICKEN, COLA, MILK, UNPRICED, Counter
from tests.scale_stand_in import ScaleStandIn
from tests.spoken import spoken

WALLET = "134857901234567890"


class Weighed:
    """A shop with a scale, whose readings come one by one, an eighth of a second apart."""

    def __init__(self, folder: Path) -> None:
        self.counter = Counter(folder)
        self.counter.settings = replace(
            self.counter.settings, scale=ScaleSettings(kind="toledo_8217", port="/dev/none")
        )
        self.counter.stock().open()
        self._at = 0.0

    @property
    def weighing(self):
        weighing = self.counter.till.weighing
        assert weighing is not None
        return weighing

    @property
    def state(self) -> str:
        return "" if self.weighing.view is None else self.weighing.view.state

    def reads(self, what: int | ReadingState, times: int = 1, *, is_net: bool = False) -> None:
        for _ in range(times):
            self._at += 0.125
            if isinstance(what, int):
                reading = ScaleReading("stable", self._at, Decimal(what), is_net)
            else:
                reading = ScaleReading(what, self._at)
            self.weighing.accept(reading)

    def listed(self):
        return [(x.item.name, x.quantity) for x in self.counter.till.sale.list.lines]

    def notices(self):
        return [spoken(each) for each in self.counter.all(events.Notice)]

    def acts(self):
        connection = open_connection(self.counter.data / "books.db")
        self.counter.books.write(lambda _: None).result()
        bodies = [
            body for (body,) in connection.execute("SELECT body FROM journal WHERE kind='weighed'")
        ]
        connection.close()
        return [journal.decode(body) for body in bodies]


@pytest.fixture
def shop(tmp_path):
    shop = Weighed(tmp_path / "till")
    yield shop
    shop.counter.books.close()


def change(counter, code, **texts):
    products = counter.till.goods.products
    products.keep(products.draft(texts, products.find(code)))


def hire(counter):
    for name, role, pin in (("Ada", "cashier", "2938"), ("Grace", "supervisor", "7104")):
        counter.books.write(lambda c, n=name, r=role, p=pin: set_staff(c, n, r, p, None)).result()


# ---- weighed -------------------------------------------------------------------------------------


def test_goods_sold_by_weight_are_weighed_before_they_are_on_the_list(shop):
    shop.counter.scan(CHICKEN)
    assert (shop.listed(), shop.state) == ([], "asked")
    shop.reads(0)
    assert shop.state == "put_on"
    shop.reads("moving")
    shop.reads(842, 3)
    assert (shop.listed(), shop.state) == ([], "steady")
    shop.reads(842)
    assert shop.listed() == [("Roast chicken", Decimal("0.842"))]
    assert (shop.state, shop.counter.total) == ("", 2880)  # 0.842 × 38.00, less 10 %
    assert shop.acts() == [
        journal.GoodsWeighed(
            shop.counter.till.sale.list.lines[0].item.product_id,
            Decimal("0.842"),
            "kg",
            "scale",
            "Ada",
            "842",
        )
    ]


def test_goods_that_lie_there_before_they_are_scanned_are_weighed_at_once(shop):
    shop.reads(0)
    shop.reads(842, 9)
    assert shop.listed() == []
    shop.counter.scan(CHICKEN)
    shop.reads(842, 4)
    assert shop.listed() == [("Roast chicken", Decimal("0.842"))]


def test_what_the_customer_before_left_on_the_scale_is_not_sold_again(shop):
    shop.reads(0)
    shop.counter.scan(CHICKEN)
    shop.reads(842, 4)
    shop.counter.scan(CHICKEN)
    shop.reads(842, 20)
    assert shop.state == "take_off"
    shop.reads(0)
    shop.reads(500, 4)
    assert shop.listed() == [("Roast chicken", Decimal("1.342"))]


@pytest.mark.parametrize("state", ["moving", "over", "under", "negative", "no_answer", "bad_data"])
def test_without_a_weight_nothing_is_sold(shop, state):
    shop.reads(0)
    shop.counter.scan(CHICKEN)
    shop.reads(state, 50)
    assert (shop.listed(), shop.state) == ([], state)


def test_what_lies_there_at_the_start_is_sold_once_somebody_has_looked(shop):
    shop.counter.scan(CHICKEN)
    shop.reads(842, 9)
    assert (shop.listed(), shop.state) == ([], "take_off")
    view = shop.weighing.view
    assert view is not None
    shop.weighing.confirm(view.number, "Grace")
    shop.reads(842, 4)
    assert shop.listed() == [("Roast chicken", Decimal("0.842"))]
    (act,) = shop.acts()
    assert (act.way, act.by, act.approved_by) == ("confirmed", "Ada", "Grace")


def test_the_tare_of_a_product_comes_off(shop):
    change(shop.counter, CHICKEN, tare="12 g")
    shop.reads(0)
    shop.counter.scan(CHICKEN)
    shop.reads(12, 9)
    assert shop.state == "too_light"
    shop.reads(854, 4)
    assert shop.listed() == [("Roast chicken", Decimal("0.842"))]
    assert (shop.acts()[0].grams, shop.acts()[0].tare) == ("854", 12)


def test_a_tare_that_is_set_at_the_scale_is_the_only_one(shop):
    change(shop.counter, CHICKEN, tare="12")
    shop.reads(0, is_net=True)
    shop.counter.scan(CHICKEN)
    shop.reads(842, 4, is_net=True)
    assert shop.listed() == [("Roast chicken", Decimal("0.842"))]
    assert shop.acts()[0].tare == 0


@pytest.mark.parametrize(
    ("unit", "quantity"),
    [("斤", "1.684"), ("g", "842"), ("元/公斤", "0.842"), ("lb", "1.856"), ("100 g", "8.420")],
)
def test_a_weight_is_in_the_unit_that_the_price_is_for(shop, unit, quantity):
    change(shop.counter, CHICKEN, unit=unit)
    shop.reads(0)
    shop.counter.scan(CHICKEN)
    shop.reads(842, 4)
    assert shop.listed() == [("Roast chicken", Decimal(quantity))]


@pytest.mark.parametrize("unit", ["pc", "500 g", "l", ""])
def test_other_goods_are_not_weighed(shop, unit):
    change(shop.counter, CHICKEN, unit=unit)
    shop.counter.scan(CHICKEN)
    assert shop.listed() == [("Roast chicken", 1)]


def test_goods_without_a_price_are_asked_for_it_and_then_weighed(shop):
    change(shop.counter, UNPRICED, unit="kg")
    shop.reads(0)
    shop.counter.scan(UNPRICED)
    assert shop.counter.last(events.NotSold).unpriced is not None
    product = shop.counter.till.codes.product(UNPRICED)
    shop.counter.till.sell_at(product, "20")
    shop.reads(500, 4)
    assert (shop.listed(), shop.counter.total) == ([("Odd cup", Decimal("0.500"))], 1000)


# ---- meanwhile -----------------------------------------------------------------------------------


def test_what_is_scanned_meanwhile_is_sold_and_goods_to_weigh_wait(shop):
    change(shop.counter, MILK, unit="kg")
    shop.reads(0)
    shop.counter.scan(CHICKEN, COLA, MILK)
    assert shop.listed() == [("Cola 330 ml", 1)]
    assert shop.notices() == [
        "Milk 1 l is not on the list: weigh Roast chicken first, then scan it again."
    ]
    shop.reads(842, 4)
    assert shop.listed() == [("Cola 330 ml", 1), ("Roast chicken", Decimal("0.842"))]


@pytest.mark.parametrize("code", [WALLET, "=", "50"])
def test_nothing_is_paid_while_goods_are_on_the_scale(shop, code):
    shop.counter.scan(COLA, CHICKEN)
    if code == WALLET:
        shop.counter.scan(code)
    else:
        shop.counter.till.pay(code)
    assert not shop.counter.till.sale.tenders
    assert "Weigh Roast chicken first" in shop.notices()[-1]
    assert shop.counter.till.why_not_pay().kind == "weighing.before_paying"


def test_what_is_left_is_not_on_the_list_and_that_is_said(shop):
    shop.reads(0)
    shop.counter.scan(CHICKEN)
    shop.weighing.leave()
    shop.reads(842, 9)
    assert (shop.listed(), shop.state) == ([], "")
    assert shop.notices() == ["Roast chicken was not weighed: it is not on the list."]
    shop.counter.scan(CHICKEN)  # and it may lie there still
    shop.reads(842, 4)
    assert shop.listed() == [("Roast chicken", Decimal("0.842"))]


def test_a_sale_that_is_put_aside_takes_no_weight_into_the_next(shop):
    shop.reads(0)
    shop.counter.scan(COLA, CHICKEN)
    shop.counter.till.hold()
    shop.reads(842, 9)
    assert (shop.listed(), shop.state) == ([], "")


def test_expired_goods_are_warned_of_before_they_are_weighed(shop):
    change(shop.counter, BREAD, unit="kg")
    shop.counter.scan(BREAD)
    assert shop.counter.all(events.ItemExpired)
    assert shop.state == ""


# ---- typed ---------------------------------------------------------------------------------------


def test_a_scale_that_goes_away_says_so_once_and_its_weight_is_typed(shop):
    shop.reads(0)
    shop.counter.scan(CHICKEN)
    shop.reads("no_answer", 3)
    assert [each.ok for each in shop.counter.all(events.LinkChanged)] == [False]
    view = shop.weighing.view
    shop.weighing.type(view.number, "0.842", "Grace")
    assert shop.listed() == [("Roast chicken", Decimal("0.842"))]
    (act,) = shop.acts()
    assert (act.way, act.by, act.approved_by, act.grams) == ("typed", "Ada", "Grace", "")
    shop.reads(0)
    assert [each.ok for each in shop.counter.all(events.LinkChanged)] == [False, True]


def test_a_weight_that_was_approved_too_late_is_not_sold_twice(shop):
    shop.reads(0)
    shop.counter.scan(CHICKEN)
    view = shop.weighing.view
    shop.reads(842, 4)
    shop.weighing.type(view.number, "0.842", "Grace")
    assert shop.listed() == [("Roast chicken", Decimal("0.842"))]
    shop.counter.scan(CHICKEN)
    shop.weighing.type(view.number, "0.842", "Grace")
    assert shop.listed() == [("Roast chicken", Decimal("0.842"))]


def test_a_code_that_is_typed_for_a_weight_is_none(shop):
    shop.counter.scan(CHICKEN)
    shop.weighing.type(shop.weighing.view.number, "1002", "Ada")
    assert shop.listed() == []
    assert "too much to type" in shop.notices()[-1]


def test_a_large_weight_in_a_small_unit_is_sold(shop):
    change(shop.counter, CHICKEN, unit="g", price="0.04")
    shop.reads(0)
    shop.counter.scan(CHICKEN)
    shop.reads(12_345, 4)
    assert shop.listed() == [("Roast chicken", Decimal(12_345))]


def test_nobody_types_a_weight_or_takes_what_lies_there_without_approval(shop):
    hire(shop.counter)
    shop.counter.scan(CHICKEN)
    shop.weighing.type(shop.weighing.view.number, "0.5", "")
    shop.weighing.confirm(shop.weighing.view.number, "")
    shop.reads(842, 9)
    assert (shop.listed(), shop.state) == ([], "take_off")


def test_what_was_typed_for_lies_on_the_scale_and_is_not_the_next_one_s_weight(shop):
    shop.reads(0)
    shop.counter.scan(CHICKEN)
    shop.weighing.type(shop.weighing.view.number, "0.9", "Ada")
    shop.counter.scan(CHICKEN)
    shop.reads(900, 9)
    assert (shop.state, shop.listed()) == ("take_off", [("Roast chicken", Decimal("0.9"))])


def test_a_weight_before_the_code_is_typed_by_who_may(shop):
    shop.counter.scan(f"0.842*{CHICKEN}")
    assert shop.listed() == [("Roast chicken", Decimal("0.842"))]
    assert [each.way for each in shop.acts()] == ["typed"]


def test_who_may_not_type_a_weight_gets_the_scale_s(shop):
    hire(shop.counter)
    shop.reads(0)
    shop.counter.scan(f"0.842*{CHICKEN}")
    assert (shop.listed(), shop.state) == ([], "asked")
    assert "may not be typed" in shop.notices()[-1]
    shop.reads(500, 4)
    assert shop.listed() == [("Roast chicken", Decimal("0.500"))]


def test_another_quantity_of_weighed_goods_wants_approval_too(shop):
    hire(shop.counter)
    shop.reads(0)
    shop.counter.scan(COLA, CHICKEN)
    shop.reads(842, 4)
    shop.counter.set_quantity(1, "0.5")
    assert shop.listed()[1] == ("Roast chicken", Decimal("0.842"))
    line = shop.counter.till.sale.list.lines[1]
    shop.counter.till.set_quantity(line.number, "0.5", "Grace")
    shop.counter.set_quantity(0, "3")
    assert shop.listed() == [("Cola 330 ml", 3), ("Roast chicken", Decimal("0.5"))]
    assert [(each.way, each.approved_by) for each in shop.acts()] == [
        ("scale", ""),
        ("typed", "Grace"),
    ]


def test_without_a_scale_everything_is_typed_as_ever(counter):
    assert counter.till.weighing is None
    counter.scan(CHICKEN, f"0.5*{CHICKEN}")
    assert counter.till.sale.list.lines[0].quantity == Decimal("1.5")


def test_a_power_cut_keeps_what_was_weighed(shop):
    shop.reads(0)
    shop.counter.scan(CHICKEN)
    shop.reads(842, 4)
    shop.counter.scan(CHICKEN)
    shop.counter.power_cut()
    assert (shop.listed(), shop.state) == ([("Roast chicken", Decimal("0.842"))], "")


# ---- a whole sale with a scale on a port ---------------------------------------------------------


@contextmanager
def weighing_at(folder, kind):
    stand_in = ScaleStandIn(folder / "scale", kind)
    counter = Counter(folder / "till")
    counter.settings = replace(
        counter.settings, scale=ScaleSettings(kind=kind, port=str(stand_in.port))
    )
    try:
        yield stand_in, counter.stock().open()
    finally:
        stand_in.switch_off()
        counter.books.close()


def stands_at(counter, state):
    weighing = counter.till.weighing
    return lambda: weighing.view is not None and weighing.view.state == state


@pytest.mark.posix_only("a scale of the tests' is on a pty")
@pytest.mark.parametrize("kind", ["toledo_8217", "mt_sics"])
async def test_a_sale_with_a_scale_that_moves_falls_silent_and_is_switched_off(tmp_path, kind):
    with weighing_at(tmp_path, kind) as (scale, counter):
        await counter.till.start()
        try:
            counter.scan(COLA, CHICKEN)
            await counter.until_true(stands_at(counter, "put_on"))
            scale.weigh(842)
            scale.is_moving = True
            await counter.until_true(stands_at(counter, "moving"))
            scale.weigh(842)
            await counter.until_true(lambda: counter.till.weighing.view is None)
            counter.scan(CHICKEN)
            await counter.until_true(stands_at(counter, "take_off"))
            scale.weigh(20_000)
            await counter.until_true(stands_at(counter, "over"))
            scale.switch_off()
            await counter.until_true(stands_at(counter, "no_answer"))
            assert not counter.last(events.LinkChanged).ok
            scale.weigh(0)
            scale.switch_on()
            await counter.until_true(stands_at(counter, "put_on"))
            scale.answers += [b"\xff\x02?garbage\r\n"] * 3
            scale.weigh(500)
            await counter.until_true(lambda: counter.till.weighing.view is None)
            lines = counter.till.sale.list.lines
            assert [line.quantity for line in lines] == [1, Decimal("1.342")]
            counter.till.pay("=")
            await counter.until(events.SalePaid)
        finally:
            await counter.till.close()
