"""A form, by keys and scans."""

from decimal import Decimal

import pytest
from textual.widgets import Input

from pos_tui.money import Currency
from pos_tui.tui.parts.fields import (
    AmountField,
    ChoiceField,
    DateField,
    FlagField,
    GoodsField,
    NumberField,
    TextField,
)
from pos_tui.tui.parts.form import Form
from pos_tui.tui.parts.page import PageScreen
from tests.tui.parts.conftest import COLA, NOODLES

CNY = Currency.of("CNY")
NAME = TextField(id="name", label="名称", hint="how it is called", needed=True, empty="(none)")
PRICE = AmountField(id="price", label="price", hint="2.99", currency=CNY)
COUNT = NumberField(id="count", label="count", hint="how many", least=1)
GROUP = ChoiceField(
    id="group", label="类别", hint="which", options=(("d", "饮料 [b]x[/b]"), ("n", "面"))
)
FRESH = FlagField(id="fresh", label="fresh", hint="whether it is")
ON = GoodsField(id="on", label="goods", hint="scan them")
LAST = DateField(id="last", label="last day", hint="the last day it is sold")
FIELDS = (NAME, PRICE, COUNT, GROUP, FRESH, ON, LAST)


class Entry(PageScreen[str]):
    def __init__(self, palette, goods, fields=FIELDS, texts=None):
        super().__init__(palette, "New [b]goods[/b]", "↑↓ field")
        self.form = Form(fields, texts or {}, CNY, goods)
        self.kept = 0

    def body(self):
        yield self.form

    def on_form_kept(self):
        self.kept += 1

    def on_form_left(self):
        self.dismiss("left")


@pytest.fixture
def entry(reading, shelf):
    def opened(**options):
        return reading(lambda palette: Entry(palette, shelf, **options))

    return opened


async def test_every_kind_of_field_is_filled_by_keys_and_has_its_value(entry):
    async with entry() as at:
        form = at.page.form
        await at.burst("牛奶", "down", "12.50", "enter", "3", "tab")
        await at.press("space", "down", "down", "enter")
        assert "面" in at.text
        await at.press("down", "space", "down")
        await at.scan(COLA[1:])
        await at.burst("down", "2026-11-30")
        await at.press("f2")
        assert at.page.kept == 1
        assert (form.value(NAME), form.value(PRICE)) == ("牛奶", 1250)
        assert form.value(COUNT) == Decimal(3)
        assert (form.value(GROUP), form.value(FRESH)) == ("n", True)
        assert form.value(ON) == (COLA[1:],)
        assert f"{form.value(LAST):%d %b %Y}" == "30 Nov 2026"


async def test_what_is_wrong_is_said_beside_its_field_until_it_is_right(entry, size):
    async with entry() as at:
        await at.burst("Milk", "down", "abc", "down")
        assert "✗ “abc” is not an amount" in at.text
        place = next(n for n, row in enumerate(at.rows) if "price" in row)
        assert "✗" in at.rows[place + (0 if size[0] >= 100 else 1)]
        await at.press("up", "backspace", "backspace", "backspace", "5")
        assert "✗" not in at.text


@pytest.mark.parametrize("key", ["f2", "ctrl+s"])
async def test_keeping_goes_to_the_first_field_that_is_wrong(entry, key):
    async with entry() as at:
        await at.burst("down", "down", "0")
        await at.press(key)
        assert at.page.kept == 0
        assert at.page.form.key == "name"
        assert "✗ 名称 is empty; say how it is called." in at.text
        assert "✗ “0” is too small; 1 at least." in at.text
        await at.burst("Milk", "down", "down")
        await at.press("delete", key)
        assert at.page.kept == 1


async def test_enter_on_the_last_field_keeps(entry):
    async with entry(texts={"name": "Milk"}) as at:
        await at.burst(*["enter"] * len(FIELDS))
        await at.pilot.pause()
        assert at.page.kept == 1


async def test_what_is_typed_ahead_lands_in_the_field_it_was_meant_for(entry):
    async with entry() as at:
        await at.burst("Milk", "enter", "1", "enter", "2", "up", "5", "f2")
        await at.pilot.pause()
        texts = at.page.form.texts
        assert (texts["name"], texts["price"], texts["count"]) == ("Milk", "15", "2")
        assert at.page.kept == 1


async def test_a_form_in_which_nothing_was_changed_is_left_at_once(entry):
    async with entry(texts={"name": "Milk"}) as at:
        await at.press("down", "escape")
        assert at.app.result == "left"


async def test_what_was_typed_is_dropped_only_with_esc_twice(entry):
    async with entry() as at:
        await at.press("a", "escape")
        assert "Esc once more drops what was typed here" in at.text
        await at.press("b", "escape")
        assert at.app.result == "open"
        assert at.page.form.texts["name"] == "ab"
        await at.press("escape")
        assert at.app.result == "left"


async def test_esc_closes_an_open_choice_and_not_the_form(entry):
    async with entry() as at:
        await at.press("down", "down", "down", "space")
        assert "饮料 [b]x[/b]" in at.text
        await at.press("down", "escape")
        assert at.app.result == "open"
        assert not at.page.form.texts["group"]
        assert at.page.form.key == "group"


async def test_a_choice_that_is_needed_begins_with_the_first_one(entry):
    kind = ChoiceField(id="kind", label="kind", options=GROUP.options, needed=True)
    async with entry(fields=[kind]) as at:
        assert at.page.form.value(kind) == "d"
        await at.press("escape")
        assert at.app.result == "left"


async def test_the_field_one_is_in_is_always_seen_and_says_what_to_type(entry, size):
    fields = [TextField(id=f"f{n}", label=f"field {n}", hint=f"hint {n}") for n in range(40)]
    async with entry(fields=fields) as at:
        for keys, place in ((["pagedown"] * 3, 30), (["pagedown"], 39), (["pageup"] * 4, 0)):
            await at.press(*keys)
            assert f"field {place}: hint {place}" in at.text
            assert sum(f"field {place} " in row for row in at.rows) == 1


async def test_texts_from_elsewhere_are_no_markup_and_the_caret_does_not_blink(entry):
    async with entry(texts={"name": "[b]Few[/b]"}) as at:
        assert "[b]Few[/b]" in at.text
        assert "New [b]goods[/b]" in at.rows[0]
        assert not any(each.cursor_blink for each in at.page.query(Input))


async def test_the_field_one_is_in_and_a_set_flag_are_seen_without_colours(entry, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with entry(texts={"fresh": "yes"}) as at:
        await at.press("down", "down", "down", "down")
        assert at.style_of("fresh").reverse
        assert not at.style_of("count").reverse
        assert "▐✓▌" in at.text
        await at.press("space")
        assert "▐ ▌" in at.text
        assert "sets or clears" not in at.text
        await at.press("x")
        assert "Space sets or clears this one." in at.text


# ---- scans and goods -------------------------------------------------------------------------


async def test_a_scan_goes_into_a_field_of_goods_and_never_becomes_text(entry):
    async with entry() as at:
        await at.scan(COLA[1:])
        assert "goods are scanned in a field of goods (goods)" in at.text
        await at.press("down", "down", "down", "down")
        await at.scan(COLA[1:])
        assert not any(at.page.form.texts.values())
        await at.press("down")
        await at.scan(COLA[1:])
        assert "Cola [b]330[/b] ml: added." in at.text
        await at.scan(NOODLES[1:])
        await at.scan(COLA[1:])
        assert "is there already" in at.text
        await at.scan("4006381333931")
        assert "not in the shop's books" in at.text
        assert at.page.form.value(ON) == (COLA[1:], NOODLES[1:])


async def test_a_scan_comes_after_the_keys_that_were_pressed_before_it(entry):
    async with entry() as at:
        await at.press(*["down"] * 5)
        for character in "1001,":
            await at.burst(character)
        at.app.call_later(at.page.accept_scan, COLA[1:])
        await at.burst("1002")
        assert at.page.form.value(ON)[:2] == ("1001", COLA[1:])


async def test_a_torn_scan_is_put_together(entry):
    async with entry() as at:
        await at.press(*["down"] * 5)
        await at.burst(COLA[1:5])
        await at.scan(COLA[5:], began=at.page.form.typed_at)
        assert at.page.form.value(ON) == (COLA[1:],)


async def test_goods_are_found_by_words(entry):
    async with entry() as at:
        await at.press("f3")
        assert "F3 finds goods for a field that names goods: goods." in at.text
        await at.press(*["down"] * 5)
        await at.burst("牛肉")
        await at.press("f3")
        assert at.page.form.value(ON) == (NOODLES[1:],)
        await at.press("f3")
        assert "Find goods for “goods”" in at.rows[0]
        await at.burst("0")
        assert "红烧牛肉面 120 g" in at.text
        await at.press("up", "down", "enter")
        assert len(at.page.form.value(ON)) >= 1
