"""What the demo shop sells: goods, offers, and lots of which one is always expired."""

from __future__ import annotations

from datetime import date, timedelta

import apsw

from pos_tui.books.goods import clear_offers, set_offer, take_in_lot
from pos_tui.books.products import ProductRow, find_product, take_in
from pos_tui.checkout.expiry import expires_on
from pos_tui.codes import gtin_of
from pos_tui.money import Currency
from pos_tui.pricing import parse_offer

COLA, SPREAD = "5449000000996", "3017620422003"
BREAD, CHICKEN, MILK, BANANAS = "1001", "1002", "4061458000024", "1003"
NOODLES, PESTO, TOMATOES = "6903252014419", "8076809513753", "1005"

LAYOUTS = ("21IIIIIPPPPPC", "22IIIIIWWWWWC")
BAKERY_TEMPLATE = "{name},{shelf_life},{price},{produced_on}"
ROLL_KEY = "BAKERY:CHEESE ROLL"

_GOODS = (
    (COLA, "Cola 330 ml", 350, "can"),
    (SPREAD, "Hazelnut spread 400 g", 3290, "jar"),
    (MILK, "Milk 1 l", 1290, "carton"),
    (BREAD, "French bread", 1250, ""),
    (CHICKEN, "Roast chicken", 3800, "kg"),
    (BANANAS, "Bananas", 898, "kg"),
    (NOODLES, "红烧牛肉面 120 g", 550, "袋"),
    ("7622210449283", "Chocolate biscuits 300 g", 1690, ""),
    (PESTO, "Basil pesto 190 g", 2890, "jar"),
    ("5000159484695", "Caramel bar 50 g", 590, ""),
    ("3046920028004", "Dark chocolate 100 g", 2490, ""),
    ("8000500310427", "Chocolate cream biscuits 304 g", 3590, ""),
    ("5449000131805", "Zero cola 330 ml", 350, "can"),
    ("3274080005003", "Spring water 1.5 l", 320, "bottle"),
    ("3168930010265", "Oat flakes 500 g", 1980, ""),
    ("4006381333931", "Highlighter, yellow", 690, ""),
    ("9780201379624", "Paperback", 4500, ""),
    ("96385074", "Chewing gum", 480, ""),
    (ROLL_KEY, "Cheese roll", 0, ""),
    ("1004", "Eggs, 10", 1590, "box"),
    (TOMATOES, "Tomatoes", 1180, "kg"),
)


_OFFERS = ((COLA, "2 for 6"), (CHICKEN, "-10%"), (SPREAD, "-3.00"), (NOODLES, "=4.50"))


def stock(connection: apsw.Connection, today: date) -> None:
    """Put the demo's goods, offers and lots into the books; dates are counted from today."""
    take_in(
        connection,
        (
            ProductRow(gtin_of(code) or code, name, price, unit)
            for code, name, price, unit in _GOODS
        ),
    )
    ids = {code: _id_of(connection, code) for code, *_ in _GOODS}
    for code, text in _OFFERS:
        offer = parse_offer(text, Currency.of("CNY"))
        clear_offers(connection, ids[code])
        set_offer(connection, ids[code], offer.name, offer.kind, offer.value, offer.bundle)
    baked = today - timedelta(days=4)
    take_in_lot(connection, ids[BREAD], "B-1", expires_on(baked, 2, "days"), baked, 6)
    filled = today - timedelta(days=3)
    take_in_lot(connection, ids[MILK], "M-7", expires_on(filled, 2, "weeks"), filled, 24)
    roasted = today
    take_in_lot(connection, ids[CHICKEN], "C-2", expires_on(roasted, 1, "days"), roasted, 8)


def _id_of(connection: apsw.Connection, code: str) -> int:
    product = find_product(connection, gtin_of(code) or code)
    assert product is not None
    return product.id
