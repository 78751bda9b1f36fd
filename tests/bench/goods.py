"""What is sold in the benchmark: an old till's export where there is one, and made-up goods."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

EXPORT = Path(__file__).resolve().parents[3] / "shared" / "data" / "old-till-export.csv"
MADE_UP = 12_000
_SCANNED_IF_NO_EXPORT = 6_000
_SHOPS_OWN_NUMBERS = ("0", "1", "2", "98", "99")


@dataclass(frozen=True)
class Product:
    """A product: EAN-13, name, price in minor units."""

    code: str
    name: str
    price: int

    @property
    def gtin(self) -> str:
        """The code in 14 digits, as the books keep it."""
        return self.code.zfill(14)


@dataclass(frozen=True)
class Goods:
    """`scanned` is drawn from while measuring, `fillers` make a list long before that."""

    scanned: list[Product]
    fillers: list[Product]
    export: Path | None


def find_goods(seed: int) -> Goods:
    """The goods of this machine, in an order that depends on the seed alone."""
    chance = random.Random(seed)
    if EXPORT.exists():
        scanned, export = _exported(EXPORT), EXPORT
        chance.shuffle(scanned)
        return Goods(scanned, _made_up(chance, MADE_UP), export)
    made_up = _made_up(chance, MADE_UP + _SCANNED_IF_NO_EXPORT)
    return Goods(made_up[MADE_UP:], made_up[:MADE_UP], None)


def write_csv(products: list[Product], path: Path) -> None:
    """Products as a file that the till takes in."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("code", "name", "price", "unit"))
        for product in products:
            writer.writerow((product.code, product.name, amount(product.price), "pc"))


def amount(minor: int) -> str:
    """Minor units as the screens show them."""
    return f"{minor // 100}.{minor % 100:02d}"


def ean13(twelve: str) -> str:
    """Twelve digits with their check digit."""
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return f"{twelve}{-weighted % 10}"


def _made_up(chance: random.Random, count: int) -> list[Product]:
    numbers = chance.sample(range(10**9), count)
    return [
        Product(ean13(f"400{number:09d}"), f"Article {place}", chance.randrange(50, 5000))
        for place, number in enumerate(numbers, 1)
    ]


def _exported(path: Path) -> list[Product]:
    """The rows that every till must be able to sell: a right EAN-13, a price, named once."""
    found: dict[str, Product | None] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            code = row["CODE"].strip()
            found[code] = None if code in found else _product(code, row["NAME"], row["SALEPRICE"])
    return [product for product in found.values() if product is not None]


def _product(code: str, name: str, price: str) -> Product | None:
    if len(code) != 13 or not (code.isascii() and code.isdigit()) or ean13(code[:12]) != code:
        return None
    if code.startswith(_SHOPS_OWN_NUMBERS) or not name.strip():
        return None
    try:
        minor = Decimal(price) * 100
    except InvalidOperation:
        return None
    if minor <= 0 or minor != int(minor):
        return None
    return Product(code, " ".join(name.split()), int(minor))
