"""Baskets and offers to try anything on: goods, offers of every kind, and occasions.

The shop is small on purpose: with four products and low numbers, offers meet each other, limits
bite and two ways to save the same are common.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from pos_tui.pricing.offers import (
    EVERYTHING,
    HUNDRED,
    AmountOff,
    BuyGet,
    Gives,
    Goods,
    MealDeal,
    NearExpiry,
    NearExpiryStep,
    NForPrice,
    Nth,
    Occasion,
    Offer,
    PercentOff,
    SpecialPrice,
    Threshold,
    Tiers,
    TierStep,
)
from pos_tui.pricing.when import ALWAYS, Hours, When

Drawn = TypeVar("Drawn")

TERMS = {
    "A": ("category:drink", "brand:x", "supplier:s"),
    "B": ("category:drink", "brand:y", "supplier:t", "tag:green"),
    "C": ("category:snack", "brand:x", "supplier:t"),
    "D": ("category:snack", "brand:y", "supplier:s", "tag:green", "tag:new"),
}
SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
# The second is a day earlier in UTC than in its shop; the last is in a repeated hour.
MOMENTS = (
    datetime(2026, 11, 20, 12, 0, tzinfo=SHANGHAI),
    datetime(2026, 11, 22, 0, 30, tzinfo=SHANGHAI),
    datetime(2026, 11, 20, 17, 30, tzinfo=BERLIN),
    datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN),
)
GOOD_DAYS = (
    date(2026, 10, 25),
    date(2026, 11, 19),
    date(2026, 11, 20),
    date(2026, 11, 21),
    date(2026, 11, 22),
    date(2026, 11, 23),
)
SMALL_PRICES = st.integers(0, 12)
SHOP_PRICES = st.sampled_from((99, 149, 150, 299, 333, 500, 999, 1990))
MEASURED = (Decimal("0.5"), Decimal("0.842"), Decimal("1.25"), Decimal("2.5"))
RARELY, HARDLY_EVER = st.integers(0, 4), st.integers(0, 9)
PERCENTAGES = st.sampled_from(
    (HUNDRED, Decimal(50), Decimal(10), Decimal(25), Decimal("12.5"), Decimal("33.3"))
)


@st.composite
def goods_lists(
    draw: DrawFn, max_lines: int = 4, max_pieces: int = 7, *, shop_prices: bool | None = None
) -> list[Goods]:
    """A basket with at least one line, and no more pieces (rests of a measure too) than that.

    With `shop_prices` they are minor units as in a shop, else 0 to 12; either where it is None.
    """
    if shop_prices is None:
        shop_prices = draw(st.booleans())
    prices = SHOP_PRICES if shop_prices else SMALL_PRICES
    usual = {code: draw(prices) for code in TERMS}
    basket: list[Goods] = []
    room = max_pieces
    for _ in range(draw(st.integers(1, max_lines))):
        fitting = [each for each in MEASURED if -(-each // 1) <= room]
        quantity = Decimal(draw(st.integers(1, min(4, room))))
        if fitting and _rarely(draw):
            quantity = draw(st.sampled_from(fitting))
        room -= int(-(-quantity // 1))
        code = draw(st.sampled_from(tuple(TERMS)))
        # The same product at another price is what a reduced label or a typed price makes.
        price = draw(prices) if _rarely(draw) else usual[code]
        good_until = draw(st.none() | st.sampled_from(GOOD_DAYS))
        basket.append(Goods(code, price, quantity, TERMS[code], good_until))
        if room == 0:
            break
    return basket


@st.composite
def offers(
    draw: DrawFn,
    max_offers: int = 4,
    *,
    priorities: Sequence[int] = (0,),
    shop_prices: bool | None = None,
) -> list[Offer]:
    """Offers on goods of every kind that do not stack, with ids from 1 on."""
    return draw(_several(_kinds(shop_prices), 1, max_offers, priorities, shop_prices))


@st.composite
def stackable_offers(
    draw: DrawFn,
    max_offers: int = 2,
    *,
    priorities: Sequence[int] = (0,),
    shop_prices: bool | None = None,
) -> list[Offer]:
    """Offers on goods that stack, with ids from 101 on."""
    percent, amount, _, _, near_expiry = _on_pieces(shop_prices)
    kinds = st.one_of(percent, amount, near_expiry)
    return draw(_several(kinds, 101, max_offers, priorities, shop_prices, stackable=True))


@st.composite
def basket_offers(
    draw: DrawFn,
    max_offers: int = 3,
    *,
    priorities: Sequence[int] = (0,),
    shop_prices: bool | None = None,
    stackable: bool | None = False,
) -> list[Offer]:
    """Offers on the basket, with ids from 201 on; where `stackable` is None, some stack."""
    kinds = _thresholds(shop_prices)
    return draw(_several(kinds, 201, max_offers, priorities, shop_prices, stackable=stackable))


@st.composite
def sales(
    draw: DrawFn,
    max_lines: int = 4,
    max_pieces: int = 7,
    max_offers: int = 4,
    *,
    priorities: Sequence[int] = (0,),
) -> tuple[list[Goods], list[Offer], Occasion]:
    """Goods, offers on goods that do not stack and whose amounts suit them, and an occasion."""
    shop_prices = draw(st.booleans())
    return (
        draw(goods_lists(max_lines, max_pieces, shop_prices=shop_prices)),
        draw(offers(max_offers, priorities=priorities, shop_prices=shop_prices)),
        draw(occasions()),
    )


@st.composite
def occasions(draw: DrawFn) -> Occasion:
    """Sales on a few days, with and without a customer who is known, and coupons."""
    return Occasion(
        draw(st.sampled_from(MOMENTS)),
        frozenset(draw(st.sets(st.sampled_from(("member", "staff")), max_size=2))),
        frozenset(draw(st.sets(st.sampled_from(("SAVE10", "WELCOME")), max_size=2))),
    )


# ---- what is given -------------------------------------------------------------------------------
# Kept once made: making strategies takes longer than drawing from them.


@cache
def _kinds(shop_prices: bool | None) -> SearchStrategy[Gives]:
    return st.one_of(*_on_pieces(shop_prices), *_bundles(shop_prices))


@cache
def _amounts(shop_prices: bool | None, most: int = 12) -> SearchStrategy[int]:
    small = st.integers(1, most)
    large = st.integers(1, most * 10).map(lambda tens: tens * 10)
    if shop_prices is None:
        return small | large
    return large if shop_prices else small


@cache
def _on_pieces(shop_prices: bool | None) -> tuple[SearchStrategy[Gives], ...]:
    amount = _amounts(shop_prices)
    step = st.builds(TierStep, st.integers(1, 5), percent=PERCENTAGES) | st.builds(
        TierStep, st.integers(1, 5), price=amount
    )
    steps = st.lists(step, min_size=1, max_size=3, unique_by=lambda each: each.count)
    near = st.builds(NearExpiryStep, st.integers(0, 3), PERCENTAGES)
    nears = st.lists(near, min_size=1, max_size=3, unique_by=lambda each: each.days)
    return (
        st.builds(PercentOff, PERCENTAGES),
        st.builds(AmountOff, amount),
        st.builds(SpecialPrice, st.just(0) | amount),
        steps.map(lambda some: Tiers(tuple(sorted(some, key=lambda each: each.count)))),
        nears.map(lambda some: NearExpiry(tuple(sorted(some, key=lambda each: -each.days)))),
    )


@cache
def _bundles(shop_prices: bool | None) -> tuple[SearchStrategy[Gives], ...]:
    some, few = st.integers(1, 3), st.integers(1, 2)
    price = _amounts(shop_prices, 24)
    groups = st.lists(_scopes(1), min_size=2, max_size=3).map(tuple)
    return (
        st.builds(NForPrice, st.integers(2, 4), price),
        st.builds(BuyGet, some, few, PERCENTAGES),
        st.builds(BuyGet, few, few, PERCENTAGES, _scopes(2)),
        st.builds(Nth, st.integers(2, 3), PERCENTAGES),
        st.builds(MealDeal, groups, price),
    )


@cache
def _thresholds(shop_prices: bool | None) -> SearchStrategy[Threshold]:
    over, amount = _amounts(shop_prices, 40), _amounts(shop_prices)
    full_price_only = st.sampled_from((False, False, True))
    return st.one_of(
        st.builds(Threshold, st.just(0) | over, amount=amount, full_price_only=full_price_only),
        st.builds(
            Threshold, over, amount=amount, every=st.just(True), full_price_only=full_price_only
        ),
        st.builds(
            Threshold, st.just(0) | over, percent=PERCENTAGES, full_price_only=full_price_only
        ),
    )


# ---- on what, to whom, when, how often -----------------------------------------------------------


@cache
def _scopes(most: int) -> SearchStrategy[tuple[str, ...]]:
    terms = (EVERYTHING, *sorted({term for some in TERMS.values() for term in some}))
    products = tuple(f"product:{code}" for code in TERMS)
    scopes = st.lists(st.sampled_from((*terms, *products)), min_size=1, max_size=most, unique=True)
    return scopes.map(tuple)


@st.composite
def _several(
    draw: DrawFn,
    kinds: SearchStrategy[Gives],
    first_id: int,
    max_offers: int,
    priorities: Sequence[int],
    shop_prices: bool | None,
    *,
    stackable: bool | None = False,
) -> list[Offer]:
    """At least one offer, in the order of their ids, which have gaps."""
    some: list[Offer] = []
    ident = first_id
    for _ in range(draw(st.integers(1, max_offers))):
        stacks = draw(st.booleans()) if stackable is None else stackable
        some.append(_offer(draw, draw(kinds), ident, priorities, shop_prices, stackable=stacks))
        ident += draw(st.integers(1, 3))
    return some


def _offer(
    draw: DrawFn,
    gives: Gives,
    ident: int,
    priorities: Sequence[int],
    shop_prices: bool | None,
    *,
    stackable: bool,
) -> Offer:
    is_basket = isinstance(gives, Threshold)
    # Those that stack apply to all there is, so they have no limit; they need no group to choose.
    has_limit = not stackable or is_basket
    limit = limit_total = None
    used = 0
    if has_limit and _rarely(draw):
        limit = draw(st.integers(1, 3))
    if has_limit and _hardly_ever(draw):
        limit_total = draw(st.integers(1, 4))
        used = draw(st.integers(0, limit_total))
    return Offer(
        id=ident,
        name=f"{type(gives).__name__} {ident}",
        gives=gives,
        on=(EVERYTHING,) if isinstance(gives, MealDeal) else draw(_scopes(2)),
        but=_some(draw, _scopes(1), ()),
        when=_some(draw, _times(), ALWAYS),
        customers=("member",) if _hardly_ever(draw) else (),
        coupon="SAVE10" if _hardly_ever(draw) else "",
        min_quantity=_some(draw, st.integers(1, 5), 0),
        min_amount=_some(draw, _amounts(shop_prices, 30), 0),
        limit=limit,
        limit_total=limit_total,
        used=used,
        same_item=not is_basket and not stackable and _rarely(draw),
        priority=draw(st.sampled_from(tuple(priorities))),
        group=_some(draw, st.sampled_from(("g", "h")), "") if not stackable else "",
        stackable=stackable,
    )


@cache
def _times() -> SearchStrategy[When]:
    """Times that hold at some of the moments."""
    return st.sampled_from(
        (
            When(weekdays=(4,)),
            When(weekdays=(5,), hours=(Hours(time(22), time(2)),)),
            When(hours=(Hours(time(17), time(19)),)),
            When(starts=datetime(2026, 11, 1), ends=datetime(2026, 11, 22)),  # noqa: DTZ001
            When(recurs="FREQ=MONTHLY;BYMONTHDAY=20"),
        )
    )


def _rarely(draw: DrawFn) -> bool:
    return draw(RARELY) == 4


def _hardly_ever(draw: DrawFn) -> bool:
    return draw(HARDLY_EVER) == 9


def _some(draw: DrawFn, what: SearchStrategy[Drawn], usual: Drawn) -> Drawn:
    return draw(what) if _rarely(draw) else usual
