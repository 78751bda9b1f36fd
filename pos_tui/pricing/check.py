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

Amount = Callable[[int], str]

_YEARS_AHEAD = timedelta(days=3 * 366)


def check_offer(
    offer: Offer, goods: Sequence[Goods], moment: datetime, amount: Amount
) -> list[Goods]:
    """An example basket to which the offer applies. Raises OfferError for what cannot be meant.

    `goods` are the shop's, one piece each; `amount` writes minor units for the sentence, and
    `moment` is now (aware, the shop's zone).
    """
    _check_numbers(offer, amount)
    _check_times(offer, moment)
    rule = Rule(offer, 0)
    inside = [each for each in goods if rule.takes(each.all_terms())]
    if not inside:
        raise OfferError(
            f"“{offer.name}” can never apply: the shop has no goods that it is on"
            f" ({', '.join(_scope(offer))})."
        )
    wrong = below_zero(offer.gives, inside, amount)
    if wrong:
        raise OfferError(f"“{offer.name}” {wrong}.")
    basket = example_basket(offer, inside, moment)
    open_offer = replace(offer, when=ALWAYS, customers=(), coupon="", used=0)
    pricer = price_all(dict(enumerate(basket)), [open_offer], Occasion(moment))
    saved = sum(line.saved for line in pricer.priced.values())
    saved += sum(each.amount for each in pricer.discounts())
    if not saved:
        total = sum(each.gross for each in basket)
        said = ", ".join(f"{each.quantity} x {each.code.lstrip('0')}" for each in basket[:4])
        raise OfferError(
            f"“{offer.name}” can never apply: with {said} for {amount(total)} it saves nothing."
        )
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
                f"“{offer.name}” can never apply: the shop has no goods for {', '.join(group)}."
            )
        dearest = max(those, key=lambda each: (each.unit_price, each.code))
        basket.append(_so_many(dearest, max(1, offer.min_quantity)))
    return basket


def _so_many(goods: Goods, count: int) -> Goods:
    return replace(goods, quantity=Decimal(count))


def _check_numbers(offer: Offer, amount: Amount) -> None:
    wrong = _wrong_number(offer, amount)
    if wrong is None and not offer.name.strip():
        wrong = "it needs a name, which stands on the receipt"
    if wrong is None and offer.limit is not None and offer.limit < 1:
        wrong = "a limit of 0 lets it never apply"
    if wrong is None and offer.limit_total is not None and offer.limit_total < 1:
        wrong = "limit_total = 0 lets it never apply"
    if wrong is None and min(offer.min_quantity, offer.min_amount) < 0:
        wrong = "a least quantity or amount is never below zero"
    if wrong is None and offer.stackable:
        wrong = _wrong_stack(offer)
    if wrong is None and offer.is_basket and offer.same_item:
        wrong = "an offer on the basket does not count each product by itself"
    if wrong is None and offer.same_item and _is_of_several(offer):
        wrong = "what is bought from several groups cannot all be the same item"
    if wrong is not None:
        raise OfferError(f"“{offer.name}”: {wrong}.")


def _is_of_several(offer: Offer) -> bool:
    gives = offer.gives
    return isinstance(gives, MealDeal) or (isinstance(gives, BuyGet) and bool(gives.get_on))


def _wrong_stack(offer: Offer) -> str | None:
    if not isinstance(offer.gives, STACKABLE):
        return "only percent_off, amount_off, near_expiry and basket offers can be stackable"
    if not offer.is_basket and (offer.left is not None or offer.group):
        return "a stackable offer on goods has no limit and no group; it comes on top of the others"
    return None


def _wrong_number(offer: Offer, amount: Amount) -> str | None:
    match offer.gives:
        case PercentOff(percent=percent):
            return _wrong_percent(percent)
        case AmountOff(amount=off):
            return None if off > 0 else "it takes nothing off"
        case NForPrice(count=count):
            return None if count >= 2 else "n for a price needs at least 2 pieces"
        case Tiers(steps=steps):
            counts = [step.count for step in steps]
            if not steps or counts != sorted(set(counts)) or counts[0] < 1:
                return "its steps must rise: count = 3, count = 6, …"
            if any((step.percent is None) == (step.price is None) for step in steps):
                return "each step gives either percent or price"
            percents = [step.percent for step in steps if step.percent is not None]
            return next(filter(None, map(_wrong_percent, percents)), None)
        case BuyGet(buy=buy, get=get, percent=percent):
            if min(buy, get) < 1:
                return "buy and get are 1 at least"
            return _wrong_percent(percent)
        case Nth(nth=nth, percent=percent):
            return "nth is 2 at least" if nth < 2 else _wrong_percent(percent)
        case MealDeal(groups=groups):
            if len(groups) < 2 or not all(groups):
                return "a meal deal needs at least two groups"
        case NearExpiry(steps=near):
            days = [step.days for step in near]
            if not near or len(set(days)) < len(days) or not 0 <= min(days) <= max(days) <= 3650:
                return "each of its steps needs a number of days of its own, from 0 to 3650"
            return next(filter(None, (_wrong_percent(step.percent) for step in near)), None)
        case Threshold(over=over, amount=off, percent=percent, every=every):
            if (off is None) == (percent is None):
                return "it gives either amount or percent"
            if every and (percent is not None or not over):
                return "every needs an amount, and over what"
            if percent is not None:
                return _wrong_percent(percent)
            if off == 0:
                return "it takes nothing off"
            if off is not None and off > over:
                return (
                    f"a basket of {amount(over)} would get {amount(off)} off, which is below zero"
                )
        case SpecialPrice():
            pass
    return None


def _wrong_percent(percent: Decimal) -> str | None:
    if percent > HUNDRED:
        return f"{percent} % off 10.00 would pay the customer; 100 is the most"
    return None if percent > 0 else "0 % takes nothing off"


def _check_times(offer: Offer, moment: datetime) -> None:
    when = offer.when
    if when.recurs:
        try:
            comes = check_recurrence(when, moment.date())
        except ValueError as error:
            raise OfferError(
                f"“{offer.name}”: “{when.recurs}” is no recurrence rule of days; write one like"
                " FREQ=MONTHLY;BYMONTHDAY=8."
            ) from error
        if not comes:
            raise OfferError(f"“{offer.name}” can never apply: {when.recurs} has no day to come.")
    begin, zone = moment, moment.tzinfo
    if when.ends is not None:
        ends = when.ends if when.ends.tzinfo else when.ends.replace(tzinfo=zone)
        if ends <= moment:
            raise OfferError(f"“{offer.name}” can never apply: it has ended on {ends:%d %b %Y}.")
    if when.starts is not None:
        starts = when.starts if when.starts.tzinfo else when.starts.replace(tzinfo=zone)
        if when.ends is not None and ends <= starts:
            raise OfferError(f"“{offer.name}” can never apply: it ends before it starts.")
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
    raise OfferError(f"“{offer.name}” can never apply: no day within three years fits its times.")


def below_zero(gives: Gives, inside: Sequence[Goods], amount: Amount) -> str:
    """Why an offer would pay the customer for one of these goods, with that one; "" if not."""
    if isinstance(gives, PercentOff):
        return _wrong_percent(gives.percent) or ""
    if not isinstance(gives, AmountOff):
        return ""
    cheapest = min(inside, key=lambda each: (each.unit_price, each.code))
    if cheapest.unit_price >= gives.amount:
        return ""
    return (
        f"gives below zero: 1 x {cheapest.code.lstrip('0')} costs {amount(cheapest.unit_price)},"
        f" and {amount(gives.amount)} would come off"
    )


def _scope(offer: Offer) -> Sequence[str]:
    if isinstance(offer.gives, MealDeal):
        return [term for group in offer.gives.groups for term in group]
    return offer.on
