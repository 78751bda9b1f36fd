"""Offers are checked when they are saved: what can never apply, or would pay the customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from pos_tui.pricing.offers import (
    HUNDRED,
    STACKABLE,
    AmountOff,
    BuyGet,
    Gives,
    Goods,
    MealDeal,
    NearExpiry,
    NForPrice,
    Nth,
    Occasion,
    Offer,
    OfferError,
    PercentOff,
    SpecialPrice,
    Threshold,
    Tiers,
    is_on,
)
from pos_tui.pricing.pricer import price_all
from pos_tui.pricing.units import Rule
from pos_tui.pricing.when import ALWAYS, check_recurrence, holds_at
from pos_tui.reasons import Reason, because

Amount = Callable[[int], str]

_MOST_PIECES = 1000
_YEARS_AHEAD = timedelta(days=3 * 366)


def check_offer(
    offer: Offer, goods: Sequence[Goods], moment: datetime, amount: Amount
) -> list[Goods]:
    """An example basket to which the offer applies. Raises OfferError for what cannot be meant.

    `goods` are the shop's, one piece each; `amount` writes minor units for a reason, and
    `moment` is now (aware, the shop's zone).
    """
    _check_numbers(offer, amount)
    _check_times(offer, moment)
    rule = Rule(offer, 0)
    inside = [each for each in goods if rule.includes(each.all_terms())]
    if not inside:
        raise OfferError("offer.without_goods", field="on", name=offer.name, terms=_scope(offer))
    wrong = below_zero(offer.gives, inside, amount)
    if wrong is not None:
        raise OfferError(
            "offer.wrong_for_goods", name=offer.name, why=wrong, field=_field_of(wrong)
        )
    basket = example_basket(offer, inside, moment)
    if max(each.quantity for each in basket) > _MOST_PIECES:
        raise OfferError("offer.too_many_pieces", name=offer.name, most=_MOST_PIECES)
    open_offer = replace(offer, when=ALWAYS, customers=(), coupon="", used=0)
    pricer = price_all(dict(enumerate(basket)), [open_offer], Occasion(moment))
    saved = sum(line.saved for line in pricer.priced.values())
    saved += sum(each.amount for each in pricer.discounts())
    if not saved:
        total = sum(each.gross for each in basket)
        tried = tuple(f"{each.quantity} x {each.code.lstrip('0')}" for each in basket[:4])
        raise OfferError("offer.saves_nothing", name=offer.name, goods=tried, amount=amount(total))
    return basket


def example_basket(offer: Offer, inside: Sequence[Goods], moment: datetime) -> list[Goods]:
    """A small basket that should get the offer, of the dearest goods it is on."""
    dearest = max(inside, key=lambda each: (each.unit_price, each.code))
    count = max(offer.min_quantity, 1)
    gives = offer.gives
    if isinstance(gives, MealDeal):
        return _one_of_each(offer, gives, inside)
    if isinstance(gives, BuyGet):
        if gives.get_on:
            bought = [each for each in inside if is_on(offer.on, offer.but, each.all_terms())]
            got = [each for each in inside if is_on(gives.get_on, offer.but, each.all_terms())]
            if not bought or not got:
                return [_so_many(dearest, 1)]
            buy = max(gives.buy, count)
            first = max(bought, key=lambda each: (each.unit_price, each.code))
            second = max(got, key=lambda each: (each.unit_price, each.code))
            return [_so_many(first, buy), _so_many(second, gives.get)]
        count = max(count, gives.buy + gives.get)
    elif isinstance(gives, NForPrice):
        count = max(count, gives.count)
    elif isinstance(gives, Nth):
        count = max(count, gives.nth)
    elif isinstance(gives, Tiers):
        count = max(count, gives.steps[-1].count)
    elif isinstance(gives, NearExpiry):
        days = min(step.days for step in gives.steps)
        dearest = replace(dearest, good_until=moment.date() + timedelta(days=days))
    over = gives.over if isinstance(gives, Threshold) else 0
    needed = max(over, offer.min_amount)
    if needed and dearest.unit_price:
        count = max(count, -(-needed // dearest.unit_price))
    return [_so_many(dearest, count)]


def _one_of_each(offer: Offer, gives: MealDeal, inside: Sequence[Goods]) -> list[Goods]:
    basket = []
    for group in gives.groups:
        those = [each for each in inside if is_on(group, offer.but, each.all_terms())]
        if not those:
            raise OfferError(
                "offer.group_without_goods", field="groups", name=offer.name, terms=group
            )
        dearest = max(those, key=lambda each: (each.unit_price, each.code))
        basket.append(_so_many(dearest, max(1, offer.min_quantity)))
    return basket


def _so_many(goods: Goods, count: int) -> Goods:
    return replace(goods, quantity=Decimal(count))


def _check_numbers(offer: Offer, amount: Amount) -> None:
    wrong = _wrong_number(offer, amount)
    if wrong is None and not offer.name.strip():
        wrong = _wrong("no_name", "name")
    if wrong is None and offer.limit is not None and offer.limit < 1:
        wrong = _wrong("no_limit", "limit")
    if wrong is None and offer.limit_total is not None and offer.limit_total < 1:
        wrong = _wrong("no_limit_total", "limit_total")
    if wrong is None and min(offer.min_quantity, offer.min_amount) < 0:
        key = "min_quantity" if offer.min_quantity < 0 else "min_amount"
        wrong = _wrong("least_below_zero", key)
    if wrong is None and offer.stackable:
        wrong = _wrong_stack(offer)
    if wrong is None and offer.is_basket and offer.same_item:
        wrong = _wrong("basket_of_same_item", "same_item")
    if wrong is None and offer.same_item and _is_of_several(offer):
        wrong = _wrong("several_of_same_item", "same_item")
    if wrong is not None:
        raise OfferError("offer.wrong", name=offer.name, why=wrong, field=_field_of(wrong))


def _wrong(kind: str, field: str) -> Reason:
    return because(f"offer.{kind}", field=field)


def _field_of(wrong: Reason) -> str:
    return str(wrong.values["field"])


def _is_of_several(offer: Offer) -> bool:
    gives = offer.gives
    return isinstance(gives, MealDeal) or (isinstance(gives, BuyGet) and bool(gives.get_on))


def _wrong_stack(offer: Offer) -> Reason | None:
    if not isinstance(offer.gives, STACKABLE):
        return _wrong("not_stackable", "stackable")
    if not offer.is_basket and (offer.left is not None or offer.group):
        return _wrong("stackable_with_limit", "stackable")
    return None


def _wrong_number(offer: Offer, amount: Amount) -> Reason | None:
    match offer.gives:
        case PercentOff(percent=percent):
            return _wrong_percent(percent)
        case AmountOff(amount=off):
            return None if off > 0 else _wrong("takes_nothing_off", "amount")
        case NForPrice(count=count):
            return None if count >= 2 else _wrong("n_for_price_of_two", "count")
        case Tiers(steps=steps):
            counts = [step.count for step in steps]
            if not steps or counts != sorted(set(counts)) or counts[0] < 1:
                return _wrong("steps_rise", "steps")
            if any((step.percent is None) == (step.price is None) for step in steps):
                return _wrong("step_gives_one", "steps")
            percents = [step.percent for step in steps if step.percent is not None]
            return next(filter(None, (_wrong_percent(each, "steps") for each in percents)), None)
        case BuyGet(buy=buy, get=get, percent=percent):
            if min(buy, get) < 1:
                return _wrong("buy_and_get", "buy" if buy < 1 else "get")
            return _wrong_percent(percent)
        case Nth(nth=nth, percent=percent):
            return _wrong("nth_of_two", "nth") if nth < 2 else _wrong_percent(percent)
        case MealDeal(groups=groups):
            if len(groups) < 2 or not all(groups):
                return _wrong("two_groups", "groups")
        case NearExpiry(steps=near):
            days = [step.days for step in near]
            if not near or len(set(days)) < len(days) or not 0 <= min(days) <= max(days) <= 3650:
                return _wrong("days_of_steps", "steps")
            parts = [step.percent for step in near]
            return next(filter(None, (_wrong_percent(each, "steps") for each in parts)), None)
        case Threshold(over=over, amount=off, percent=percent, every=every):
            if (off is None) == (percent is None):
                return _wrong("amount_or_percent", "amount")
            if every and (percent is not None or not over):
                return _wrong("every_needs", "every")
            if percent is not None:
                return _wrong_percent(percent)
            if off == 0:
                return _wrong("takes_nothing_off", "amount")
            if off is not None and off > over:
                return because(
                    "offer.basket_below_zero", field="amount", over=amount(over), off=amount(off)
                )
        case SpecialPrice():
            pass
    return None


def _wrong_percent(percent: Decimal, field: str = "percent") -> Reason | None:
    if percent > HUNDRED:
        return because("offer.percent_too_high", field=field, percent=percent)
    return None if percent > 0 else _wrong("percent_of_nothing", field)


def _check_times(offer: Offer, moment: datetime) -> None:
    when = offer.when
    if when.recurs:
        try:
            comes = check_recurrence(when, moment.date())
        except ValueError as error:
            raise OfferError(
                "offer.no_recurrence", field="recurs", name=offer.name, rule=when.recurs
            ) from error
        if not comes:
            raise OfferError(
                "offer.no_day_to_come", field="recurs", name=offer.name, rule=when.recurs
            )
    begin, zone = moment, moment.tzinfo
    if when.ends is not None:
        ends = when.ends if when.ends.tzinfo else when.ends.replace(tzinfo=zone)
        if ends <= moment:
            raise OfferError("offer.has_ended", field="ends", name=offer.name, day=ends.date())
    if when.starts is not None:
        starts = when.starts if when.starts.tzinfo else when.starts.replace(tzinfo=zone)
        if when.ends is not None and ends <= starts:
            raise OfferError("offer.ends_before", field="ends", name=offer.name)
        begin = max(begin, starts)
    if not (when.weekdays or when.recurs or when.hours):
        return
    tried = begin
    while tried < begin + _YEARS_AHEAD:
        day = tried.replace(hour=0, minute=0, second=0, microsecond=0)
        times = [day.replace(hour=each.since.hour, minute=each.since.minute) for each in when.hours]
        if any(holds_at(when, at) for at in (tried, *(times or [day.replace(hour=12)]))):
            return
        tried = day + timedelta(days=1)
    raise OfferError("offer.no_day_fits", name=offer.name)


def below_zero(gives: Gives, inside: Sequence[Goods], amount: Amount) -> Reason | None:
    """Why an offer would pay the customer for one of these goods, with that one; None if not."""
    if isinstance(gives, PercentOff):
        return _wrong_percent(gives.percent)
    if not isinstance(gives, AmountOff):
        return None
    cheapest = min(inside, key=lambda each: (each.unit_price, each.code))
    if cheapest.unit_price >= gives.amount:
        return None
    return because(
        "offer.below_zero",
        field="amount", code=cheapest.code.lstrip("0"), price=amount(cheapest.unit_price),
        off=amount(gives.amount),
    )  # fmt: skip


def _scope(offer: Offer) -> tuple[str, ...]:
    if isinstance(offer.gives, MealDeal):
        return tuple(term for group in offer.gives.groups for term in group)
    return offer.on
