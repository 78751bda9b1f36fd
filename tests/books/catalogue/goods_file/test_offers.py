"""Offers that come with goods: read as the prices are, and checked as every offer is."""

from __future__ import annotations

import pytest

from tests.books.catalogue.goods_file.reading import EUROPE, doubts, imported, read, refused
from tests.conftest import Counter
from tests.spoken import spoken

HEADER = "code;name;price;offer\n"


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("=2,99", "now 2.99"),
        ("=2.99", "now 2.99"),
        ("now 2,99", "now 2.99"),
        ('"=""=2,99"""', "now 2.99"),
        ("'=2,99", "now 2.99"),
        ("-0,50", "−0.50"),
        ("−0,50", "−0.50"),
        ("2 for 6,00", "2 for 6"),
        ("–10%", "−10 %"),
        ("-12,5 %", "−12.5 %"),
        ("0", None),
        ("0,00", None),
        ("", None),
    ],
)
def test_an_offer_is_read_as_the_prices_of_its_file_are(tmp_path, cell, name):
    goods = read(tmp_path, f"{HEADER}O1;One;3,50;{cell}\nO2;Two;1,25;\n", shop=EUROPE)
    assert refused(goods) == []
    offer = dict(goods.offers)["O1"]
    assert (offer.name if offer else None) == name


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("0 for 6", "at least 2 pieces"),
        ("1 for 6", "at least 2 pieces"),
        ("=9,99", "saves nothing"),
        ("=3,50", "saves nothing"),
        ("2 for 9", "saves nothing"),
        ("-0", "takes nothing off"),
        ("-4,00", "below zero"),
        ("-120%", "would pay the customer"),
        ("2,99", "now 2,99"),
        ("half", "is no offer"),
        ("=1,2,3", "1,2,3"),
    ],
)
def test_an_offer_that_cannot_be_meant_is_refused_with_its_reason(tmp_path, cell, why):
    goods = read(tmp_path, f"{HEADER}W1;One;3,50;{cell}\n", shop=EUROPE)
    assert [row.code for row in goods.rows] == []
    ((line, said),) = refused(goods)
    assert line == 2
    assert cell in said
    assert why in said


def test_a_sale_price_beside_the_regular_one_is_an_offer(tmp_path):
    goods = read(tmp_path, "code,name,price,sale price\n1,Mug,9,7.50\n2,Plate,6,\n", shop=EUROPE)
    assert [row.price for row in goods.rows] == [900, 600]
    counter = Counter(tmp_path / "till")
    imported(counter, goods)
    counter.open().scan("1", "2")
    assert [line.actual for line in counter.till.sale.list.lines] == [750, 600]
    counter.books.close()


@pytest.mark.parametrize(
    ("sale", "doubt"),
    [("9.50", "no_sale_price"), ("cheap", "no_sale_price"), ("9.00", None), ("0", None)],
)
def test_a_sale_price_that_is_none_leaves_the_product_at_its_price(tmp_path, sale, doubt):
    goods = read(tmp_path, f"code,name,price,sale price\n1,Mug,9,{sale}\n", shop=EUROPE)
    assert [(row.name, row.price) for row in goods.rows] == [("Mug", 900)]
    assert [offer for _, offer in goods.offers] == [None]
    assert list(doubts(goods)) == ([] if doubt is None else [doubt])


def test_a_sale_that_is_over_makes_no_offer_and_says_so(tmp_path):
    goods = read(
        tmp_path,
        "code,name,price,sale price,sale until\n1,Mug,9,7.50,2026-11-20\n2,Cup,9,7,9999-12-31\n",
        shop=EUROPE,
    )
    assert [offer.name if offer else "" for _, offer in goods.offers] == ["", "now 7"]
    assert "it has ended" in spoken(goods.doubts[0].why)


def test_an_offer_comes_and_goes_with_the_file_and_names_the_products_own_code(tmp_path):
    counter = Counter(tmp_path / "till")
    imported(counter, read(tmp_path, "sku;barcode;name;price\nS1;;Mug;9\n"))
    goods = read(tmp_path, "sku;barcode;name;price;offer\nS1;5449000000996;Mug;9;=7.50\n")
    imported(counter, goods)
    counter.open().scan("5449000000996", "S1")
    assert [(str(line.quantity), line.actual) for line in counter.till.sale.list.lines] == [
        ("2", 1500)
    ]
    counter.books.close()


@pytest.mark.parametrize(
    ("before", "price", "offer"),
    [("9", 900, "now 7.50"), ("7.50", 750, None), ("5", 750, None), ("", 750, None),
     ("n/a", 750, None)],
)  # fmt: skip
def test_a_higher_price_from_before_is_the_regular_one(tmp_path, before, price, offer):
    goods = read(tmp_path, f"code,name,price,compare at\n1,Mug,7.50,{before}\n", shop=EUROPE)
    assert [row.price for row in goods.rows] == [price]
    assert [each.name if each else None for _, each in goods.offers] == [offer]
    assert list(doubts(goods)) == (["no_sale_price"] if before == "n/a" else [])
