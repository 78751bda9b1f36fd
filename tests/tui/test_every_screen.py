"""Every screen at three sizes, in both languages and in one whose words are long and wide."""

import re
import string
from contextlib import asynccontextmanager
from datetime import date

import pytest
from msgspec.structs import replace

from pos_tui.books.people.staff import set_staff
from pos_tui.checkout.events import LinkChanged, LookAtDate, PaymentChanged, PaymentView, Step
from pos_tui.demo.guide import Guide
from pos_tui.devices.scanners.scanner import ScannerState
from pos_tui.reasons import because
from pos_tui.settings import ScreenSettings, StaffSettings
from pos_tui.text_width import width_of
from pos_tui.tui.pages.goods_in import GoodsInScreen
from pos_tui.tui.pages.products import ProductsScreen
from pos_tui.wording import current as wording
from pos_tui.wording.language import Wording
from tests.conftest import BREAD, COLA, MILK, NOON
from tests.tui.seat import sitting

SIZES = [(60, 20), (80, 24), (120, 36)]
CUT = re.compile(r"[^\s….0-9]…(?!…)")


class PseudoWording(Wording):
    """English made longer and wider: each word by two fifths, and in full-width brackets."""

    def _sentence(self, kind, values):
        pieces = string.Formatter().parse(super()._sentence(kind, values))
        return "".join(
            _longer(text) + (f"{{{name}{f':{form}' if form else ''}}}" if name is not None else "")
            for text, name, form, _ in pieces
        )


def _longer(text):
    return re.sub(r"\w+", lambda found: f"【{found[0]}{found[0][: len(found[0]) * 2 // 5]}】", text)


@pytest.fixture(params=["en", "zh_CN", "pseudo"])
def language(request, monkeypatch):
    if request.param == "pseudo":
        monkeypatch.setattr(wording, "Wording", PseudoWording)
    wording.use("en" if request.param == "pseudo" else request.param)
    return request.param


@asynccontextmanager
async def everything(shop, size):
    """A till where all is open that can be."""
    codes = iter(range(1000))
    async with sitting(shop, size, hints=Guide(lambda: next(codes))) as seat:
        screen = seat.till_screen
        screen.show(LinkChanged("gateway", True))
        screen.show(LinkChanged("redis", False, because("redis.away")))
        screen.show(LinkChanged("printer", True))
        yield seat


def is_straight(seat, size):
    """No row is wider than the screen, and every frame's sides stand under its corners."""
    strips = seat.strips
    assert len(strips) == size[1]
    corners: set[int] = set()
    sides: set[int] = set()
    for strip in strips:
        text = "".join(segment.text for segment in strip)
        assert width_of(text) == size[0], text
        for place, character in enumerate(text):
            if character in "╭╮│╰╯":
                at = width_of(text[:place])
                (corners if character in "╭╮" else sides).add(at)
    if corners:  # a page of the manual has only the frames of its tables
        assert sides <= corners, seat.text


EXPIRED = date(2026, 11, 20)
VIEW = PaymentView(
    because("payment.title_wallet", platform="WeChat Pay", code="····7890"),
    tuple(
        Step(name, "done", NOON)
        for name in ("order_written", "order_sent", "customer", "confirmed", "receipt")
    ),
    because("payment.not_known", why=because("payment.gateway_away")),
    "warning",
)


@pytest.mark.parametrize("size", SIZES)
async def test_the_till_s_screen(shop, size, language):
    async with everything(shop, size) as seat:
        screen = seat.till_screen
        is_straight(seat, size)
        await seat.scan(COLA, MILK, BREAD)
        is_straight(seat, size)
        screen.show(PaymentChanged(VIEW, "unknown", 1))
        for why in ("mixed", "past", "near"):
            screen.show(LookAtDate("Milk 1 l", NOON.date(), why, "−30 %"))
        screen.show(LinkChanged("clock", False, because("clock.fast", now=NOON, right=NOON)))
        screen.show_scanner(ScannerState("left", True, None))
        await seat.pilot.pause()
        is_straight(seat, size)
        await seat.press("enter")
        is_straight(seat, size)
        for keys in (("f2",), ("f4",), ("f4", "f4"), ("f6",), ("f7",), ("plus",), ("f12",)):
            await seat.press(*keys)
            is_straight(seat, size)
            await seat.scan("")
            is_straight(seat, size)
            await seat.press("escape")
        await seat.press("plus", "2", "0", "enter")
        await shop.till.until_idle()
        await seat.pilot.pause()
        is_straight(seat, size)


@pytest.mark.parametrize("size", SIZES)
async def test_the_pages(shop, size, language):
    async with everything(shop, size) as seat:
        await seat.press("f9")
        is_straight(seat, size)
        await seat.press("escape")
        await seat.scan(COLA, MILK)
        await seat.press("f8")
        await shop.until_true(lambda: shop.till.sale.number == 2)
        await seat.scan(COLA, COLA)
        for keys in (("f9",), ("f10",), ("f10", "up"), ("f3",), ("f3", "m", "i"), ("f3", "f3"),
                     ("f3", "f3", "enter"), ("f1",), ("f1", *["pagedown"] * 3), ("f1", "a"),
                     ("f1", "l", "pagedown", "down")):  # fmt: skip
            await seat.press(*keys)
            await seat.pilot.pause()
            is_straight(seat, size)
            await seat.press("escape")


async def goods_in_and_out(seat):
    """A delivery as it is entered, and goods that go; yields whenever something else is asked."""
    await seat.open_goods("goods_in")
    yield
    for keys in (("ctrl+n",), ("enter",), ("enter",), ("8", "enter")):
        await seat.press(*keys)
        await seat.until(lambda: seat.app.screen.focused is not None)
        yield
    await seat.scan(COLA)
    for answer in (("1", "2", "enter"), ("9", "enter"), ("L", "enter"), ("x", "enter"),
                   ("p", *"261120", "enter"), ("5", "d", "enter"), ("enter",), ("escape",),
                   ("delete",), ("escape",), ("f2",)):  # fmt: skip
        await seat.press(*answer)
        yield
    await seat.press("y", "enter")
    await seat.until(lambda: isinstance(seat.app.screen, GoodsInScreen))
    yield
    await seat.press("enter")
    yield
    await seat.press("escape", "escape", "down", "enter")
    await seat.scan(COLA)
    for answer in (("9", "9", "enter"), ("5", "enter"), ("a", "enter"), ("escape",)):
        await seat.press(*answer)
        yield


@pytest.mark.parametrize("size", SIZES)
async def test_the_pages_of_goods_in_and_out(shop, size, language):
    async with everything(shop, size) as seat:
        async for _ in goods_in_and_out(seat):
            is_straight(seat, size)
            if language != "pseudo" and size != SIZES[0]:
                assert not CUT.search(seat.text), seat.text


@pytest.mark.parametrize("size", SIZES)
async def test_the_page_of_returns_and_the_question_of_the_money(shop, size, language):
    async with everything(shop, size) as seat:
        await seat.scan(MILK, COLA)
        await seat.press("plus", "enter")
        await seat.until(lambda: shop.books.last_paid_numbers(1))
        await seat.open_money("returns")
        is_straight(seat, size)
        for keys in (("enter",), ("enter",), ("f4",), ("f12",), ("escape",), ("escape",), ("f2",)):
            await seat.press(*keys)
            await seat.pilot.pause(0.05)
            is_straight(seat, size)
            if language != "pseudo" and size != SIZES[0]:
                assert not CUT.search(seat.text), seat.text
        await seat.press("enter")
        await seat.until(lambda: len(shop.books.last_paid_numbers(2)) == 2)
        is_straight(seat, size)


@pytest.mark.parametrize("size", SIZES)
async def test_the_pages_of_products_and_an_age_to_check(shop, size, language):
    products = shop.make_till(lambda _: None).goods.products
    draft = products.draft({"age_limit": "18", "price": "9"}, products.find(MILK))
    products.keep(draft)
    async with everything(shop, size) as seat:
        await seat.scan(MILK)
        is_straight(seat, size)
        await seat.press("ctrl+g")
        is_straight(seat, size)
        await seat.press("enter", "m", "i")
        is_straight(seat, size)
        for keys in (
            ("f10",),
            ("delete",),
            ("enter", "pagedown", "x", "f2"),
            ("ctrl+n", "x", "f2"),
        ):
            await seat.press(*keys)
            await seat.pilot.pause()
            is_straight(seat, size)
            await seat.press(*["escape"] * (2 if "f2" in keys else 1))
            assert isinstance(seat.app.screen, ProductsScreen)


@pytest.mark.parametrize("size", SIZES)
async def test_signing_on_and_approving(shop, size, language):
    shop.books.write(lambda c: set_staff(c, "Grace", "supervisor", "7104")).result()
    shop.settings = replace(shop.settings, staff=StaffSettings(sign_on=True))
    async with everything(shop, size) as seat:
        for keys in (("f1",), ("1", "1", "1", "1", "enter"), ("7", "1", "0", "4")):
            await seat.press(*keys)
            is_straight(seat, size)
            await seat.press(*["escape"] * (keys == ("f1",)))
        await seat.press("enter")
        await seat.until(lambda: shop.till.staff.signed_on)
        await seat.press("ctrl+u")
        is_straight(seat, size)
        if language != "pseudo":
            assert not CUT.search(seat.text), seat.text
        await seat.press("escape")
        shop.till.staff.signed_on = "somebody new"
        await seat.press("ctrl+o")
        is_straight(seat, size)


@pytest.mark.parametrize("size", SIZES[:2])
@pytest.mark.parametrize("spoken", ["en", "zh_CN"])
async def test_every_label_fits_its_place(shop, size, spoken):
    wording.use(spoken)
    async with everything(shop, size) as seat:
        await seat.scan(COLA, MILK, BREAD, BREAD)
        await seat.press("escape")
        assert not CUT.search(seat.text), seat.text
        await seat.press("enter", "enter")
        for keys in (("f7",), ("f6",), ("plus",), ("f12",), ("f9",), ("f10",), ("f3",),
                     ("f3", "f3"), ("f1",), ("f1", *["pagedown"] * 2)):  # fmt: skip
            await seat.press(*keys)
            await seat.pilot.pause()
            assert not CUT.search(seat.text), seat.text
            await seat.press("escape")


async def test_the_language_switches_at_once_with_what_is_said_now(shop):
    async with sitting(shop, (120, 36)) as seat:
        await seat.scan(COLA, BREAD)
        await seat.press("ctrl+l")
        for words in (
            "购物清单",
            "保质期",
            "收款",
            "合计",
            "F1 帮助",
            "单号 000001",
            "已移出清单",
        ):
            assert words in seat.text
        assert "Settlement" not in seat.text
        assert wording.say("sale.expired", name="French bread") in seat.text
        await seat.press("plus")
        assert "French bread已过期" in seat.text
        await seat.press("ctrl+l")
        await seat.press("f12")
        assert "is expired" in seat.text
        assert "Settlement list" in seat.text


async def test_a_question_that_is_open_is_asked_in_the_other_language(shop):
    async with sitting(shop) as seat:
        await seat.scan(MILK)
        await seat.press("plus", "2", "0")
        assert "Pay 12.90" in seat.text
        await seat.press("ctrl+l")
        assert "应收 12.90" in seat.text
        await seat.press("enter")
        await shop.till.until_idle()
        await seat.pilot.pause()
        assert "找零 7.10" in seat.text


@pytest.mark.parametrize("spoken", ["en", "zh_CN"])
async def test_with_a_rebound_key_the_bar_the_help_and_every_sentence_are_true(shop, spoken):
    wording.use(spoken)
    shop.settings = replace(shop.settings, screen=ScreenSettings(keys={"void": "f5"}))
    async with sitting(shop, (120, 36)) as seat:
        assert "F5" in seat.rows[-1]
        screen = seat.till_screen
        await seat.scan(COLA)
        screen.show(PaymentChanged(VIEW, "unknown", 1))
        await seat.pilot.pause()
        assert "F5" in "".join(seat.rows[10:])
        await seat.press("f1")
        assert any("F5" in row and wording.say("command.help_void") in row for row in seat.rows)
        assert "F12" not in seat.text
        await seat.press("escape", "f5")
        assert wording.say("prompt.void") in seat.text
        assert "F12" not in seat.text
        await seat.press("escape", "f12")
        assert wording.say("prompt.void") not in seat.text


async def test_a_command_that_there_is_not_is_said_and_the_usual_keys_work(shop):
    shop.settings = replace(shop.settings, screen=ScreenSettings(keys={"fly": "f5"}))
    async with sitting(shop) as seat:
        await seat.pilot.pause()
        assert "there is no command fly" in seat.text
        await seat.press("f3")
        assert "Find an item" in seat.text


@pytest.mark.parametrize(("spoken", "words"), [("en", "Selling"), ("zh_CN", "收银")])
async def test_f1_leads_to_the_pages_of_the_manual_and_a_scan_back_to_the_sale(shop, spoken, words):
    wording.use(spoken)
    async with sitting(shop) as seat:
        await seat.press("f1")
        row = next(row for row in seat.rows if words in row)
        assert re.search(r"\ba " + words, row)
        await seat.press("a")
        await seat.pilot.pause()
        assert words in seat.text
        assert "{key:" not in seat.text
        await seat.scan(COLA)
        await seat.pilot.pause()
        assert [line.item.name for line in shop.till.view.lines] == ["Cola 330 ml"]
        assert wording.say("screen.title_list") in seat.text
