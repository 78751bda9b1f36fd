"""An offer in a sentence: its name, what it gives, on what, to whom, when."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pos_tui.money import Currency, format_amount
from pos_tui.pricing import Offer
from pos_tui.pricing.offer_short import offer_label, offer_name
from pos_tui.pricing.offers import EVERYTHING, BuyGet, MealDeal
from pos_tui.pricing.when import times_of
from pos_tui.tui.pages.offer_fields import steps_of
from pos_tui.wording.current import in_words, say


def words_of(offer: Offer, currency: Currency, name_of: Callable[[str], str]) -> str:
    """An offer in a sentence; `name_of` gives the name of a term such as product:…"""
    first = say("offers_page.named", name=offer.name)
    if offer.name != offer_name(offer.gives, currency):
        label = offer_label(offer.gives, currency)
        first = say("offers_page.named_gives", name=offer.name, gives=label)
    steps = steps_of(offer, currency)
    first += f" ({steps})" if steps else ""
    more = [say("offers_page.and_then", what=what) for what in _more(offer, currency, name_of)]
    scope = scope_of(offer, name_of)
    return say("offers_page.sentence", first=first, scope=scope, rest="".join(more))


def _more(offer: Offer, currency: Currency, name_of: Callable[[str], str]) -> list[str]:
    parts = []
    if isinstance(offer.gives, BuyGet) and offer.gives.get_on:
        parts.append(say("offers_page.is_got", goods=_terms(offer.gives.get_on, name_of)))
    if offer.but:
        parts.append(say("offers_page.not_on", goods=_terms(offer.but, name_of)))
    if offer.customers:
        parts.append(say("offers_page.for", customers=offer.customers))
    if offer.coupon:
        parts.append(say("offers_page.with_coupon", coupon=offer.coupon))
    times = times_of(offer.when)
    if times is not None:
        parts.append(in_words(times))
    if offer.min_quantity:
        parts.append(say("offers_page.when_there_are", number=offer.min_quantity))
    if offer.min_amount:
        amount = format_amount(offer.min_amount, currency)
        parts.append(say("offers_page.when_they_cost", amount=amount))
    if offer.limit is not None:
        parts.append(say("offers_page.limited", number=offer.limit))
    if offer.limit_total is not None:
        parts.append(say("offers_page.used", used=offer.used, total=offer.limit_total))
    if offer.same_item:
        parts.append(say("offers_page.same_item"))
    if offer.stackable:
        parts.append(say("offers_page.on_top"))
    return parts


def scope_of(offer: Offer, name_of: Callable[[str], str], most: int = 12) -> str:
    """What an offer is on; so many of its terms by name, and how many more there are."""
    if isinstance(offer.gives, MealDeal):
        return " + ".join(_terms(group, name_of, most) for group in offer.gives.groups)
    return _terms(offer.on, name_of, most)


def _terms(terms: Sequence[str], name_of: Callable[[str], str], most: int = 12) -> str:
    # A name is looked up in the books, and an offer may be on hundreds of goods.
    named = tuple(
        say("offers_page.everything") if term == EVERYTHING else name_of(term)
        for term in terms[:most]
    )
    goods = say("offers_page.goods", goods=named)
    if len(terms) > most:
        return say("offers_page.and_more", goods=goods, number=len(terms) - most)
    return goods
