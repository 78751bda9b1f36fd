"""The question on the scan line while goods are weighed, as the cashier sees it and answers it."""

from decimal import Decimal

import pytest
from argon2 import PasswordHasher
from msgspec.structs import replace

from pos_tui.books.people.staff import set_staff
from pos_tui.devices.scales import ReadingState, ScaleReading
from pos_tui.settings import ScaleSettings
from pos_tui.tui.parts.pin_page import PinPage
from pos_tui.wording.current import use
from tests.conftest import CHICKEN, COLA, MILK, Counter
from tests.tui.seat import Seat, sitting

WALLET = "134857901234567890"


@pytest.fixture(autouse=True)
def hashes_that_cost_little(monkeypatch):
    light = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1)
    monkeypatch.setattr("pos_tui.books.people.staff._hasher", lambda: light)


class NoWatch:
    """In place of the thread: the tests give the readings."""

    def want(self, _wanted: object) -> None:
        """Nothing is read."""

    def close(self) -> None:
        """Nothing is open."""


class Scale:
    """What lies on the scale of a till, reading by reading."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._at = 0.0
        self.weighing.use(NoWatch())

    @property
    def weighing(self):
        weighing = self._seat.counter.till.weighing
        assert weighing is not None
        return weighing

    async def reads(self, what: int | ReadingState, times: int = 1) -> None:
        for _ in range(times):
            self._at += 0.125
            if isinstance(what, int):
                reading = ScaleReading("stable", self._at, Decimal(what))
            else:
                reading = ScaleReading(what, self._at)
            self.weighing.accept(reading)
        await self._seat.pilot.pause()


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setattr("pos_tui.devices.scales.watch.ScaleWatch", lambda *_: NoWatch())
    counter = Counter(tmp_path / "till", has_printer=False)
    counter.settings = replace(
        counter.settings, scale=ScaleSettings(kind="toledo_8217", port="/dev/none")
    )
    yield counter.stock()
    counter.books.close()


def hire(counter):
    for name, role, pin in (("Ada", "cashier", "2938"), ("Grace", "supervisor", "7104")):
        counter.books.write(lambda c, n=name, r=role, p=pin: set_staff(c, n, r, p, None)).result()


def listed(seat):
    return [(x.item.name, x.quantity) for x in seat.counter.till.sale.list.lines]


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_the_weight_is_shown_as_it_changes_until_it_is_on_the_list(shop, size):
    async with sitting(shop, size) as seat:
        scale = Scale(seat)
        await seat.scan(CHICKEN)
        assert "Roast chicken: asking the scale" in seat.text
        await scale.reads(0)
        assert "Roast chicken: put it on the scale" in seat.text
        await scale.reads("moving")
        assert "Roast chicken: moving" in seat.text
        await scale.reads(842)
        assert "Roast chicken 0.842 kg: hold still" in seat.text
        await scale.reads(842, 3)
        assert "hold still" not in seat.text
        assert listed(seat) == [("Roast chicken", Decimal("0.842"))]
        assert "28.80" in seat.text
        await seat.scan(CHICKEN)
        await scale.reads(842, 9)
        assert "take it off first" in seat.text


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("over", "超出量程"),
        ("under", "请归零"),
        ("no_answer", "请输入重量"),
        ("bad_data", "请输入重量"),
    ],
)
async def test_each_state_is_said_in_chinese_too(shop, size, state, said):
    use("zh_CN")
    try:
        async with sitting(shop, size) as seat:
            scale = Scale(seat)
            await seat.scan(CHICKEN)
            await scale.reads(state)
            assert said in seat.text
    finally:
        use("en")


async def test_goods_without_weight_are_sold_meanwhile_and_others_wait(shop):
    products = shop.open().till.goods.products
    products.keep(products.draft({"unit": "kg"}, products.find(MILK)))
    async with sitting(shop) as seat:
        scale = Scale(seat)
        await scale.reads(0)
        await seat.scan(CHICKEN)
        await seat.type("0.8")
        await seat.scan(COLA)
        assert listed(seat) == [("Cola 330 ml", 1)]
        assert "Roast chicken: asking the scale" in seat.text
        await seat.scan(MILK)
        assert "weigh Roast chicken first" in seat.text
        await seat.scan(WALLET)
        assert "Weigh Roast chicken first" in seat.text
        await scale.reads(842, 4)
        assert listed(seat) == [("Cola 330 ml", 1), ("Roast chicken", Decimal("0.842"))]
        await seat.scan(COLA)
        assert listed(seat)[0] == ("Cola 330 ml", 2)


@pytest.mark.parametrize("key", ["escape", "f2", "f7"])
async def test_who_leaves_the_question_leaves_the_goods(shop, key):
    async with sitting(shop) as seat:
        scale = Scale(seat)
        await scale.reads(0)
        await seat.scan(COLA, CHICKEN)
        await seat.press(key)
        assert "Roast chicken was not weighed" in seat.text
        await scale.reads(842, 9)
        assert listed(seat) == [("Cola 330 ml", 1)]


async def test_paying_waits_for_the_scale_and_the_question_stays(shop):
    async with sitting(shop) as seat:
        scale = Scale(seat)
        await scale.reads(0)
        await seat.scan(COLA, CHICKEN)
        await seat.press("plus", "enter")
        assert "“+” is no weight" in seat.text
        assert not seat.counter.till.sale.tenders
        await scale.reads(842, 4)
        assert len(listed(seat)) == 2


async def test_enter_alone_neither_answers_nor_loses_the_question(shop):
    async with sitting(shop) as seat:
        scale = Scale(seat)
        await scale.reads(0)
        await seat.scan(CHICKEN)
        await seat.press("enter", "enter")
        await scale.reads(842, 4)
        assert listed(seat) == [("Roast chicken", Decimal("0.842"))]


async def test_what_is_typed_stays_while_the_scale_goes_on_and_is_the_weight(shop):
    async with sitting(shop) as seat:
        scale = Scale(seat)
        await seat.scan(CHICKEN)
        await scale.reads("no_answer")
        await seat.type("0.8")
        await scale.reads("bad_data")
        await seat.type("42")
        await seat.press("enter")
        assert listed(seat) == [("Roast chicken", Decimal("0.842"))]


async def test_what_is_no_weight_is_said_and_asked_again(shop):
    async with sitting(shop) as seat:
        scale = Scale(seat)
        await seat.scan(CHICKEN)
        await scale.reads("no_answer")
        await seat.type("0.8.4")
        await seat.press("enter")
        assert "“0.8.4” is no weight" in seat.text
        assert "type the weight" in seat.text
        assert listed(seat) == []


async def test_a_cashier_s_weight_is_approved_and_the_scale_does_not_sell_it_again(shop):
    hire(shop)
    async with sitting(shop) as seat:
        scale = Scale(seat)
        await scale.reads(0)
        await seat.scan(CHICKEN)
        await scale.reads("no_answer")
        await seat.type("0.842")
        await seat.press("enter")
        assert isinstance(seat.app.screen, PinPage)
        assert "0.842 kg, typed" in seat.text
        await seat.type("7104")
        await seat.press("enter")
        await seat.until(lambda: listed(seat))
        await scale.reads(0)
        await scale.reads(842, 9)
        assert listed(seat) == [("Roast chicken", Decimal("0.842"))]


async def test_an_approval_that_is_not_given_leaves_the_question(shop):
    hire(shop)
    async with sitting(shop) as seat:
        scale = Scale(seat)
        await scale.reads(0)
        await seat.scan(CHICKEN)
        await seat.type("0.842")
        await seat.press("enter")
        await seat.press("escape")
        assert listed(seat) == []
        assert "Roast chicken" in seat.text
        await scale.reads(500, 4)
        assert listed(seat) == [("Roast chicken", Decimal("0.500"))]


async def test_what_lies_there_since_before_is_sold_when_somebody_has_looked(shop):
    async with sitting(shop) as seat:
        scale = Scale(seat)
        await seat.scan(CHICKEN)
        await scale.reads(842, 9)
        assert listed(seat) == []
        await seat.press("enter")
        await scale.reads(842, 4)
        assert listed(seat) == [("Roast chicken", Decimal("0.842"))]


async def test_another_quantity_of_weighed_goods_is_approved(shop):
    hire(shop)
    async with sitting(shop) as seat:
        scale = Scale(seat)
        await scale.reads(0)
        await seat.scan(CHICKEN)
        await scale.reads(842, 4)
        await seat.press("f2")
        await seat.type("0.5")
        await seat.press("enter")
        assert isinstance(seat.app.screen, PinPage)
        await seat.type("7104")
        await seat.press("enter")
        await seat.until(lambda: listed(seat) == [("Roast chicken", Decimal("0.5"))])


async def test_a_scale_that_is_away_has_a_lamp_until_it_is_back(shop):
    async with sitting(shop) as seat:
        scale = Scale(seat)
        await scale.reads("no_answer")
        assert "scale ✗" in seat.text
        assert "does not answer" in seat.text
        await scale.reads(0)
        assert "scale ✗" not in seat.text
        assert "does not answer" not in seat.text


async def test_goods_scanned_while_money_is_asked_for_are_weighed_and_then_paid(shop):
    async with sitting(shop) as seat:
        scale = Scale(seat)
        await scale.reads(0)
        await seat.scan(COLA)
        await seat.press("plus")
        assert "Pay 3.50" in seat.text
        await seat.scan(CHICKEN)
        assert "Pay 3.50" not in seat.text
        assert "Roast chicken: asking the scale" in seat.text
        await scale.reads(842, 4)
        await seat.press("plus", "equals_sign")
        await seat.until(lambda: seat.counter.till.sale.number == 2)
