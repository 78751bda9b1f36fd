"""Products from the command line, beside a till that sells."""

import json
from datetime import date

import pytest

from pos_tui.books.books import Books
from pos_tui.checkout.age import born_by
from tests.command_line import typed
from tests.conftest import COLA, MILK, Counter


def product(shop, *words):
    return typed("product", *words, "--data", str(shop.data))


def test_a_product_is_added_sold_changed_and_its_history_says_by_whom(counter):
    added = product(
        counter, "add", "4006381333931", "name=Pencil HB", "price=1.20", "unit=pc", "--by", "Grace"
    )
    assert (added.returncode, added.stderr) == (0, "")
    assert added.stdout == "Pencil HB is kept; it is sold so from the next scan on.\n"
    counter.scan("4006381333931")
    assert counter.total == 120
    assert product(counter, "set", "4006381333931", "price=1.30", "unit=").returncode == 0
    history = product(counter, "history", "4006381333931").stdout.splitlines()
    assert [line.split("  ", 1)[1] for line in history] == [
        "Cashier  unit: pc → -",
        "Cashier  price: 1.20 → 1.30",
        "Grace  unit: - → pc",
        "Grace  price: 0.00 → 1.20",
        "Grace  name: - → Pencil HB",
        "Grace  codes: - → 4006381333931",
    ]
    counter.scan("4006381333931")
    assert counter.total == 250


def test_a_name_is_found_by_pinyin_and_no_longer_by_that_of_the_one_before(counter):
    pytest.importorskip("pypinyin")
    for name, found, gone in (("绿茶", "lvc", "hongc"), ("红茶", "hongc", "lvc")):
        act = "add" if name == "绿茶" else "set"
        assert product(counter, act, "4006381333931", f"name={name}").returncode == 0
        assert [each.name for each in counter.books.search(found)] == [name]
        assert counter.books.search(gone) == []
    assert product(counter, "set", "4006381333931", "name=Tea").returncode == 0
    assert counter.books.search("hongc") == []


def test_products_are_found_and_shown(counter):
    listed = product(counter, "list", "cola").stdout
    assert listed == "5449000000996       3.50 can    Cola 330 ml\n"
    assert len(product(counter, "list").stdout.splitlines()) == 6
    shown = product(counter, "show", COLA).stdout.splitlines()
    assert shown == ["name=Cola 330 ml", "price=3.50", "unit=can", "codes=5449000000996"]
    assert product(counter, "list", "nothing like it").stdout == "No product is found.\n"


def test_programs_get_json_with_amounts_in_minor_units(counter):
    product(counter, "set", MILK, "next_price=9.90", "starts=2099-01-01")
    shown = json.loads(product(counter, "show", MILK, "--json").stdout)
    assert shown["product"]["price"] == 1290
    assert shown["next_prices"][0]["price"] == 990
    change = json.loads(product(counter, "history", MILK, "--json").stdout)
    assert (change["field"], change["before"]) == ("dated_price", "")
    assert json.loads(product(counter, "list", "cola", "--json").stdout)["price"] == 350


def test_a_product_is_discontinued_and_comes_back(counter):
    assert (
        "is discontinued; what is left is still sold"
        in product(counter, "discontinue", MILK).stdout
    )
    assert "(discontinued)" in product(counter, "list", "milk").stdout
    assert "sold as before" in product(counter, "discontinue", MILK, "--again").stdout
    assert "discontinued" not in product(counter, "show", MILK).stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["show"], "Say which product: pos-tui product show CODE."),
        (["show", "999"], "No product has the code 999"),
        (["show", MILK, COLA], f"“{COLA}” is one word too much"),
        (["set", MILK, "colour=red"], "“colour=red” sets no field"),
        (
            ["set", MILK, f"codes={COLA}"],
            "is the code of Cola 330 ml already. Nothing was changed.",
        ),
        (["add", COLA, "name=New"], "is the code of Cola 330 ml already. Nothing was changed."),
        (["add", "4006381333931"], "It has no name; type one. Nothing was changed."),
        (["set", MILK, "price=cheap"], "Nothing was changed."),
    ],
)
def test_what_is_wrong_is_one_sentence_and_nothing_is_changed(counter, words, sentence):
    with_books = Books(counter.data)
    before = [with_books.product("0" + code) for code in (MILK, COLA)]
    done = product(counter, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert [with_books.product("0" + code) for code in (MILK, COLA)] == before
    with_books.close()


def test_help_has_examples(counter):
    shown = product(counter, "--help").stdout
    assert "pos-tui product add 4006381333931 name=Pencil price=1.20" in shown
    assert "pos-tui product history 4006381333931" in shown


def test_a_sale_without_a_screen_needs_the_age_to_be_checked(tmp_path):
    shop = Counter(tmp_path / "till").stock()
    shop.books.close()
    assert product(shop, "set", COLA, "age_limit=18").returncode == 0
    sell = ("sell", "--data", str(shop.data), COLA, "cash", "10")
    before = date.today()  # noqa: DTZ011 - the till's day is this machine's
    stopped = typed(*sell)
    after = date.today()  # noqa: DTZ011
    asked = next(json.loads(line) for line in stopped.stdout.splitlines() if '"age"' in line)
    assert asked["years"] == 18
    assert date.fromisoformat(asked["born_by"]) in {born_by(before, 18), born_by(after, 18)}
    assert stopped.returncode == 3
    assert "18 or older" in stopped.stderr
    assert typed(*sell[:-2], "--age-checked", "cash", "10").returncode == 0
