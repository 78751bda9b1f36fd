"""Offers as a shop keeper brings them from a file, and why each price of a sale was what it was."""

import json
import os
import subprocess
import sys
from datetime import datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from pos_tui.books.catalogue.offers import current_offers, set_offer_on_product
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow, find_product
from pos_tui.books.connection import open_connection
from pos_tui.books.sales.sales import explanation
from pos_tui.checkout import events
from pos_tui.demo.goods import COUPON, MEMBER, demo_offers, stock
from pos_tui.money import Currency
from pos_tui.pricing.offer_file import KINDS, read_offers
from pos_tui.pricing.offers import AmountOff, NForPrice, Offer, PercentOff, Threshold
from tests.command_line import typed
from tests.conftest import CHICKEN, COLA, MILK, SPREAD, Counter

CNY = Currency.of("CNY")
LUNCH = '[[offer]]\nname = "lunch"\nkind = "amount_off"\namount = 2\non = ["1001"]\n'
MILK_9 = '[[offer]]\nname = "milk 9"\nkind = "special_price"\nprice = 9\non = ["4061458000024"]\n'


@pytest.fixture
def shop(counter):
    """The stocked shop by the wall's clock, as the commands have it."""
    counter.now = datetime.now().astimezone()
    return counter


@pytest.fixture
def file(tmp_path):
    return tmp_path / "offers.toml"


def offers(shop, *arguments):
    return typed("offers", *arguments, "--data", str(shop.data))


def explain(shop, *arguments):
    return typed("explain", *map(str, arguments), "--data", str(shop.data))


def kept(shop):
    """The current offers, without what only these books know of them."""
    connection = open_connection(shop.data / "books.db")
    found = [replace(offer, id=0, used=0) for offer in current_offers(connection)]
    connection.close()
    return found


def names(shop):
    return [offer.name for offer in kept(shop)]


async def sell(shop, *codes):
    """One cash sale to its end; its number."""
    shop.told.clear()
    shop.scan(*codes)
    shop.till.pay("1000")
    number = (await shop.until(events.SalePaid)).number

    def explained():
        connection = open_connection(shop.data / "books.db")
        found = explanation(connection, number)
        connection.close()
        return found

    await shop.until_true(explained)
    return number


def is_refused(done, *words):
    """Exit 2, nothing on standard output, and one sentence with these words in it."""
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert all(word in done.stderr for word in words), done.stderr
    return True


# ---- from a file and to one ----------------------------------------------------------------------


async def test_offers_of_a_file_are_kept_with_an_example_and_hold_from_the_next_sale_on(shop, file):
    file.write_text(LUNCH + MILK_9)
    shop.scan(MILK)
    done = offers(shop, "import", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "“lunch”  1 x French bread: 10.50 instead of 12.50",
        "“milk 9”  1 x Milk 1 l: 9.00 instead of 12.90",
        "2 offers are kept; they hold from the next sale on.",
    ]
    assert shop.total == 1290
    shop.till.void()
    await shop.until(events.SaleVoided)
    shop.scan(MILK)
    assert shop.total == 900


def test_a_file_is_only_checked_in_a_dry_run(shop, file):
    file.write_text(LUNCH + MILK_9)
    before = kept(shop)
    done = offers(shop, "import", "--dry-run", str(file))
    assert done.returncode == 0
    assert "“lunch”  1 x French bread: 10.50 instead of 12.50" in done.stdout
    assert done.stdout.endswith("2 offers are right and would be kept. Nothing was changed.\n")
    assert kept(shop) == before


def test_an_offer_of_the_same_name_takes_the_place_of_the_one_before(shop, file):
    file.write_text(LUNCH + MILK_9)
    offers(shop, "import", str(file))
    assert "has all of them already" in offers(shop, "import", str(file)).stdout
    file.write_text(LUNCH.replace("amount = 2", "amount = 3") + MILK_9)
    changed = offers(shop, "import", str(file)).stdout
    assert changed.splitlines()[-2:] == [
        "1 offer is kept; it holds from the next sale on.",
        "1 offer is there already.",
    ]
    assert sorted(names(shop)) == ["2 for 6", "lunch", "milk 9", "−10 %"]
    assert next(each for each in kept(shop) if each.name == "lunch").gives == AmountOff(300)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ("no offer in it", "[[offer]]")),
        ("# only a remark\n", ("no offer in it",)),
        ("<html>", ("no TOML",)),
        (LUNCH.replace("[[offer]]", "[offer]"), ("two brackets",)),
        (LUNCH.replace("[[offer]]", "[[offers]]"), ("“offers”", "[[offer]]")),
        (LUNCH + MILK_9 + LUNCH, ("“lunch”", "twice")),
        (LUNCH + MILK_9 + "colour = 'red'\n", ("“milk 9”", "colour")),
        (LUNCH + MILK_9.replace("price = 9", ""), ("“milk 9”", "price is missing")),
        (LUNCH + MILK_9.replace("price = 9", "price = 9.999"), ("“milk 9”", "decimals")),
        (LUNCH + MILK_9.replace("price = 9", "price = 20"), ("“milk 9”", "saves nothing")),
        (LUNCH + MILK_9.replace("4061458000024", "4099999"), ("“milk 9”", "no goods")),
        (LUNCH + MILK_9 + "ends = 2020-01-01\n", ("“milk 9”", "has ended on 2 Jan 2020")),
        (LUNCH + MILK_9 + 'coupon = "134857901234567890"\n', ("“milk 9”", "payment code")),
        (LUNCH + MILK_9 + 'coupon = "1001"\n', ("“milk 9”", "French bread")),
    ],
)
@pytest.mark.parametrize("act", ["import", "preview"])
def test_one_wrong_offer_is_named_and_none_of_the_file_is_kept(shop, file, act, text, words):
    file.write_text(text)
    before = kept(shop)
    assert is_refused(offers(shop, act, str(file)), *words, str(file), "Nothing was changed.")
    assert kept(shop) == before


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, ("cannot be read", "No such file")), (b"\xff\xfe[\x00", ("UTF-8",))],
)
def test_a_file_that_cannot_be_read_is_told_in_one_sentence(shop, file, content, words):
    if content is not None:
        file.write_bytes(content)
    assert is_refused(offers(shop, "import", str(file)), *words)
    assert is_refused(offers(shop, "import", str(file.parent)), "cannot be read")


def test_a_file_that_a_windows_editor_saved_is_read(shop, file):
    file.write_bytes(b"\xef\xbb\xbf" + LUNCH.replace("\n", "\r\n").encode())
    assert offers(shop, "import", str(file)).returncode == 0
    assert "lunch" in names(shop)


EVERY_KIND = """
[[offer]]
name = "a tenth less"
kind = "percent_off"
percent = 12.5
on = ["category:bakery", "brand:Acme", "1001"]
but = ["tag:fresh"]
starts = 2020-02-29
weekdays = ["mon", "sun"]
hours = ["17:00-19:00", "22:00-02:00"]
customers = ["gold", "member"]
priority = 3
stackable = true
[[offer]]
name = "「三块钱」"
kind = "amount_off"
amount = 0.50
on = ["1001"]
coupon = "HALF"
limit = 2
limit_total = 100
group = "weekend"
[[offer]]
name = "cheaper"
kind = "special_price"
price = 12
on = ["1001"]
recurs = "FREQ=MONTHLY;BYMONTHDAY=8"
min_quantity = 2
[[offer]]
name = "by the box"
kind = "tiers"
steps = [{count = 3, percent = 5}, {count = 6, price = 3.10}]
on = ["5449000000996"]
same_item = true
[[offer]]
name = "2 for 12"
kind = "n_for_price"
count = 2
price = 12
on = ["1001"]
ends = 2999-12-31
[[offer]]
name = "bread and milk"
kind = "buy_get"
buy = 1
get = 1
percent = 50
on = ["1001"]
get_on = ["4061458000024"]
[[offer]]
name = "third free"
kind = "nth"
nth = 3
percent = 100
on = ["5449000000996"]
[[offer]]
name = "lunch"
kind = "meal_deal"
groups = [["1001"], ["5449000000996", "4061458000024"]]
price = 14
[[offer]]
name = "last days"
kind = "near_expiry"
steps = [{days = 2, percent = 30}, {days = 0, percent = 50}]
min_amount = 5
[[offer]]
name = "满减"
kind = "basket"
over = 30
amount = 3
every = true
full_price_only = true
starts = 2026-01-01T08:00:00+08:00
"""


def test_offers_of_every_kind_come_back_from_an_exported_file_as_they_were(shop, file, tmp_path):
    file.write_text(EVERY_KIND, encoding="utf-8")
    assert {each["kind"] for each in tables_of(EVERY_KIND)} == set(KINDS)
    done = offers(shop, "import", str(file))
    assert done.returncode == 0, done.stderr
    exported = tmp_path / "exported.toml"
    assert offers(shop, "export", str(exported)).stdout == (
        f"12 offers are written to {exported}.\n"
    )
    other = Counter(tmp_path / "other").stock()
    for name in names(other):
        offers(other, "remove", name)
    assert names(other) == []
    taken = offers(other, "import", str(exported))
    assert taken.returncode == 0, taken.stderr
    assert kept(other) == kept(shop)
    assert offers(other, "export").stdout == exported.read_text(encoding="utf-8")
    other.books.close()


def tables_of(toml):
    import tomllib

    return tomllib.loads(toml)["offer"]


def test_the_demo_shops_offers_come_back_too(tmp_path, file):
    demo, other = (Counter(tmp_path / name) for name in ("demo", "other"))
    for each in (demo, other):
        each.books.write(lambda c: stock(c, datetime.now().astimezone())).result()
    written = typed("offers", "export", str(file), "--demo", "--data", str(demo.data))
    assert (written.returncode, written.stderr) == (0, "")
    for name in names(other):
        assert offers(other, "remove", name, "--demo").returncode == 0
    assert kept(other) == []
    assert offers(other, "import", str(file), "--demo").returncode == 0
    assert kept(other) == kept(demo) == list(demo_offers())
    demo.books.close()
    other.books.close()


def test_what_import_would_not_take_is_left_out_of_an_export_and_told(shop, file):
    shop.set_offer(replace(ended(), name="last year's"))

    def with_the_goods(connection):
        product = find_product(connection, CHICKEN)
        assert product
        gives = PercentOff(Decimal(20))
        tenth = Offer(name="−20 %", gives=gives, on=(f"product:{CHICKEN}",), same_item=True)
        set_offer_on_product(connection, product.id, tenth, shop.now)

    shop.books.write(with_the_goods).result()
    done = offers(shop, "export", "-")
    assert done.returncode == 0
    assert [each.name for each in read_offers(done.stdout, CNY)] == ["2 for 6", "−10 %"]
    assert done.stderr.splitlines() == [
        "1 offer is over: left out.",
        "1 offer is from a goods file, which has it: left out.",
    ]


def ended():
    text = LUNCH + "ends = 2020-01-01\n"
    return read_offers(text, CNY)[0]


def test_an_export_that_cannot_be_written_leaves_the_file_before_as_it_was(shop, file):
    file.write_text("before")
    for name in names(shop):
        offers(shop, "remove", name)
    assert is_refused(offers(shop, "export", str(file)), "no offers to export")
    assert file.read_text() == "before"
    shop.offer(COLA, "2 for 5", NForPrice(2, 500))
    assert is_refused(offers(shop, "export", str(file / "x.toml")), "cannot be written")
    assert file.read_text() == "before"
    assert offers(shop, "export", str(file)).returncode == 0
    assert sorted(each.name for each in file.parent.iterdir()) == ["offers.toml", "till"]


# ---- listed, removed -----------------------------------------------------------------------------


def test_the_list_tells_each_offers_goods_times_and_whether_it_holds(shop):
    soon = f"{LUNCH}starts = 2199-01-01\ncoupon = 'bread'\nlimit_total = 5\n"
    shop.set_offer(read_offers(soon, CNY)[0])
    shop.set_offer(replace(ended(), name="last year's"))
    rows = [" ".join(row.split()) for row in offers(shop, "list").stdout.splitlines()]
    assert rows == [
        "2 for 6 2 for 6 now on Cola 330 ml",
        "−10 % −10 % now on Roast chicken",
        "lunch −2 not now on French bread; from 1 Jan 99; coupon BREAD; 0 of 5 used",
        "last year's −2 over on French bread; until 1 Jan 20",
    ]


def test_the_list_for_programs_has_amounts_in_minor_units(shop):
    listed = [json.loads(line) for line in offers(shop, "list", "--json").stdout.splitlines()]
    assert [each["offer"]["name"] for each in listed] == ["2 for 6", "−10 %"]
    assert listed[0]["offer"]["gives"] == {"kind": "n_for_price", "count": 2, "price": 600}
    assert listed[0]["state"] == "now"


def test_an_offer_is_taken_back_by_its_name_and_a_keyboards_minus_will_do(shop, file):
    assert offers(shop, "remove", "-10 %").stdout == (
        "“−10 %” is removed, from the next sale on.\n"
    )
    assert is_refused(offers(shop, "remove", "-10 %"), "no offer “-10 %”")
    assert offers(shop, "remove", "2", "for", "6").returncode == 0
    assert offers(shop, "list").stdout == (
        "The shop has no offers; `pos-tui offers import FILE` adds some.\n"
    )
    assert offers(shop, "list", "--json").stdout == ""


# ---- tried on past sales -------------------------------------------------------------------------


async def test_a_file_is_tried_on_the_sales_of_the_last_days(shop, file):
    await sell(shop, MILK, COLA)
    await sell(shop, SPREAD)
    file.write_text(MILK_9)
    before = kept(shop)
    done = offers(shop, "preview", str(file))
    assert done.stdout == (
        "The last 7 days (2 sales, 49.30) would have cost 45.40: 1 sale cheaper, by 3.90 in all.\n"
    )
    told = json.loads(offers(shop, "preview", str(file), "--days", "30", "--json").stdout)
    assert told == {"days": 30, "sales": 2, "touched": 1, "before": 4930, "after": 4540}
    assert kept(shop) == before


def test_a_preview_of_a_shop_without_sales_says_so(shop, file):
    file.write_text(MILK_9)
    assert "There are no sales of the last 3 days" in (
        offers(shop, "preview", str(file), "--days", "3").stdout
    )


# ---- why each price ------------------------------------------------------------------------------


async def test_each_price_of_a_sale_is_explained_by_what_was_kept_with_it(shop):
    gives = Threshold(over=2000, amount=300)
    shop.set_offer(Offer(name="20 less 3", gives=gives))
    shop.offer(COLA, "3 for 8", NForPrice(3, 800))
    shop.power_cut()
    number = await sell(shop, COLA, COLA, MILK, MILK)
    for name in names(shop):
        offers(shop, "remove", name)
    assert explain(shop, number).stdout.splitlines() == [
        "Sale 000001",
        "",
        "  1  Cola 330 ml               2 x 3.50 = 7.00",
        "     ✓ 2 for 6                 applied to 2: saves 1.00",
        "     ✓ 20 less 3               applied: 3.00 off the basket",
        "     · 3 for 8                 needs 3, there are 2",
        "     its share of what came off the basket: −0.57",
        "     to pay: 5.43",
        "",
        "  2  Milk 1 l                  2 x 12.90 = 25.80",
        "     ✓ 20 less 3               applied: 3.00 off the basket",
        "     its share of what came off the basket: −2.43",
        "     to pay: 23.37",
        "",
        "Off the basket: 20 less 3 −3.00",
        "Total 28.80 CNY",
        "Cash 28.80",
    ]


async def test_one_line_is_explained_alone_and_a_line_that_is_not_there_is_told(shop):
    number = await sell(shop, COLA, SPREAD)
    alone = explain(shop, number, "--line", "2").stdout
    assert "Hazelnut spread" in alone
    assert "no offer is on it" in alone
    assert "Cola" not in alone
    assert alone.endswith("Total 36.40 CNY\nCash 36.40\n")
    assert is_refused(explain(shop, number, "--line", "3"), "no line 3; it has 1, 2.")


async def test_an_explanation_for_programs_is_the_whole_object_in_minor_units(shop):
    number = await sell(shop, COLA, COLA, SPREAD)
    told = json.loads(explain(shop, number, "--json").stdout)
    assert (told["sale_no"], told["total"], told["discounts"]) == (1, 3890, [])
    assert [line["actual"] for line in told["lines"]] == [600, 3290]
    (cola,) = told["lines"][0]["considered"]
    assert (cola["name"], cola["verdict"], cola["saved"]) == ("2 for 6", "applied", 100)
    assert (cola["say"], cola["reason"]) == ("applied to 2: saves 1.00", "pricing.applied")
    only = json.loads(explain(shop, number, "--json", "--line", "2").stdout)
    assert only["lines"] == told["lines"][1:]
    assert only["total"] == told["total"]


async def test_a_sale_that_is_not_there_not_paid_or_not_explained_is_told(shop):
    number = await sell(shop, COLA)
    shop.scan(COLA)
    shop.books.write(lambda c: c.execute("DELETE FROM explanations")).result()
    assert is_refused(explain(shop, number), "sale 000001", "older", "pos-tui receipt 1")
    for other in (number + 1, 99, 0, 10**30):
        assert is_refused(explain(shop, other), f"There is no paid sale {other} in")


class NoServers:
    """In place of the demo's servers, which have no part in a sale for cash."""

    def __init__(self, plan):
        self.plan = plan

    def wait(self):
        pass

    def close(self):
        pass


def test_a_sale_of_the_demo_shop_is_sold_and_explained(tmp_path, monkeypatch):
    monkeypatch.setattr("pos_tui.demo.cloud.EmbeddedCloud", NoServers)
    demo = ("--demo", "--data", str(tmp_path))
    sold = typed("sell", *demo, MEMBER, COUPON, COLA, COLA, SPREAD, SPREAD, "cash 100")
    assert sold.returncode == 0, sold.stderr
    paid = next(e for e in map(json.loads, sold.stdout.splitlines()) if e["event"] == "paid")
    done = typed("explain", str(paid["sale"]), *demo)
    assert done.returncode == 0, done.stderr
    told = done.stdout
    assert "✓ 2 for 6" in told
    assert "✓ member −5 %" in told
    assert "· 200 less 10             needs 200.00 of its goods" in told
    assert "Off the basket: coupon 5 off 50 −5.00" in told
    total = f"{paid['total'] / 100:.2f}"
    assert told.endswith(f"Total {total} CNY\nCash {total}\n")
    assert typed("offers", "list", *demo).stdout.count("\n") == 9


# ---- what is no command --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("offers", "import"), "FILE"),
        (("offers", "preview", "a", "b"), "FILE"),
        (("offers", "remove"), "NAME"),
        (("offers", "export", "a", "b"), "one word too much"),
        (("offers", "list", "lunch"), "one word too much"),
        (("offers", "preview", "x.toml", "--days", "0"), "--days"),
        (("offers", "preview", "x.toml", "--days", "99999999999"), "--days"),
    ],
)
def test_a_command_that_lacks_a_word_or_has_one_too_many_is_told(shop, arguments, why):
    assert is_refused(typed(*arguments, "--data", str(shop.data)), why)


@pytest.mark.parametrize("command", [("offers", "list"), ("offers", "list", "--demo"),
                                     ("explain", "1"), ("explain", "1", "--demo")])  # fmt: skip
def test_a_folder_without_books_is_told_and_not_made(tmp_path, command):
    done = typed(*command, "--data", str(tmp_path / "typo"))
    assert is_refused(done, "no books", str(tmp_path / "typo"))
    assert not (tmp_path / "typo").exists()


def test_offers_can_be_brought_to_a_shop_while_its_till_is_selling(shop, file):
    rows = (ProductRow("2001", "Tea", 900),)
    shop.books.write(lambda c: import_products(c, rows)).result()
    shop.scan(COLA)
    file.write_text('[[offer]]\nname = "tea"\nkind = "amount_off"\namount = 1\non = ["2001"]\n')
    assert offers(shop, "import", str(file)).returncode == 0
    shop.scan("2001")
    assert shop.total == 1250


def test_a_reader_that_has_seen_enough_is_no_fault(tmp_path):
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "pos_tui", "offers", "list", "--demo", "--data", str(tmp_path)]
    counter = Counter(tmp_path).stock()
    for number in range(40):
        counter.set_offer(Offer(name=f"offer {number}", gives=PercentOff(Decimal(5))))
    counter.books.close()
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nobody_reads:
        done = subprocess.run(
            command, stdout=nobody_reads, stderr=subprocess.PIPE, env=environment, check=False
        )
    assert done.stderr == b""
