"""What the demo shop sells: goods, offers, and lots of which one is always expired."""

from __future__ import annotations

from datetime import datetime, timedelta

import apsw
from msgspec.structs import replace

from pos_tui.books.catalogue.offers import current_offers, put_offer, retire_offer
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow, find_product
from pos_tui.books.movement import Movement
from pos_tui.books.people.customers import set_customer
from pos_tui.books.stock.lots import put_lot
from pos_tui.books.stock.movements import move_stock
from pos_tui.books.stock.on_hand import on_hand
from pos_tui.checkout.expiry import expires_on
from pos_tui.codes import gtin_of
from pos_tui.money import Currency
from pos_tui.pricing import Offer
from pos_tui.pricing.offer_file import read_offers
from pos_tui.wording.current import current, say
from pos_tui.wording.language import Wording, languages

COLA, SPREAD = "5449000000996", "3017620422003"
BREAD, CHICKEN, MILK, BANANAS = "1001", "1002", "4061458000024", "1003"
ZERO_COLA, YOGHURT = "5449000131805", "4008400402222"
SHAMPOO, SHOWER_GEL = "4005900136701", "4005808223244"
NOODLES, PESTO, TOMATOES = "6903252014419", "8076809513753", "1005"

LAYOUTS = ("21IIIIIPPPPPC", "22IIIIIWWWWWC")
BAKERY_TEMPLATE = "{name},{shelf_life},{price},{produced_on}"
ROLL_KEY = "BAKERY:CHEESE ROLL"

_GOODS = (
    (COLA, "cola", 350, "can", "drinks"),
    (SPREAD, "spread", 3290, "jar", "pantry"),
    (MILK, "milk", 1290, "carton", "dairy"),
    (YOGHURT, "yoghurt", 640, "cup", "dairy"),
    (BREAD, "bread", 1250, "", "bakery"),
    (CHICKEN, "chicken", 3800, "kg", "deli"),
    (BANANAS, "bananas", 898, "kg", "fruit"),
    (NOODLES, "noodles", 550, "bag", "pantry"),
    ("7622210449283", "biscuits", 1690, "", "sweets"),
    (PESTO, "pesto", 2890, "jar", "pantry"),
    ("5000159484695", "caramel", 590, "", "sweets"),
    ("3046920028004", "chocolate", 2490, "", "sweets"),
    ("8000500310427", "cream_biscuits", 3590, "", "sweets"),
    (ZERO_COLA, "zero_cola", 350, "can", "drinks"),
    ("3274080005003", "water", 320, "bottle", "drinks"),
    ("3168930010265", "oats", 1980, "", "pantry"),
    ("4006381333931", "highlighter", 690, "", "stationery"),
    ("9780201379624", "paperback", 4500, "", "stationery"),
    ("96385074", "gum", 480, "", "sweets"),
    (ROLL_KEY, "cheese_roll", 0, "", "bakery"),
    ("1004", "eggs", 1590, "box", "dairy"),
    (TOMATOES, "tomatoes", 1180, "kg", "fruit"),
    (SHAMPOO, "shampoo", 2600, "", "care"),
    (SHOWER_GEL, "shower_gel", 1800, "", "care"),
)

_OFFERS = f"""
[[offer]]
name = "two_for_six"
kind = "n_for_price"
count = 2
price = 6
on = ["{COLA}", "{ZERO_COLA}"]

[[offer]]
name = "ten_percent"
kind = "percent_off"
percent = 10
on = ["{CHICKEN}"]

[[offer]]
name = "three_less"
kind = "amount_off"
amount = 3
on = ["{SPREAD}"]

[[offer]]
name = "now"
kind = "special_price"
price = 4.50
on = ["{NOODLES}"]

[[offer]]
name = "second_half"
kind = "nth"
nth = 2
percent = 50
on = ["category:care"]

[[offer]]
name = "short_date"
kind = "near_expiry"
steps = [{{days = 2, percent = 30}}, {{days = 0, percent = 50}}]
on = ["category:dairy", "category:bakery"]

[[offer]]
name = "member"
kind = "percent_off"
percent = 5
customers = ["member"]
stackable = true
but = ["category:stationery"]

[[offer]]
name = "basket"
kind = "basket"
over = 200
amount = 10

[[offer]]
name = "coupon"
kind = "basket"
over = 50
amount = 5
coupon = "SAVE5"
stackable = true
"""
MEMBER, COUPON = "M1001", "SAVE5"


def demo_offers(wording: Wording | None = None) -> tuple[Offer, ...]:
    """The demo's offers, named in a language; without one in the language in use."""
    words = wording or current()
    offers = read_offers(_OFFERS, Currency.of("CNY"))
    return tuple(replace(each, name=words(f"demo.offer_{each.name}")) for each in offers)


def stock(connection: apsw.Connection, now: datetime) -> None:
    """Put the demo's goods, offers, lots and a member into the books; dates count from now.

    Names are in the language in use; offers that are there in another one are retired.
    """
    today = now.date()
    import_products(
        connection,
        (
            ProductRow(
                gtin_of(code) or code,
                say(f"demo.goods_{name}"),
                price,
                say(f"demo.unit_{unit}") if unit else "",
                category=category,
            )
            for code, name, price, unit, category in _GOODS
        ),
    )
    ids = {code: _id_of(connection, code) for code, *_ in _GOODS}
    there = {offer.name: replace(offer, id=0, used=0) for offer in current_offers(connection)}
    offers = demo_offers()
    foreign = {each.name for language in languages() for each in demo_offers(Wording(language))}
    for offer in current_offers(connection):
        if offer.name in foreign - {each.name for each in offers}:
            retire_offer(connection, offer.id, now)
    for offer in offers:
        if there.get(offer.name) != offer:
            put_offer(connection, offer, now)
    set_customer(connection, MEMBER, say("demo.customer"), "member", today)
    baked = today - timedelta(days=4)
    filled = today - timedelta(days=3)
    soon = today + timedelta(days=1)
    for code, lot, last, produced, pieces in (
        (BREAD, "B-1", expires_on(baked, 2, "days"), baked, 6),
        (MILK, "M-7", expires_on(filled, 2, "weeks"), filled, 24),
        (YOGHURT, "Y-3", soon, soon - timedelta(weeks=3), 12),
        (CHICKEN, "C-2", expires_on(today, 4, "days"), today, 8),
    ):
        put_lot(connection, ids[code], lot, last, produced)
        move_stock(connection, now, "", _delivered(connection, ids[code], lot, pieces))


def _delivered(
    connection: apsw.Connection, product_id: int, lot: str, pieces: int
) -> list[Movement]:
    """A lot of the demo comes once, and again when it is sold out."""
    there = on_hand(connection, product_id, lot)
    if there.is_known and there.quantity > 0:
        return []
    return [Movement(product_id, lot, pieces * 1000 - min(there.quantity, 0), "received")]


def _id_of(connection: apsw.Connection, code: str) -> int:
    product = find_product(connection, gtin_of(code) or code)
    assert product is not None
    return product.id
