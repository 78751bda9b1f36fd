"""The screen, by Pilot: what the cashier sees after each key and scan."""

from datetime import date

import pytest
from msgspec.structs import replace
from textual.events import Paste

from pos_tui.checkout.events import LinkChanged, PaymentChanged, PaymentView, Step
from pos_tui.demo.guide import Guide
from pos_tui.reasons import because, plain
from pos_tui.settings import ScreenSettings
from pos_tui.tui.commands import COMMANDS
from pos_tui.wording.current import say
from pos_tui.wording.keymap import DEFAULT_KEYS
from tests.conftest import BREAD, CHICKEN, COLA, MILK, NOON, SPREAD, UNPRICED, Counter
from tests.tui.seat import SIZES, sitting

EXPECTED_80 = """\
 Corner Market · till 01 · Ada                              sale 000001   12:00
╭─ Settlement list ──────────────────────────────────╮╭─ Expiry ───────────────╮
│ Item                       Qty         Offer Actual││▸✗ French bread         │
│ Cola 330 ml                  2 2 for 6 −1.00   6.00││   expired 20 Nov 2026  │
│ Roast chicken            0.842   −10 % −3.20  28.80││   taken off the list   │
│ Milk 1 l                     1                12.90││ Enter: dealt with      │
│                                                    ││                        │
│                                                    │╰────────────────────────╯
│                                                    │╭─ Payment ──────────────╮
│                                                    ││ no payment yet         │"""

EXPECTED_FOOT = """\
│ 4 items                              ╻ ╻╺━┓  ╺━┓┏━┓││                        │
│ Saved 4.20                           ┗━┫  ┃    ┃┃ ┃││                        │
│ TOTAL                                  ╹  ╹.   ╹┗━┛││                        │
╰────────────────────────────────────────────────────╯╰────────────────────────╯
 ✗ French bread is past its date; it is off the list. Put it aside, then Enter.
 ▸ Milk 1 l  12.90  6901234567892"""


async def test_the_whole_screen_at_80_by_24(shop):
    async with sitting(shop) as seat:
        await seat.scan(COLA, COLA, f"0.842*{CHICKEN}", MILK, BREAD)
        assert "\n".join(seat.rows[:10]) == EXPECTED_80
        assert "\n".join(seat.rows[17:23]) == EXPECTED_FOOT.replace("6901234567892", MILK)
        assert len(seat.rows) == 24


@pytest.mark.parametrize("size", SIZES)
async def test_scan_line_total_and_all_panes_are_visible_at_both_sizes(shop, size):
    async with sitting(shop, size) as seat:
        await seat.scan(COLA)
        for words in ("Settlement list", "Expiry", "Payment", "TOTAL", "sale 000001", COLA):
            assert words in seat.text
        assert all(len(row) <= size[0] for row in seat.rows)


@pytest.mark.parametrize("size", SIZES)
async def test_the_total_is_the_largest_thing(shop, size):
    async with sitting(shop, size) as seat:
        await seat.scan(SPREAD)
        assert "━┫" in seat.text


async def test_what_was_just_scanned_stands_out(shop):
    async with sitting(shop) as seat:
        await seat.scan(COLA, SPREAD)
        scanned = seat.app.palette["scanned"]
        assert seat.style_of("Hazelnut spread") == scanned
        assert seat.style_of("Cola 330 ml") != scanned
        await seat.scan(COLA)
        assert seat.style_of("Cola 330 ml") == scanned


async def test_digits_typed_by_hand_and_enter_sell_like_a_scan(shop):
    async with sitting(shop) as seat:
        await seat.type(COLA)
        assert f"▸ {COLA}" in seat.text
        await seat.press("enter")
        assert "1 item" in seat.text
        await seat.type(f"3*{CHICKEN}")
        await seat.press("enter")
        assert "114.00" in seat.text or "102.60" in seat.text


async def test_a_typed_quantity_before_a_scan_makes_it_n_and_junk_does_not_mix_in(shop):
    async with sitting(shop) as seat:
        await seat.type("3*")
        await seat.scan(COLA)
        assert shop.till.sale.list.lines[0].quantity == 3
        await seat.type("12")
        await seat.scan(SPREAD)
        assert shop.till.sale.list.lines[1].quantity == 1


async def test_a_scan_torn_apart_by_a_busy_machine_is_put_together_again(shop):
    async with sitting(shop) as seat:
        screen = seat.till_screen
        await seat.type(COLA[:5])
        screen.accept_scan(COLA[5:], screen.entry.typed_at + 0.1)
        assert [line.quantity for line in shop.till.sale.list.lines] == [1]
        await seat.type(f"3*{COLA[:2]}")
        screen.accept_scan(COLA[2:], screen.entry.typed_at + 4)
        assert [line.quantity for line in shop.till.sale.list.lines] == [4]


async def test_what_was_typed_before_a_scan_is_not_its_head_when_the_scan_is_whole(shop):
    async with sitting(shop) as seat:
        screen = seat.till_screen
        for later_s in (0.1, 4.0, 60.0):
            await seat.type("77")
            screen.accept_scan(SPREAD, screen.entry.typed_at + later_s)
        await seat.type(COLA[:5])
        screen.accept_scan(COLA[5:], screen.entry.typed_at + 60)
        assert [line.quantity for line in shop.till.sale.list.lines] == [3]
        await seat.pilot.pause()
        assert COLA[5:] in seat.text


async def test_f2_changes_the_selected_lines_quantity_and_a_scan_never_fills_it(shop):
    async with sitting(shop) as seat:
        await seat.scan(COLA, SPREAD)
        await seat.press("up", "f2")
        assert "Quantity of Cola 330 ml" in seat.text
        await seat.scan(MILK)
        assert "not taken" in seat.text
        assert len(shop.till.sale.list.lines) == 2
        await seat.press("5", "enter")
        assert shop.till.sale.list.lines[0].quantity == 5


async def test_del_takes_the_selected_line_off_and_arrows_choose_it(shop):
    async with sitting(shop) as seat:
        await seat.scan(COLA, SPREAD, MILK)
        await seat.press("up", "delete")
        assert [line.item.name for line in shop.till.sale.list.lines] == [
            "Cola 330 ml",
            "Milk 1 l",
        ]
        assert "Hazelnut" not in "\n".join(seat.rows[:-3])
        assert "Hazelnut spread 32.90 is off the list." in seat.text
        await seat.press("ctrl+z")
        assert shop.till.sale.list.lines[1].item.name == "Hazelnut spread"
        places = [
            next(index for index, row in enumerate(seat.rows) if name in row)
            for name in ("Cola 330", "Hazelnut", "Milk 1 l")
        ]
        assert places == list(range(places[0], places[0] + 3))
        assert "Hazelnut spread is back on the list. The total is 49.30." in seat.text


async def test_an_unknown_code_is_answered_where_the_cashier_looks(shop):
    async with sitting(shop) as seat:
        await seat.scan("4006381333931")
        assert "✗ 4006381333931: Not in the shop's books." in seat.text


async def test_expired_item_shows_in_its_pane_and_enter_confirms_only_on_an_empty_line(shop):
    async with sitting(shop) as seat:
        await seat.scan(COLA, BREAD)
        assert "✗ French bread" in seat.text
        await seat.press("plus")
        assert "French bread is expired" in seat.text
        assert "F12 Void" in seat.text  # a sentence of two rows leaves the keys their row
        await seat.type(COLA)
        await seat.press("enter")
        assert shop.till.sale.warnings
        await seat.press("enter")
        assert not shop.till.sale.warnings
        assert "✓ nothing expired" in seat.text


async def test_a_scanned_enter_never_confirms_a_warning(shop):
    async with sitting(shop) as seat:
        await seat.scan(BREAD, COLA, MILK)
        assert shop.till.sale.warnings


async def test_plus_takes_cash_tells_the_change_and_shows_the_paper(shop):
    shop.settings = replace(shop.settings, printer=replace(shop.settings.printer, columns=40))
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("plus")
        assert "Pay 32.90" in seat.text
        await seat.type("50")
        await seat.press("enter")
        await shop.till.until_idle()
        await seat.pilot.pause()
        assert "Change 17.10" in seat.text
        assert "Sale 000001 is paid" in seat.text
        assert "sale 000002" in seat.text
        await seat.scan(COLA)
        assert "Change 17.10" not in seat.text


async def test_without_a_printer_the_receipt_is_a_strip_of_paper_until_the_next_scan(tmp_path):
    counter = Counter(tmp_path, has_printer=False).stock()
    async with sitting(counter) as seat:
        await seat.scan(COLA)
        await seat.press("plus", "5", "enter")
        await counter.till.until_idle()
        await seat.pilot.pause()
        assert "Thank you" in seat.text
        assert "╭─ Receipt" in seat.text
        await seat.scan(SPREAD)
        assert "╭─ Settlement list" in seat.text
    counter.books.close()


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_the_strip_of_paper_is_whole_at_every_width(tmp_path, size):
    counter = Counter(tmp_path, has_printer=False).stock()
    async with sitting(counter, size) as seat:
        await seat.scan(COLA)
        await seat.press("plus", "5", "enter")
        await counter.till.until_idle()
        await seat.pilot.pause()
        await seat.press(*["down"] * 30)
        assert "5.00" in seat.text  # what was given, at the right edge
        assert "…" not in "".join(row[: size[0] * 2 // 3] for row in seat.rows[1:-3])
    counter.books.close()


async def test_f12_asks_before_it_voids_and_esc_never_cancels_a_sale(shop):
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        await seat.press("escape", "escape")
        await seat.press("f12")
        assert "Void the whole sale?" in seat.text
        await seat.press("enter")
        assert shop.till.sale.list.lines
        await seat.press("f12", "escape")
        assert shop.till.sale.list.lines
        for key in ("f12", "y", "enter"):
            await seat.press(key)
        await shop.until_true(lambda: shop.till.sale.is_empty)


async def test_f3_finds_by_name_and_enter_sells(shop):
    async with sitting(shop) as seat:
        await seat.press("f3")
        await seat.type("hazel")
        assert "Hazelnut spread" in seat.text
        await seat.press("enter")
        await seat.pilot.pause()
        assert shop.till.sale.list.lines[0].item.name == "Hazelnut spread"


async def test_a_scan_on_the_find_and_help_pages_is_sold_as_ever(shop):
    async with sitting(shop) as seat:
        await seat.press("f3")
        await seat.scan(COLA)
        await seat.press("f1")
        assert "three of it" in seat.text
        await seat.scan(MILK)
        await seat.pilot.pause()
        await seat.pilot.pause()
        assert [line.item.name for line in shop.till.sale.list.lines] == [
            "Cola 330 ml",
            "Milk 1 l",
        ]


async def test_f6_looks_at_a_price_and_sells_nothing(shop):
    async with sitting(shop) as seat:
        await seat.press("f6")
        await seat.scan(SPREAD)
        assert "Hazelnut spread: 32.90 jar" in seat.text
        assert shop.till.sale.is_empty


async def test_an_item_without_a_price_asks_for_one(shop):
    async with sitting(shop) as seat:
        await seat.scan(UNPRICED)
        assert "Odd cup has no price. Its price:" in seat.text
        await seat.type("4.20")
        await seat.press("enter")
        assert shop.total == 420


async def test_product_names_are_never_markup(shop):
    from pos_tui.books.catalogue.product_import import import_products
    from pos_tui.books.catalogue.products import ProductRow

    name = '[/] [bold]Pan[/bold] 12"'
    shop.books.write(lambda c: import_products(c, [ProductRow("X1", name, 100)])).result()
    async with sitting(shop, (120, 36)) as seat:
        await seat.scan("X1")
        assert name in seat.text


async def test_a_list_longer_than_the_pane_keeps_the_new_line_in_view(shop):
    from pos_tui.books.catalogue.product_import import import_products
    from pos_tui.books.catalogue.products import ProductRow

    rows = [ProductRow(f"H{n:04d}", f"Thing {n:04d}", 100) for n in range(2000)]
    shop.books.write(lambda c: import_products(c, rows)).result()
    async with sitting(shop) as seat:
        for row in rows:
            seat.till_screen.accept_scan(row.code)
        await seat.pilot.pause()
        assert "Thing 1999" in seat.text
        assert "2000 items" in seat.text
        await seat.press(*["pageup"] * 3)
        assert not any("Thing 1999" in row for row in seat.rows[:-3])
        await seat.press("delete")
        assert "1999 items" in seat.text


VIEW = PaymentView(
    because("payment.title_wallet", platform="WeChat Pay", code="····7890"),
    (
        Step("order_written", "done", NOON),
        Step("order_sent", "done", NOON),
        Step("customer", "doing"),
        Step("confirmed", "todo"),
        Step("receipt", "todo"),
    ),
    because("payment.not_known", why=plain("")),
    "warning",
)


@pytest.mark.parametrize("size", SIZES)
async def test_the_payment_pane_shows_each_step_and_the_whole_sentence(shop, size):
    async with sitting(shop, size) as seat:
        seat.till_screen.show(PaymentChanged(VIEW, "unknown", 1))
        await seat.pilot.pause()
        assert "◐ customer" in seat.text
        right = " ".join(row.split("│")[-2].strip() for row in seat.rows if row.count("│") > 2)
        assert say("payment.not_known", why="").strip() in right


async def test_links_are_shown_with_marks_not_colours_alone(shop):
    async with sitting(shop) as seat:
        seat.till_screen.show(LinkChanged("gateway", True))
        seat.till_screen.show(LinkChanged("redis", False, because("redis.away")))
        await seat.pilot.pause()
        assert "pay ● push ✗" in seat.text


async def test_the_demo_says_which_key_and_that_key_alone_makes_a_sale(shop):
    codes = iter(range(100))
    async with sitting(shop, hints=Guide(lambda: next(codes))) as seat:
        assert "press Space" in seat.text
        await seat.press("space")
        assert "1 item" in seat.text
        assert "Space: scan the next item" in seat.text


async def test_a_note_to_look_at_the_date_stays_beside_the_sold_item(shop):
    shop.lot(BREAD, "B-2", date(2026, 11, 30))
    async with sitting(shop) as seat:
        await seat.scan(BREAD)
        assert "at its date; some" in seat.text
        assert "1 item" in seat.text


async def test_keys_can_be_given_to_other_commands_in_the_settings(shop):
    shop.settings = replace(shop.settings, screen=ScreenSettings(keys={"find": "ctrl+f"}))
    async with sitting(shop) as seat:
        await seat.press("ctrl+f")
        assert "Find an item" in seat.text


def test_every_f_key_has_a_twin_and_every_command_has_keys():
    for command, keys in DEFAULT_KEYS.items():
        if keys[0].startswith("f"):
            assert any(key.startswith("alt+") for key in keys), command
    assert [command.id for command in COMMANDS] == list(DEFAULT_KEYS)


async def test_a_line_feed_alone_never_confirms(shop):
    async with sitting(shop) as seat:
        await seat.scan(BREAD)
        await seat.press("ctrl+j")
        assert shop.till.sale.warnings


async def test_pasted_lines_are_scans_of_their_own(shop):
    async with sitting(shop) as seat:
        seat.app.post_message(Paste(f"{COLA}\n{MILK}\n"))
        await seat.pilot.pause()
        assert len(shop.till.sale.list.lines) == 2


async def test_news_of_something_else_does_not_eat_what_is_being_typed(shop):
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        await seat.press("plus", "1")
        seat.till_screen.show(LinkChanged("printer", False, plain("The printer is out of paper.")))
        await seat.press("0", "enter")
        await shop.till.until_idle()
        await seat.pilot.pause()
        assert shop.till.sale.number == 2


async def test_del_while_typing_takes_a_character_not_a_line(shop):
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        await seat.press("plus", "1", "5", "delete")
        assert len(shop.till.sale.list.lines) == 1
        assert ": 1▁" in seat.text


async def test_an_earlier_sales_payment_does_not_come_back_beside_the_next_one(shop):
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        await seat.press("plus", "5", "enter")
        await shop.till.until_idle()
        await seat.pilot.pause()
        await seat.scan(MILK)
        seat.till_screen.show(PaymentChanged(VIEW, "paid", 1))
        await seat.pilot.pause()
        assert "no payment yet" in seat.text


@pytest.mark.parametrize("size", [(60, 15), (72, 20)])
async def test_on_a_tiny_terminal_name_and_amount_stay(shop, size):
    async with sitting(shop, size) as seat:
        await seat.scan(SPREAD)
        line = next(row for row in seat.rows if "Haz" in row or "Ha…" in row or "H…" in row)
        assert "32.90" in line


async def test_without_colours_the_terminals_own_are_left_as_they_are(shop, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        for words in ("Cola", "TOTAL", "Settlement list"):
            style = seat.style_of(words)
            assert style.color and style.color.is_default
            assert style.bgcolor and style.bgcolor.is_default
