"""What an offer gives, in short: as people write it in a column, as a label, and as a name."""

from __future__ import annotations

import re
from decimal import Decimal

from pos_tui.money import Currency, format_amount
from pos_tui.pricing.offer_file import gives_of
from pos_tui.pricing.offers import (
    AmountOff,
    BuyGet,
    Gives,
    MealDeal,
    NearExpiry,
    NForPrice,
    Nth,
    OfferError,
    PercentOff,
    SpecialPrice,
    Threshold,
    Tiers,
)
from pos_tui.reasons import Reason, ReasonValue, because

_SHORT: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("percent_off", re.compile(r"[-−]\s*(?P<value>[\d.]+)\s*%")),
    ("amount_off", re.compile(r"[-−]\s*(?P<value>[\d.]+)")),
    ("special_price", re.compile(r"=\s*(?P<value>[\d.]+)")),
    ("n_for_price", re.compile(r"(?P<count>\d{1,3})\s*(?:for|=)\s*(?P<value>[\d.]+)")),
)


def parse_offer(text: str, currency: Currency) -> Gives:
    """What an offer gives, in short: "-10%", "-3.00", "=4.50" (special price), "2 for 6.00".

    Raises OfferError.
    """
    for kind, written in _SHORT:
        match = written.fullmatch(text.strip())
        if match is None:
            continue
        key = {"percent_off": "percent", "amount_off": "amount"}.get(kind, "price")
        fields: dict[str, object] = {"name": text.strip(), key: match["value"]}
        if kind == "n_for_price":
            count = int(match["count"])
            fields["count"] = count
            if match["value"].isdigit() and int(match["value"]) <= count:
                raise OfferError("offer.pieces_or_price", text=text.strip())
        return gives_of(kind, fields, currency)
    raise OfferError("offer.no_short", text=text)


_NAMES = {
    "percent_off": "−{percent} %",
    "amount_off": "−{amount}",
    "special_price": "now {price}",
    "tiers": "from {count}",
    "n_for_price": "{count} for {price}",
    "buy_get_free": "{buy}+{get}",
    "buy_get": "{buy}+{get} −{percent} %",
    "nth": "{nth}. −{percent} %",
    "meal_deal": "deal {price}",
    "near_expiry": "near expiry",
    "basket_percent": "−{percent} % from {over}",
    "basket_amount": "−{amount} from {over}",
}


def offer_label(gives: Gives, currency: Currency) -> Reason:
    """What an offer gives in a few characters, for a narrow column: "−10 %", "2 for 6"."""
    kind, values = _in_short(gives, currency)
    return because(f"offer.label_{kind}", **values)


def offer_name(gives: Gives, currency: Currency) -> str:
    """The name that the books keep for an offer to which nobody gave one: "−10 %", "2 for 6".

    It must not change with the language: the same offer keeps its name.
    """
    kind, values = _in_short(gives, currency)
    return _NAMES[kind].format(**values)


def _in_short(gives: Gives, currency: Currency) -> tuple[str, dict[str, ReasonValue]]:
    def amount(minor: int) -> str:
        text = format_amount(minor, currency)
        return text.partition(".")[0] if minor % 10**currency.exponent == 0 else text

    def number(percent: Decimal) -> str:
        return f"{percent.normalize():f}"

    match gives:
        case PercentOff(percent=percent):
            return "percent_off", {"percent": number(percent)}
        case AmountOff(amount=off):
            return "amount_off", {"amount": amount(off)}
        case SpecialPrice(price=price):
            return "special_price", {"price": amount(price)}
        case Tiers(steps=steps):
            return "tiers", {"count": steps[0].count if steps else 1}
        case NForPrice(count=count, price=price):
            return "n_for_price", {"count": count, "price": amount(price)}
        case BuyGet(buy=buy, get=get, percent=percent):
            kind = "buy_get_free" if percent == 100 else "buy_get"
            return kind, {"buy": buy, "get": get, "percent": number(percent)}
        case Nth(nth=nth, percent=percent):
            return "nth", {"nth": nth, "percent": number(percent)}
        case MealDeal(price=price):
            return "meal_deal", {"price": amount(price)}
        case NearExpiry():
            return "near_expiry", {}
        case Threshold(over=over, amount=off, percent=percent):
            if percent is not None:
                return "basket_percent", {"percent": number(percent), "over": amount(over)}
            return "basket_amount", {"amount": amount(off or 0), "over": amount(over)}
