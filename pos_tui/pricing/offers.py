"""Offers: what is given, on what, to whom, when, and with what else."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct

from pos_tui.money import round_half_up
from pos_tui.pricing.when import ALWAYS, When, holds_at
from pos_tui.reasons import ReasonError

HUNDRED = Decimal(100)
EVERYTHING = "all"


class OfferError(ReasonError):
    """An offer that cannot be meant; its reason is for whoever set it.

    Where one key of the offer's table is wrong, the reason's value `field` names it.
    """


# ---- what is given; amounts in minor units, percentages as Decimal -------------------------------


class PercentOff(Struct, frozen=True, tag_field="kind", tag="percent_off"):
    """So many percent off each unit."""

    percent: Decimal


class AmountOff(Struct, frozen=True, tag_field="kind", tag="amount_off"):
    """An amount off each unit; a unit never costs less than nothing."""

    amount: int


class SpecialPrice(Struct, frozen=True, tag_field="kind", tag="special_price"):
    """A price for each unit that is lower than the usual one."""

    price: int


class TierStep(Struct, frozen=True):
    """From so many on: percent off, or a price for each, whichever is set."""

    count: int
    percent: Decimal | None = None
    price: int | None = None


class Tiers(Struct, frozen=True, tag_field="kind", tag="tiers"):
    """The more are bought, the better the price of every one of them; steps rise in count."""

    steps: tuple[TierStep, ...]


class NForPrice(Struct, frozen=True, tag_field="kind", tag="n_for_price"):
    """So many, of whatever the offer is on, for one price: 3 for 10, mix and match."""

    count: int
    price: int


class BuyGet(Struct, frozen=True, tag_field="kind", tag="buy_get"):
    """Buy so many, get so many more at a discount (100 %: free): the cheapest of each group.

    `get_on` names what is got where that is something else than what is bought.
    """

    buy: int
    get: int
    percent: Decimal = HUNDRED
    get_on: tuple[str, ...] = ()


class Nth(Struct, frozen=True, tag_field="kind", tag="nth"):
    """Every nth at a discount, the cheapest of each n: second half price (第二件半价)."""

    nth: int
    percent: Decimal


class MealDeal(Struct, frozen=True, tag_field="kind", tag="meal_deal"):
    """One of each group together for one price; a group is a scope of its own."""

    groups: tuple[tuple[str, ...], ...]
    price: int


class NearExpiryStep(Struct, frozen=True):
    """From so many days before the last good day on (0: on that day): percent off."""

    days: int
    percent: Decimal


class NearExpiry(Struct, frozen=True, tag_field="kind", tag="near_expiry"):
    """The nearer the last good day, the more off."""

    steps: tuple[NearExpiryStep, ...]


class Threshold(Struct, frozen=True, tag_field="kind", tag="basket"):
    """Off the basket once it reaches `over` (满减): an amount, also per every `over`, or percent.

    Counts the goods the offer is on at what they cost after the offers on goods;
    `full_price_only` leaves out those that have an offer already.
    """

    over: int = 0
    amount: int | None = None
    percent: Decimal | None = None
    every: bool = False
    full_price_only: bool = False


Gives = (
    PercentOff
    | AmountOff
    | SpecialPrice
    | Tiers
    | NForPrice
    | BuyGet
    | Nth
    | MealDeal
    | NearExpiry
    | Threshold
)
BUNDLES = (NForPrice, BuyGet, Nth, MealDeal)
STACKABLE = (PercentOff, AmountOff, NearExpiry, Threshold)


class Offer(Struct, frozen=True, kw_only=True):
    """A set offer.

    `on` and `but` hold terms: "all", "product:CODE", "category:x", "brand:x", "supplier:x",
    "tag:x". `customers` are groups of which the customer must be in one. `coupon` is the code that
    must be scanned. `group`: of the offers of one group only one applies in a sale. `limit` is how
    often it applies in a sale (units, or bundles), `limit_total` how often ever, of which `used`
    are gone. `same_item` counts each product by itself.
    """

    id: int = 0
    name: str
    gives: Gives
    on: tuple[str, ...] = (EVERYTHING,)
    but: tuple[str, ...] = ()
    when: When = ALWAYS
    customers: tuple[str, ...] = ()
    coupon: str = ""
    min_quantity: int = 0
    min_amount: int = 0
    limit: int | None = None
    limit_total: int | None = None
    used: int = 0
    same_item: bool = False
    priority: int = 0
    group: str = ""
    stackable: bool = False

    @property
    def is_basket(self) -> bool:
        """Whether it takes from the basket, not from single goods."""
        return isinstance(self.gives, Threshold)

    @property
    def left(self) -> int | None:
        """How often it may still apply in a sale; None where there is no limit."""
        if self.limit_total is None:
            return self.limit
        rest = max(self.limit_total - self.used, 0)
        return rest if self.limit is None else min(rest, self.limit)


class Occasion(Struct, frozen=True):
    """The circumstances of a sale: an aware moment in the shop's zone, the groups its customer is
    in, and the coupons that were scanned.
    """

    moment: datetime
    customer_groups: frozenset[str] = frozenset()
    coupons: frozenset[str] = frozenset()


class Goods(Struct, frozen=True):
    """So many units of one product at one price, as offers look at them.

    `terms` are the product's category, brand, supplier and tags; `good_until` its last good day.
    by_label: the unit price is a label's, for what it weighs; only percentages and offers on the
    basket can be meant of that. is_deposit: it is paid back in full, so nothing ever comes off it.
    """

    code: str
    unit_price: int
    quantity: Decimal
    terms: tuple[str, ...] = ()
    good_until: date | None = None
    lot: str = ""
    by_label: bool = False
    is_deposit: bool = False

    @property
    def gross(self) -> int:
        """What they cost without any offer: rounded half up, once."""
        return round_half_up(self.unit_price * self.quantity)

    def all_terms(self) -> frozenset[str]:
        """Every term that an offer on these goods may name; none of a deposit."""
        if self.is_deposit:
            return frozenset()
        return frozenset((EVERYTHING, f"product:{self.code}", *self.terms))


def pieces_of(gives: Gives) -> int:
    """How many pieces one use of an offer takes."""
    match gives:
        case NForPrice(count=count):
            return count
        case BuyGet(buy=buy, get=get):
            return buy + get
        case Nth(nth=nth):
            return nth
        case MealDeal(groups=groups):
            return len(groups)
    return 1


def is_on(on: tuple[str, ...], but: tuple[str, ...], terms: frozenset[str]) -> bool:
    """Whether goods with these terms are in a scope."""
    return not terms.isdisjoint(on) and terms.isdisjoint(but)


def may_be_by_label(gives: Gives) -> bool:
    """Whether an offer can be meant of goods that a label prices by what they weigh."""
    if isinstance(gives, Tiers):
        return all(step.percent is not None for step in gives.steps)
    return isinstance(gives, PercentOff | NearExpiry | Threshold)


def is_open(offer: Offer, occasion: Occasion) -> bool:
    """Whether an offer may apply on this occasion at all, whatever the goods."""
    if offer.customers and occasion.customer_groups.isdisjoint(offer.customers):
        return False
    if offer.coupon and offer.coupon not in occasion.coupons:
        return False
    if offer.left == 0:
        return False
    return holds_at(offer.when, occasion.moment)
