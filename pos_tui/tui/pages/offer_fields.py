"""The kinds of offers, the fields of each, and the table of an offer that is typed in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta

from msgspec import Struct

from pos_tui.money import Currency
from pos_tui.pricing import Offer
from pos_tui.pricing.offer_file import KINDS, table_of
from pos_tui.pricing.when import WEEKDAYS
from pos_tui.tui.parts.field_row import AnyField
from pos_tui.tui.parts.fields import (
    YES,
    AmountField,
    DateField,
    FieldError,
    FlagField,
    GoodsField,
    NumberField,
    TextField,
)
from pos_tui.tui.parts.goods_text import codes_text, groups_of, quoted, terms_of
from pos_tui.wording.current import current, say


class OfferKind(Struct, frozen=True):
    """A kind of offer as it is chosen; a preset is a kind with some fields filled in.

    `first` are common fields that stand above the kind's own, and must not be left empty.
    """

    id: str
    kind: str
    filled: Mapping[str, str] = {}
    first: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What it is called."""
        return say(f"offers_page.{self.id}")


OFFER_KINDS = (
    OfferKind("n_for_a_price", "n_for_price"),
    OfferKind("percent_off", "percent_off"),
    OfferKind("amount_off", "amount_off"),
    OfferKind("special_price", "special_price"),
    OfferKind("more_cheaper", "tiers"),
    OfferKind("buy_get", "buy_get"),
    OfferKind("every_nth", "nth"),
    OfferKind("meal_deal", "meal_deal"),
    OfferKind("near_expiry", "near_expiry"),
    OfferKind("off_basket", "basket"),
    OfferKind("member_price", "special_price", {"customers": "member"}, ("customers",)),
    OfferKind("clearance", "special_price"),
    OfferKind("staff_discount", "percent_off", {"customers": "staff"}, ("customers",)),
    OfferKind("with_a_coupon", "basket", {}, ("coupon",)),
)

_GOODS = frozenset({"on", "but", "get_on", "groups"})
_FLAGS = frozenset({"same_item", "stackable", "every", "full_price_only"})
_COUNTS = frozenset(
    {"count", "buy", "get", "nth", "min_quantity", "limit", "limit_total", "priority"}
)
_AMOUNTS = frozenset({"amount", "price", "over", "min_amount"})
_LISTS = frozenset({"on", "but", "get_on", "hours", "customers"})
_COMMON = (
    "name", "on", "starts", "ends", "weekdays", "hours", "customers", "coupon", "min_quantity",
    "min_amount", "limit", "limit_total", "same_item", "stackable", "priority", "group", "recurs",
    "but",
)  # fmt: skip
_STEP_COMMA = re.compile(r"[,，;]\s*(?=\d+\s*[:：])")  # not that of 4,50


def fields_of(kind: OfferKind, currency: Currency) -> list[AnyField]:
    """The fields of a kind, in their order."""
    common = [key for key in _COMMON if key not in kind.first]
    if kind.kind == "meal_deal":  # its groups say what it is on
        common.remove("on")
    return [_field(kind, key, currency) for key in (*kind.first, *KINDS[kind.kind], *common)]


def table_from(kind: OfferKind, texts: Mapping[str, str]) -> dict[str, object]:
    """The table of an offer that these texts mean. Raises FieldError for what has no parts."""
    name = " ".join(texts.get("name", "").split()) or kind.title
    table: dict[str, object] = {"name": name, "kind": kind.kind}
    for key, text in texts.items():
        if key != "name" and text.strip():
            table[key] = _value(kind.kind, key, text.strip())
    return table


def kind_of(offer: Offer, currency: Currency) -> OfferKind:
    """The kind as which an offer is changed."""
    written = table_of(offer, currency)["kind"]
    return next(each for each in OFFER_KINDS if each.kind == written)


def texts_of(offer: Offer, label: str, currency: Currency) -> dict[str, str]:
    """An offer as it is typed; a name that is its label is not typed, and stays a label."""
    texts = {
        key: _text(key, value)
        for key, value in table_of(offer, currency).items()
        if key != "kind" and not (key == "name" and value == label)
    }
    if offer.on == ("all",):
        texts.pop("on", None)
    return texts


def steps_of(offer: Offer, currency: Currency) -> str:
    """The steps of an offer as they are typed; "" for a kind that has none."""
    return _text("steps", table_of(offer, currency).get("steps", ""))


def _field(kind: OfferKind, key: str, currency: Currency) -> AnyField:
    own = f"offers_page.hint_{kind.kind}_{key}"
    hint = say(own if current().knows(own) else f"offers_page.hint_{key}")
    label = say(f"offers_page.label_{key}")
    empty = f"offers_page.empty_{key}"
    empty = say(empty) if current().knows(empty) else ""
    needed = key in kind.first
    if key in _GOODS:
        return GoodsField(id=key, label=label, hint=hint, empty=empty)
    if key in _FLAGS:
        return FlagField(id=key, label=label, hint=hint)
    if key in _COUNTS:
        return NumberField(id=key, label=label, hint=hint)
    if key == "percent":
        return NumberField(id=key, label=label, hint=hint, decimals=4, least=0, most=100)
    if key in _AMOUNTS:
        return AmountField(id=key, label=label, hint=hint, currency=currency)
    if key in {"starts", "ends"}:
        return DateField(id=key, label=label, hint=hint, empty=empty, with_time=True)
    check = {
        "steps": lambda text: list(_steps(kind.kind, text)),
        "weekdays": lambda text: list(_weekdays(text)),
    }.get(key)
    return TextField(id=key, label=label, hint=hint, empty=empty, needed=needed, check=check)


# ---- texts to values -------------------------------------------------------------------------


def _value(kind: str, key: str, text: str) -> object:
    if key in _FLAGS:
        return True
    if key in _COUNTS:
        return _whole(text)
    if key == "percent":
        return _percent(text)
    if key == "steps":
        return list(_steps(kind, text))
    if key == "groups":
        return [terms_of(group) for group in groups_of(text)]
    if key == "weekdays":
        return list(_weekdays(text))
    return terms_of(text) if key in _LISTS else text


def _whole(text: str) -> object:
    """A whole number, or the text, of which the offer's reader says what is wrong."""
    return int(text) if re.fullmatch(r"[+-]?\d{1,9}", text, re.ASCII) else text


def _percent(text: str) -> str:
    return text.rstrip("%％").rstrip().replace(",", ".")


def _steps(kind: str, text: str) -> Iterator[dict[str, object]]:
    for part in _STEP_COMMA.split(text):
        count, colon, gives = (each.strip() for each in part.replace("：", ":").partition(":"))
        if not (colon and count and gives):
            example = say(f"offers_page.steps_example_{kind}")
            raise FieldError("offers_page.not_a_step", text=part.strip(), example=example)
        if kind == "near_expiry":
            yield {"days": _whole(count), "percent": _percent(gives)}
        elif gives.endswith(("%", "％")):
            yield {"count": _whole(count), "percent": _percent(gives)}
        else:
            yield {"count": _whole(count), "price": gives}


def _weekdays(text: str) -> Iterator[str]:
    """Each day; "mon-fri" and "sat - mon" are the days from one to the other."""
    for word in re.sub(r"\s*[-–]\s*", "-", text).replace("，", ",").replace(",", " ").split():
        first, dash, last = word.lower().partition("-")
        if first[:3] not in WEEKDAYS or (dash and last[:3] not in WEEKDAYS):
            raise FieldError("offers_page.not_weekdays", text=word)
        begin = end = WEEKDAYS.index(first[:3])
        if dash:
            end = WEEKDAYS.index(last[:3])
        for day in range(begin, end + 1 if end >= begin else end + 8):
            yield WEEKDAYS[day % 7]


# ---- values to texts -------------------------------------------------------------------------


def _text(key: str, value: object) -> str:
    if isinstance(value, bool):
        return YES if value else ""
    if isinstance(value, datetime):
        return _moment(value, end=key == "ends")
    if isinstance(value, list):
        if key == "groups":
            return " / ".join(codes_text(group) for group in value)
        if key == "steps":
            return ", ".join(_step(step) for step in value)
        return codes_text(value) if key in _GOODS else ", ".join(quoted(str(x)) for x in value)
    return str(value)


def _step(step: Mapping[str, object]) -> str:
    count = step.get("count", step.get("days"))
    return f"{count}: {step['percent']}%" if "percent" in step else f"{count}: {step['price']}"


def _moment(at: datetime, *, end: bool) -> str:
    """As it is typed: a day where it is midnight of the shop's time, an end's the day before."""
    if at.tzinfo is None and at.time() == time(0):
        return f"{at - timedelta(days=1) if end else at:%Y-%m-%d}"
    return at.isoformat(sep=" ", timespec="auto" if at.second or at.microsecond else "minutes")
