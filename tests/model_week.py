"""A shop's week as somebody else would keep it on paper: what is done, and what every account is.

Nothing here is the program's: prices, offers, taxes, shares and returns are worked out anew.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
BEGINS = datetime(2026, 10, 22, 8, 0, tzinfo=ZONE)  # the clock goes back on the 25th
STEP = 10  # the smallest coin, minor units
RATES = {"standard": 13, "food": 9}
CASHIERS = ("Ada", "Grace", "Lin", "Mei", "Tom")
FLOAT = 50_000
BASKET_OVER, BASKET_OFF = 10_000, 500


class Goods(NamedTuple):
    """A product of the shop; prices and costs of one piece in minor units."""

    code: str
    price: int
    tax: str
    category: str
    cost: int
    percent: int = 0
    three_for: int = 0


GOODS = (
    Goods("2001", 350, "standard", "drinks", 200),
    Goods("2002", 990, "standard", "drinks", 610),
    Goods("2003", 1290, "food", "dairy", 800, percent=10),
    Goods("2004", 450, "food", "bakery", 150, percent=20),
    Goods("2005", 600, "food", "bakery", 300, three_for=1500),
    Goods("2006", 3290, "standard", "household", 2010),
    Goods("2007", 85, "food", "sweets", 33),
    Goods("2008", 1999, "standard", "household", 1200),
    Goods("2009", 5, "", "bags", 1),
    Goods("2010", 12_900, "standard", "household", 8000),
)


class Deed(NamedTuple):
    """One thing that is done in the shop, by one person at one time."""

    what: Literal[
        "open", "sell", "voucher", "back", "void", "return", "exchange", "undo", "pay in",
        "pay out", "drop", "no sale", "close",
    ]  # fmt: skip
    at: datetime
    by: str
    pieces: tuple[tuple[int, int], ...] = ()  # goods and how many, in the order of their lines
    tenders: tuple[str, ...] = ()  # as a cashier types them; the last one pays the rest
    of: int = 0  # the sale (counted from 1) that comes back
    backs: tuple[tuple[int, int], ...] = ()  # its lines (counted from 1), and how many of each
    fate: Literal["to_shelf", "to_check", "written_off"] = "to_shelf"
    amount: int = 0

    @property
    def is_sale(self) -> bool:
        """Whether it takes a sale's number."""
        return self.what in {"sell", "voucher", "back", "void", "return", "exchange", "undo"}


@dataclass
class PaidLine:
    """A line of a paid sale on paper."""

    goods: int
    pieces: int
    paid: int
    tax: int
    back: int = 0


@dataclass
class PaidSale:
    """A paid sale on paper: its lines, and what it was paid with, as (kind, covers)."""

    lines: list[PaidLine]
    parts: list[list[object]]
    shift: int
    is_return: bool = False
    voucher: int | None = None  # the one that it sold, unless that was undone


@dataclass
class Paper:
    """Every account of the shop, what lies on the shelves, and what each Z must say."""

    accounts: Counter[str] = field(default_factory=Counter)
    shelf: Counter[int] = field(default_factory=Counter)
    sales: list[PaidSale | None] = field(default_factory=list)
    shift: int = 0
    left: int = 0
    closings: list[tuple[int, int]] = field(default_factory=list)  # expected, counted
    vouchers: list[int] = field(default_factory=list)  # what is left on each

    def post(self, account: str, amount: int) -> None:
        self.accounts[account] += amount

    def deliver(self, pieces: int) -> None:
        """So many of each of the goods come."""
        for number, goods in enumerate(GOODS):
            self.shelf[number] += pieces
            self.post("Assets:Stock", pieces * goods.cost)
            self.post("Liabilities:Suppliers", -pieces * goods.cost)

    def do(self, deed: Deed) -> None:
        """Write one deed down."""
        if deed.what == "open":
            self.shift += 1
            counted = FLOAT if self.shift == 1 else self.left
            self.post("Assets:Drawer", counted - self.accounts["Assets:Drawer"])
            if self.shift == 1:
                self.post("Equity:Float", -counted)
        elif deed.what == "close":
            expected = self.accounts["Assets:Drawer"]
            counted = expected + deed.amount
            self.closings.append((expected, counted))
            self.post("Assets:Drawer", deed.amount)
            self.post("Expenses:OverShort", -deed.amount)
            self.left = min(FLOAT, counted)
            self.post("Assets:Drawer", self.left - counted)
            self.post("Assets:Safe", counted - self.left)
        elif deed.what in {"pay in", "pay out", "drop"}:
            into = deed.amount if deed.what == "pay in" else -deed.amount
            against = {
                "pay in": "Income:PaidIn:other",
                "pay out": "Expenses:PaidOut:other",
                "drop": "Assets:Safe",
            }[deed.what]
            self.post("Assets:Drawer", into)
            self.post(against, -into)
        elif deed.what == "void":
            self.sales.append(None)
        elif deed.is_sale:
            self._sale(deed)

    # ---- sales -------------------------------------------------------------------------------

    def _sale(self, deed: Deed) -> None:
        lines = priced(deed.pieces)
        for number, pieces in deed.pieces:
            goods = GOODS[number]
            self.shelf[number] -= pieces
            self.post("Assets:Stock", -pieces * goods.cost)
            self.post("Expenses:CostOfGoods", pieces * goods.cost)
        for line in lines:
            goods = GOODS[line.goods]
            gross = goods.price * line.pieces
            before = gross - tax_in(gross, goods.tax)
            self.post(f"Income:Sales:{goods.category}", -before)
            self.post("Income:Discounts", before - (line.paid - line.tax))
            self._tax(goods.tax, -line.tax)
        due = sum(line.paid for line in lines)
        voucher = None
        if deed.what == "voucher":
            due = deed.amount
            voucher = len(self.vouchers)
            self.vouchers.append(due)
            self.post("Liabilities:Vouchers", -due)
        parts: list[list[object]] = []
        if deed.of:
            due -= self._come_back(deed)
        if due > 0:
            parts = self._pay(due, deed.tenders)
        elif due < 0:
            self._refund(-due, deed)
        self.sales.append(PaidSale(lines, parts, self.shift, bool(deed.of), voucher))

    def _come_back(self, deed: Deed) -> int:
        sold = self.sales[deed.of - 1]
        assert sold is not None
        backs = deed.backs
        if deed.what == "undo":
            backs = tuple(
                (place, line.pieces - line.back)
                for place, line in enumerate(sold.lines, 1)
                if line.pieces > line.back
            )
        total = 0
        if sold.voucher is not None:
            total = self.vouchers[sold.voucher]
            self.vouchers[sold.voucher] = 0
            self.post("Liabilities:Vouchers", total)
            sold.voucher = None
        for place, pieces in backs:
            line = sold.lines[place - 1]
            goods = GOODS[line.goods]
            amount = running(line.paid, line.pieces, line.back, pieces)
            tax = running(line.tax, line.pieces, line.back, pieces)
            line.back += pieces
            total += amount
            self.post(f"Income:Returns:{goods.category}", amount - tax)
            self._tax(goods.tax, tax)
            self.post("Expenses:CostOfGoods", -pieces * goods.cost)
            if deed.fate == "to_shelf" or deed.what == "undo":
                self.post("Assets:Stock", pieces * goods.cost)
                self.shelf[line.goods] += pieces
            elif deed.fate == "to_check":
                self.post("Assets:StockAside", pieces * goods.cost)
            else:
                self.post("Expenses:WriteOff:returned", pieces * goods.cost)
        return total

    def _pay(self, due: int, tenders: tuple[str, ...]) -> list[list[object]]:
        parts: list[list[object]] = []
        for tender in tenders:
            kind, _, part = tender.partition(" ")
            amount = min(int(part), due) if part else due
            if kind == "voucher":
                amount = min(self.vouchers[int(part)], due)
                self.vouchers[int(part)] -= amount
            rounding = 0
            if kind == "cash" and amount == due:
                rounding = half_up(amount, STEP) * STEP - amount
            self.post(ACCOUNT[kind], amount + rounding)
            self.post("Expenses:CashRounding", -rounding)
            parts.append([kind, amount, 0])
            due -= amount
            if not due:
                break
        assert not due
        return parts

    def _refund(self, owed: int, deed: Deed) -> None:
        """As shops do it: what wallets and cards paid first, the latest first, and cash last."""
        sold = self.sales[deed.of - 1]
        assert sold is not None
        order = sorted(
            range(len(sold.parts)), key=lambda place: (sold.parts[place][0] == "cash", -place)
        )
        for part in (sold.parts[place] for place in order):
            kind, covers, back = str(part[0]), int(str(part[1])), int(str(part[2]))
            amount = min(covers - back, owed)
            if not amount:
                continue
            given = amount
            if kind == "cash":
                given = (half_up(back + amount, STEP) - half_up(back, STEP)) * STEP
            self.post(ACCOUNT[kind], -given)
            self.post("Expenses:CashRounding", given - amount)
            if kind == "voucher":
                self.vouchers.append(given)
            part[2] = back + amount
            owed -= amount
        if owed:
            given = half_up(owed, STEP) * STEP
            self.post("Assets:Drawer", -given)
            self.post("Expenses:CashRounding", given - owed)

    def _tax(self, name: str, amount: int) -> None:
        self.post(f"Liabilities:Tax:{name or 'standard'}", amount)


ACCOUNT = {
    "cash": "Assets:Drawer",
    "card": "Assets:Clearing:Card",
    "wallet": "Assets:Clearing:wechat",
    "voucher": "Liabilities:Vouchers",
}


def half_up(amount: int, step: int) -> int:
    """How many whole steps an amount is, halves up."""
    return (2 * amount + step) // (2 * step)


def tax_in(amount: int, name: str) -> int:
    """The tax that a price has in it, half up."""
    rate = RATES[name or "standard"]
    return half_up(amount * rate, 100 + rate)


def running(whole: int, pieces: int, before: int, now: int) -> int:
    """The part of an amount that falls to some of the pieces, when others have gone before."""
    return whole * (before + now) // pieces - whole * before // pieces


def shares(total: int, weights: list[int]) -> list[int]:
    """A total over weights, to the last unit: the largest remainders get the odd ones."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    exact = [(total * weight // whole, -(total * weight % whole)) for weight in weights]
    parts = [part for part, _ in exact]
    order = sorted(range(len(weights)), key=lambda place: (exact[place][1], place))
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    return parts


def priced(pieces: tuple[tuple[int, int], ...]) -> list[PaidLine]:
    """A basket's lines: what is paid for each, and its part of the tax."""
    after = []
    for number, many in pieces:
        goods = GOODS[number]
        gross = goods.price * many
        off = gross * goods.percent // 100
        if goods.three_for:
            off = many // 3 * (3 * goods.price - goods.three_for)
        after.append(gross - off)
    if sum(after) >= BASKET_OVER:
        # of equal remainders the dearer goods get the unit, in whatever order they were scanned
        dearest = sorted(range(len(after)), key=lambda place: -GOODS[pieces[place][0]].price)
        parts = shares(BASKET_OFF, [after[place] for place in dearest])
        for place, part in zip(dearest, parts, strict=True):
            after[place] -= part
    lines = [
        PaidLine(number, many, paid, 0) for (number, many), paid in zip(pieces, after, strict=True)
    ]
    for name in RATES:
        of_class = [each for each in lines if (GOODS[each.goods].tax or "standard") == name]
        tax = tax_in(sum(each.paid for each in of_class), name)
        for line, part in zip(of_class, shares(tax, [each.paid for each in of_class]), strict=True):
            line.tax = part
    return lines


# ---- what is done ------------------------------------------------------------------------------


def week(seed: int, sales: int, shifts: int = 12) -> Iterator[Deed]:
    """A week's deeds: shifts over midnight and a change of the clock, sales of every kind."""
    chance = random.Random(seed)
    paper = Paper()  # only to know what can come back
    at = BEGINS
    per_shift = max(sales // shifts, 1)
    for shift in range(shifts):
        by = CASHIERS[shift % len(CASHIERS)]
        yield from _noted(paper, Deed("open", at, by))
        for _ in range(per_shift):
            at += timedelta(seconds=chance.randint(20, 160))
            yield from _noted(paper, _one(chance, paper, at.astimezone(ZONE), by))
        off = chance.choice((0, 0, 0, -500, 300, 4500, -10))
        at += timedelta(minutes=10)
        yield from _noted(paper, Deed("close", at, chance.choice((by, by, "Boss")), amount=off))
        at = (at + timedelta(hours=chance.randint(0, 9))).astimezone(ZONE)


def _noted(paper: Paper, deed: Deed) -> Iterator[Deed]:
    paper.do(deed)
    yield deed


def _one(chance: random.Random, paper: Paper, at: datetime, by: str) -> Deed:
    roll = chance.random()
    if roll < 0.02:
        return Deed("pay in", at, by, amount=chance.randint(1, 40) * 500)
    if roll < 0.04:
        most = paper.accounts["Assets:Drawer"] // 1000
        return Deed("pay out", at, by, amount=chance.randint(1, max(min(20, most), 1)) * 500)
    if roll < 0.05:
        return Deed("no sale", at, by)
    if roll < 0.06 and paper.accounts["Assets:Drawer"] > 100_000:
        return Deed("drop", at, by, amount=50_000)
    if roll < 0.09:
        return Deed("void", at, by, _basket(chance))
    can = [
        number
        for number, sale in enumerate(paper.sales, 1)
        if sale and not sale.is_return and any(each.back < each.pieces for each in sale.lines)
    ]
    if roll < 0.19 and can:
        return _coming_back(chance, paper, at, by, chance.choice(can[-200:]))
    if roll < 0.22:
        return Deed("back", at, by, _basket(chance), ("cash 100", "cash"))
    if roll < 0.27:
        wrong = _vouchers_to_undo(paper)
        if wrong and chance.random() < 0.4:
            return Deed("undo", at, by, of=chance.choice(wrong))
        amount = chance.randint(1, 20) * 1000
        return Deed("voucher", at, by, tenders=("cash",), amount=amount)
    pieces = _basket(chance)
    tenders: tuple[str, ...] = ()
    good = [place for place, left in enumerate(paper.vouchers) if left]
    if good and chance.random() < 0.2:
        tenders = (f"voucher {chance.choice(good)}",)
    return Deed("sell", at, by, pieces, tenders + _tenders(chance, pieces))


def _vouchers_to_undo(paper: Paper) -> list[int]:
    """The sales of this shift that sold a voucher of which nothing was spent."""
    return [
        number
        for number, sale in enumerate(paper.sales, 1)
        if sale
        and sale.shift == paper.shift
        and sale.voucher is not None
        and paper.vouchers[sale.voucher] == sale.parts[0][1]
    ]


def _coming_back(chance: random.Random, paper: Paper, at: datetime, by: str, number: int) -> Deed:
    sold = paper.sales[number - 1]
    assert sold is not None
    if sold.shift == paper.shift and chance.random() < 0.2:
        return Deed("undo", at, by, of=number)
    open_lines = [
        (place, line.pieces - line.back)
        for place, line in enumerate(sold.lines, 1)
        if line.pieces > line.back
    ]
    chosen = chance.sample(open_lines, chance.randint(1, len(open_lines)))
    backs = tuple(sorted((place, chance.randint(1, left)) for place, left in chosen))
    worth = sum(
        running(line.paid, line.pieces, line.back, many)
        for place, many in backs
        for line in [sold.lines[place - 1]]
    )
    fates: tuple[Literal["to_shelf", "to_check", "written_off"], ...] = (
        "to_shelf", "to_shelf", "to_check", "written_off"
    )  # fmt: skip
    fate = chance.choice(fates)
    if chance.random() < 0.35:
        pieces = _basket(chance)
        total = sum(line.paid for line in priced(pieces))
        if total != worth:
            return Deed("exchange", at, by, pieces, ("cash",), number, backs, fate)
    return Deed("return", at, by, of=number, backs=backs, fate=fate)


def _basket(chance: random.Random) -> tuple[tuple[int, int], ...]:
    numbers = chance.sample(range(len(GOODS)), chance.randint(1, 5))
    return tuple((number, chance.choice((1, 1, 1, 2, 3, 4, 7))) for number in numbers)


def _tenders(chance: random.Random, pieces: tuple[tuple[int, int], ...]) -> tuple[str, ...]:
    total = sum(line.paid for line in priced(pieces))
    last = chance.choice(("cash", "cash", "wallet", "wallet", "card"))
    if total > 300 and chance.random() < 0.2:
        first = chance.choice(("cash", "wallet", "card"))
        return (f"{first} {chance.randint(1, total // 200) * 100}", last)
    return (last,)
