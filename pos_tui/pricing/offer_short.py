"""What an offer gives in a few characters, as people write it in a column: "2 for 6", "−10 %"."""

from __future__ import annotations

import re

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
            fields["count"] = int(match["count"])
        return gives_of(kind, fields, currency)
    raise OfferError(f"“{text}” is no offer; write it like -10%, -3.00, =4.50 or 2 for 6.00.")


def offer_label(gives: Gives, currency: Currency) -> str:
    """What an offer gives in a few characters, for a narrow column: "−10 %", "2 for 6"."""

    def amount(minor: int) -> str:
        text = format_amount(minor, currency)
        return text.partition(".")[0] if minor % 10**currency.exponent == 0 else text

    match gives:
        case PercentOff(percent=percent):
            return f"−{percent.normalize():f} %"
        case AmountOff(amount=off):
            return f"−{amount(off)}"
        case SpecialPrice(price=price):
            return f"now {amount(price)}"
        case Tiers(steps=steps):
            return f"from {steps[0].count}" if steps else "tiers"
        case NForPrice(count=count, price=price):
            return f"{count} for {amount(price)}"
        case BuyGet(buy=buy, get=get, percent=percent):
            return f"{buy}+{get}" if percent == 100 else f"{buy}+{get} −{percent.normalize():f} %"
        case Nth(nth=nth, percent=percent):
            return f"{nth}. −{percent.normalize():f} %"
        case MealDeal(price=price):
            return f"deal {amount(price)}"
        case NearExpiry():
            return "near expiry"
        case Threshold(over=over, amount=off, percent=percent):
            what = f"−{percent.normalize():f} %" if percent is not None else f"−{amount(off or 0)}"
            return f"{what} from {amount(over)}"
