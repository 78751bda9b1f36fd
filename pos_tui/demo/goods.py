"""What the demo shop sells: goods, offers, and lots of which one is always expired."""

from __future__ import annotations

from datetime import datetime, timedelta

import apsw
from msgspec.structs import replace

from pos_tui.books.catalogue.lots import receive_lot
from pos_tui.books.catalogue.offers import current_offers, put_offer
from pos_tui.books.catalogue.products import ProductRow, find_product, import_products
from pos_tui.books.people.customers import set_customer
from pos_tui.checkout.expiry import expires_on
from pos_tui.codes import gtin_of
from pos_tui.money import Currency
from pos_tui.pricing.offer_file import read_offers

COLA, SPREAD = "5449000000996", "3017620422003"
BREAD, CHICKEN, MILK, BANANAS = "1001", "1002", "4061458000024", "1003"
ZERO_COLA, YOGHURT = "5449000131805", "4008400402222"
SHAMPOO, SHOWER_GEL = "4005900136701", "4005808223244"
NOODLES, PESTO, TOMATOES = "6903252014419", "8076809513753", "1005"

LAYOUTS = ("21IIIIIPPPPPC", "22IIIIIWWWWWC")
BAKERY_TEMPLATE = "{name},{shelf_life},{price},{produced_on}"
ROLL_KEY = "BAKERY:CHEESE ROLL"

_GOODS = (
    (COLA, "Cola 330 ml", 350, "can", "drinks"),
    (SPREAD, "Hazelnut spread 400 g", 3290, "jar", "pantry"),
    (MILK, "Milk 1 l", 1290, "carton", "dairy"),
    (YOGHURT, "Yoghurt 150 g", 640, "cup", "dairy"),
    (BREAD, "French bread", 1250, "", "bakery"),
    (CHICKEN, "Roast chicken", 3800, "kg", "deli"),
    (BANANAS, "Bananas", 898, "kg", "fruit"),
    (NOODLES, "红烧牛肉面 120 g", 550, "袋", "pantry"),
    ("7622210449283", "Chocolate biscuits 300 g", 1690, "", "sweets"),
    (PESTO, "Basil pesto 190 g", 2890, "jar", "pantry"),
    ("5000159484695", "Caramel bar 50 g", 590, "", "sweets"),
    ("3046920028004", "Dark chocolate 100 g", 2490, "", "sweets"),
    ("8000500310427", "Chocolate cream biscuits 304 g", 3590, "", "sweets"),
    (ZERO_COLA, "Zero cola 330 ml", 350, "can", "drinks"),
    ("3274080005003", "Spring water 1.5 l", 320, "bottle", "drinks"),
    ("3168930010265", "Oat flakes 500 g", 1980, "", "pantry"),
    ("4006381333931", "Highlighter, yellow", 690, "", "stationery"),
    ("9780201379624", "Paperback", 4500, "", "stationery"),
    ("96385074", "Chewing gum", 480, "", "sweets"),
    (ROLL_KEY, "Cheese roll", 0, "", "bakery"),
    ("1004", "Eggs, 10", 1590, "box", "dairy"),
    (TOMATOES, "Tomatoes", 1180, "kg", "fruit"),
    (SHAMPOO, "Shampoo 400 ml", 2600, "", "care"),
    (SHOWER_GEL, "Shower gel 250 ml", 1800, "", "care"),
)

OFFERS = f"""
[[offer]]
name = "2 for 6"
kind = "n_for_price"
count = 2
price = 6
on = ["{COLA}", "{ZERO_COLA}"]

[[offer]]
name = "−10 %"
kind = "percent_off"
percent = 10
on = ["{CHICKEN}"]

[[offer]]
name = "−3"
kind = "amount_off"
amount = 3
on = ["{SPREAD}"]

[[offer]]
name = "now 4.50"
kind = "special_price"
price = 4.50
on = ["{NOODLES}"]

[[offer]]
name = "second half price"
kind = "nth"
nth = 2
percent = 50
on = ["category:care"]

[[offer]]
name = "short date −30 %"
kind = "near_expiry"
steps = [{{days = 2, percent = 30}}, {{days = 0, percent = 50}}]
on = ["category:dairy", "category:bakery"]

[[offer]]
name = "member −5 %"
kind = "percent_off"
percent = 5
customers = ["member"]
stackable = true
but = ["category:stationery"]

[[offer]]
name = "200 less 10"
kind = "basket"
over = 200
amount = 10

[[offer]]
name = "coupon 5 off 50"
kind = "basket"
over = 50
amount = 5
coupon = "SAVE5"
stackable = true
"""
MEMBER, COUPON = "M1001", "SAVE5"


def stock(connection: apsw.Connection, now: datetime) -> None:
    """Put the demo's goods, offers, lots and a member into the books; dates count from now."""
    today = now.date()
    import_products(
        connection,
        (
            ProductRow(gtin_of(code) or code, name, price, unit, category=category)
            for code, name, price, unit, category in _GOODS
        ),
    )
    ids = {code: _id_of(connection, code) for code, *_ in _GOODS}
    there = {offer.name: replace(offer, id=0, used=0) for offer in current_offers(connection)}
    for offer in read_offers(OFFERS, Currency.of("CNY")):
        if there.get(offer.name) != offer:
            put_offer(connection, offer, now)
    set_customer(connection, MEMBER, "Grace", "member", today)
    baked = today - timedelta(days=4)
    receive_lot(connection, ids[BREAD], "B-1", expires_on(baked, 2, "days"), baked, 6)
    filled = today - timedelta(days=3)
    receive_lot(connection, ids[MILK], "M-7", expires_on(filled, 2, "weeks"), filled, 24)
    soon = today + timedelta(days=1)
    receive_lot(connection, ids[YOGHURT], "Y-3", soon, soon - timedelta(weeks=3), 12)
    roasted = today
    receive_lot(connection, ids[CHICKEN], "C-2", expires_on(roasted, 4, "days"), roasted, 8)


def _id_of(connection: apsw.Connection, code: str) -> int:
    product = find_product(connection, gtin_of(code) or code)
    assert product is not None
    return product.id
