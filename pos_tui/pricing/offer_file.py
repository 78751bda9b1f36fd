"""Offers as people write them: TOML tables, amounts in major units."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeVar

import msgspec

from pos_tui.money import AmountError, Currency, format_amount, parse_amount
from pos_tui.pricing.offers import (
    EVERYTHING,
    AmountOff,
    BuyGet,
    Gives,
    MealDeal,
    NearExpiry,
    NearExpiryStep,
    NForPrice,
    Nth,
    Offer,
    OfferError,
    PercentOff,
    SpecialPrice,
    Threshold,
    Tiers,
    TierStep,
)
from pos_tui.pricing.when import WEEKDAYS, Hours, When
from pos_tui.reasons import Reason, ReasonValue, because, plain

KINDS: dict[str, tuple[str, ...]] = {
    "percent_off": ("percent",),
    "amount_off": ("amount",),
    "special_price": ("price",),
    "tiers": ("steps",),
    "n_for_price": ("count", "price"),
    "buy_get": ("buy", "get", "percent", "get_on"),
    "nth": ("nth", "percent"),
    "meal_deal": ("groups", "price"),
    "near_expiry": ("steps",),
    "basket": ("over", "amount", "percent", "every", "full_price_only"),
}
COMMON = (
    "name", "kind", "on", "but", "starts", "ends", "weekdays", "hours", "recurs", "customers",
    "coupon", "min_quantity", "min_amount", "limit", "limit_total", "same_item", "priority",
    "group", "stackable",
)  # fmt: skip
MOST_COUNTED = 1_000_000
"""The largest whole number in an offer; what is above it was not meant."""
_FIRST_YEAR, _LAST_YEAR = 2000, 2200
_LONGEST_SHOWN = 120
_PREFIXES = ("product:", "category:", "brand:", "supplier:", "tag:")
_HOURS = re.compile(r"(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})", re.ASCII)
_Value = TypeVar("_Value")


# ---- reading ---------------------------------------------------------------------------------


def read_offers(text: str, currency: Currency) -> list[Offer]:
    """The offers of a TOML file of `[[offer]]` tables. Raises OfferError."""
    try:
        tables = tomllib.loads(text, parse_float=Decimal)
    except RecursionError as error:
        raise OfferError("offer.nested_too_deep") from error
    except (ValueError, InvalidOperation) as error:  # not TOML, or a number beyond all bounds
        raise OfferError("offer.no_toml", why=plain(str(error))) from error
    unknown = tuple(sorted(set(tables) - {"offer"}))
    if unknown:
        raise OfferError("offer.no_such_table", table=unknown)
    found = tables.get("offer", [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise OfferError("offer.two_brackets")
    return [offer_of(table, currency) for table in found]


def offer_of(table: Mapping[str, object], currency: Currency) -> Offer:
    """One offer from its table. Raises OfferError with the key that is wrong."""
    fields = _Fields(table, currency)
    name = fields.text("name")
    if not name:
        raise OfferError("offer.without_name", field="name")
    kind = fields.text("kind")
    if kind not in KINDS:
        raise OfferError(
            "offer.no_such_kind", field="kind", name=name, wrong=kind, kinds=tuple(KINDS)
        )
    unknown = sorted(set(table) - set(COMMON) - set(KINDS[kind]))
    if unknown:
        raise OfferError(
            "offer.no_such_key", field=unknown[0], name=name, of_kind=kind, keys=KINDS[kind]
        )
    for key in ("on", "coupon"):
        if key in table and not (fields.words(key) if key == "on" else fields.text(key)):
            raise OfferError("offer.empty", field=key, name=name)
    return Offer(
        name=name,
        gives=_gives(kind, fields),
        on=fields.terms("on") or (EVERYTHING,),
        but=fields.terms("but"),
        when=_when(fields),
        customers=tuple(each.lower() for each in fields.words("customers")),
        coupon=fields.text("coupon").upper(),
        min_quantity=fields.count("min_quantity") or 0,
        min_amount=fields.money("min_amount") or 0,
        limit=fields.count("limit"),
        limit_total=fields.count("limit_total"),
        same_item=fields.flag("same_item"),
        priority=fields.count("priority") or 0,
        group=fields.text("group"),
        stackable=fields.flag("stackable"),
    )


def gives_of(kind: str, table: Mapping[str, object], currency: Currency) -> Gives:
    """What an offer of a kind gives, from its table. Raises OfferError."""
    return _gives(kind, _Fields(table, currency))


def term_of(text: str) -> str:
    """A term as offers keep it: "all", or with its prefix; anything else is an item code."""
    text = text.strip()
    if text.lower() == EVERYTHING:
        return EVERYTHING
    for prefix in _PREFIXES:
        if text.lower().startswith(prefix):
            value = text[len(prefix) :].strip()
            return prefix + (_code(value) if prefix == "product:" else value.casefold())
    return f"product:{_code(text)}"


def _code(text: str) -> str:
    """An item code as the books keep it: a GTIN in 14 digits, a house code in capitals."""
    if text.isascii() and text.isdigit() and len(text) in {8, 12, 13}:
        return text.zfill(14)
    return text.upper()


def _gives(kind: str, fields: _Fields) -> Gives:
    if kind == "percent_off":
        return PercentOff(fields.needed("percent", fields.percent))
    if kind == "amount_off":
        return AmountOff(fields.needed("amount", fields.money))
    if kind == "special_price":
        return SpecialPrice(fields.needed("price", fields.money))
    if kind == "tiers":
        return Tiers(tuple(_step(each) for each in fields.tables("steps")))
    if kind == "n_for_price":
        return NForPrice(fields.needed("count", fields.count), fields.needed("price", fields.money))
    if kind == "buy_get":
        percent = fields.percent("percent")
        return BuyGet(
            fields.needed("buy", fields.count),
            fields.needed("get", fields.count),
            Decimal(100) if percent is None else percent,
            fields.terms("get_on"),
        )
    if kind == "nth":
        return Nth(fields.needed("nth", fields.count), fields.needed("percent", fields.percent))
    if kind == "meal_deal":
        return MealDeal(fields.groups("groups"), fields.needed("price", fields.money))
    if kind == "near_expiry":
        return NearExpiry(
            tuple(
                NearExpiryStep(
                    each.needed("days", each.count), each.needed("percent", each.percent)
                )
                for each in fields.tables("steps")
            )
        )
    return Threshold(
        fields.money("over") or 0,
        fields.money("amount"),
        fields.percent("percent"),
        fields.flag("every"),
        fields.flag("full_price_only"),
    )


def _step(fields: _Fields) -> TierStep:
    count = fields.needed("count", fields.count)
    return TierStep(count, fields.percent("percent"), fields.money("price"))


def _when(fields: _Fields) -> When:
    days = []
    for word in fields.words("weekdays"):
        if word[:3].lower() not in WEEKDAYS:
            raise OfferError("offer.no_weekday", field="weekdays", name=fields.name, word=word)
        days.append(WEEKDAYS.index(word[:3].lower()))
    return When(
        starts=fields.moment("starts"),
        ends=fields.moment("ends", end=True),
        weekdays=tuple(sorted(set(days))),
        hours=tuple(_hours(fields.name, each) for each in fields.words("hours")),
        recurs=fields.text("recurs"),
    )


def _hours(name: str, text: str) -> Hours:
    match = _HOURS.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        since, until = (time.fromisoformat(each.zfill(5)) for each in match.groups())
    except ValueError as error:
        raise OfferError("offer.no_hours", field="hours", name=name, text=text) from error
    return Hours(since, until)


class _Fields:
    """A table's values, each read as what it must be; an error names the offer and the key."""

    def __init__(self, table: Mapping[str, object], currency: Currency, name: str = "") -> None:
        self._table = table
        self._currency = currency
        self.name = name or ascii(table.get("name", "")).strip("'\"")
        if isinstance(table.get("name"), str) and str(table["name"]).isprintable():
            self.name = name or str(table["name"])

    def _wrong(self, key: str, expected: str, **values: ReasonValue) -> OfferError:
        return self._refused("offer.wrong_value", key, because(f"offer.write_{expected}", **values))

    def _refused(self, kind: str, key: str, why: Reason) -> OfferError:
        shown = ascii(self._table[key])
        if len(shown) > _LONGEST_SHOWN:
            shown = f"{shown[:_LONGEST_SHOWN]}..."
        return OfferError(kind, field=key, name=self.name, value=shown, why=why)

    def needed(self, key: str, read: Callable[[str], _Value | None]) -> _Value:
        value = read(key)
        if value is None:
            raise OfferError("offer.missing", field=key, name=self.name)
        return value

    def text(self, key: str) -> str:
        value = self._table.get(key, "")
        if not isinstance(value, str) or not value.isprintable():
            raise self._wrong(key, "quoted")
        return " ".join(value.split())

    def flag(self, key: str) -> bool:
        value = self._table.get(key, False)
        if not isinstance(value, bool):
            raise self._wrong(key, "flag")
        return value

    def count(self, key: str) -> int | None:
        value = self._table.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(key, "whole_number")
        if abs(value) > MOST_COUNTED:
            raise self._wrong(key, "smaller_number", most=MOST_COUNTED)
        return value

    def percent(self, key: str) -> Decimal | None:
        value = self._table.get(key)
        if value is None:
            return None
        try:
            if isinstance(value, bool | float):
                raise self._wrong(key, "percent")
            percent = Decimal(str(value))
        except InvalidOperation as error:
            raise self._wrong(key, "percent") from error
        if not percent.is_finite() or not -4 <= int(percent.as_tuple().exponent) <= 4:
            raise self._wrong(key, "percent_decimals")
        if abs(percent) > MOST_COUNTED:
            raise self._wrong(key, "percent")
        return percent

    def money(self, key: str) -> int | None:
        value = self._table.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            raise self._wrong(key, "amount")
        try:
            return parse_amount(f"{value:f}" if isinstance(value, Decimal) else str(value),
                                self._currency)  # fmt: skip
        except AmountError as error:
            raise self._refused("offer.wrong_amount", key, error.reason) from error

    def words(self, key: str) -> tuple[str, ...]:
        value = self._table.get(key, ())
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list | tuple) or not all(
            isinstance(word, str) and word.isprintable() for word in value
        ):
            raise self._wrong(key, "list")
        return tuple(word for word in value if word.strip())

    def terms(self, key: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(term_of(word) for word in self.words(key)))

    def groups(self, key: str) -> tuple[tuple[str, ...], ...]:
        value = self._table.get(key, [])
        if not isinstance(value, list):
            raise self._wrong(key, "groups")
        return tuple(_Fields({key: group}, self._currency, self.name).terms(key) for group in value)

    def tables(self, key: str) -> list[_Fields]:
        value = self._table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self._wrong(key, "steps")
        return [_Fields(each, self._currency, self.name) for each in value]

    def moment(self, key: str, *, end: bool = False) -> datetime | None:
        """A time; a plain date is its midnight, as an end the midnight after it."""
        value = self._table.get(key)
        if isinstance(value, str) and value:
            try:
                value = datetime.fromisoformat(value)
            except ValueError as error:
                raise self._wrong(key, "date") from error
            if value.time() == time(0) and len(str(self._table[key])) <= 10:
                value = value.date()
        if value is None or value == "":
            return None
        if isinstance(value, date) and not _FIRST_YEAR <= value.year < _LAST_YEAR:
            if end == (value.year >= _LAST_YEAR):
                return None  # how people write "always"
            raise self._wrong(key, "year", first=_FIRST_YEAR, last=_LAST_YEAR)
        if isinstance(value, datetime):
            return value
        if not isinstance(value, date):
            raise self._wrong(key, "date")
        return datetime.combine(value + timedelta(days=1) if end else value, time(0))


# ---- writing ---------------------------------------------------------------------------------


def table_of(offer: Offer, currency: Currency) -> dict[str, object]:
    """An offer as the table that `offer_of` reads; amounts as text in major units."""
    when = offer.when
    kind = str(msgspec.structs.asdict(offer.gives).get("kind") or _kind_of(offer.gives))
    table: dict[str, object] = {"name": offer.name, "kind": kind, **_written(offer.gives, currency)}
    scope = offer.on if offer.on != (EVERYTHING,) or not isinstance(offer.gives, MealDeal) else ()
    rest: dict[str, object] = {
        "on": [_term_written(term) for term in scope],
        "but": [_term_written(term) for term in offer.but],
        "starts": when.starts,
        "ends": when.ends,
        "weekdays": [WEEKDAYS[day] for day in when.weekdays],
        "hours": [f"{each.since:%H:%M}-{each.until:%H:%M}" for each in when.hours],
        "recurs": when.recurs,
        "customers": list(offer.customers),
        "coupon": offer.coupon,
        "min_quantity": offer.min_quantity or None,
        "min_amount": format_amount(offer.min_amount, currency) if offer.min_amount else None,
        "limit": offer.limit,
        "limit_total": offer.limit_total,
        "same_item": offer.same_item,
        "priority": offer.priority or None,
        "group": offer.group,
        "stackable": offer.stackable,
    }
    table.update({key: value for key, value in rest.items() if value not in (None, "", [], False)})
    return table


def write_offers(offers: Iterable[Offer], currency: Currency) -> str:
    """Offers as a TOML file that `read_offers` gives back."""
    import tomlkit

    document = tomlkit.document()
    tables = tomlkit.aot()
    for offer in offers:
        table = tomlkit.table()
        for key, value in table_of(offer, currency).items():
            table.add(key, value)
        tables.append(table)
    document.add("offer", tables)
    return tomlkit.dumps(document)


def _kind_of(gives: Gives) -> str:
    return str(type(gives).__struct_config__.tag)


def _written(gives: Gives, currency: Currency) -> dict[str, object]:
    def amount(minor: int) -> str:
        return format_amount(minor, currency)

    match gives:
        case PercentOff(percent=percent):
            return {"percent": _number(percent)}
        case AmountOff(amount=off):
            return {"amount": amount(off)}
        case SpecialPrice(price=price):
            return {"price": amount(price)}
        case Tiers(steps=steps):
            return {
                "steps": [
                    {"count": step.count, "percent": _number(step.percent)}
                    if step.percent is not None
                    else {"count": step.count, "price": amount(step.price or 0)}
                    for step in steps
                ]
            }
        case NForPrice(count=count, price=price):
            return {"count": count, "price": amount(price)}
        case BuyGet(buy=buy, get=get, percent=percent, get_on=get_on):
            table: dict[str, object] = {"buy": buy, "get": get, "percent": _number(percent)}
            if get_on:
                table["get_on"] = [_term_written(term) for term in get_on]
            return table
        case Nth(nth=nth, percent=percent):
            return {"nth": nth, "percent": _number(percent)}
        case MealDeal(groups=groups, price=price):
            written = [[_term_written(term) for term in group] for group in groups]
            return {"groups": written, "price": amount(price)}
        case NearExpiry(steps=steps):
            return {
                "steps": [{"days": each.days, "percent": _number(each.percent)} for each in steps]
            }
        case Threshold():
            table = {"over": amount(gives.over)}
            if gives.amount is not None:
                table["amount"] = amount(gives.amount)
            if gives.percent is not None:
                table["percent"] = _number(gives.percent)
            for key in ("every", "full_price_only"):
                if getattr(gives, key):
                    table[key] = True
            return table


def _number(percent: Decimal) -> int | str:
    """A percentage as a whole number, or as text: TOML's own fractions would be floats."""
    whole = percent.to_integral_value()
    return int(whole) if whole == percent else f"{percent.normalize():f}"


def _term_written(term: str) -> str:
    code = term.removeprefix("product:")
    return code if code != term and not code.lower().startswith(_PREFIXES) else term
