"""Worked examples from tills' documentation, shops' leaflets and tax offices, to the last unit."""

from __future__ import annotations

import tomllib
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from pos_tui.money import Currency, format_amount, parse_amount, round_cash
from pos_tui.pricing import Goods, Occasion, OfferError, price_all
from pos_tui.pricing.check import check_offer
from pos_tui.pricing.offer_file import offer_of, read_offers, table_of, term_of, write_offers
from pos_tui.pricing.tax import TaxSystem, taxes_of
from pos_tui.wording.current import in_words

TABLES = tomllib.loads(
    Path(__file__).with_name("worked_examples.toml").read_text(encoding="utf-8"),
    parse_float=Decimal,
)
USUAL = datetime.fromisoformat("2026-11-22T12:00:00+08:00")


def named(kind):
    return [pytest.param(each, id=each["name"]) for each in TABLES[kind]]


def minor(amount, currency):
    return parse_amount(f"{amount:f}" if isinstance(amount, Decimal) else str(amount), currency)


def goods_of(example, currency):
    return [
        Goods(
            term_of(each["code"]).removeprefix("product:"),
            minor(each["price"], currency),
            Decimal(each.get("quantity", 1)),
            tuple(sorted(term_of(term) for term in each.get("terms", ()))),
            each.get("good_until"),
        )
        for each in example["goods"]
    ]


def offers_of(example, currency):
    return [
        replace(offer_of(table, currency), id=number)
        for number, table in enumerate(example["offers"], 1)
    ]


def occasion_of(example):
    at = example.get("at", USUAL)
    if "zone" in example:
        at = at.astimezone(ZoneInfo(example["zone"]))
    coupons = frozenset(each.upper() for each in example.get("coupons", ()))
    return Occasion(at, frozenset(example.get("customers", ())), coupons)


def test_the_table_is_as_large_as_it_should_be():
    assert len(TABLES["example"]) >= 150
    assert sum("://" in each["source"] for each in TABLES["example"]) >= 60
    assert all(each["source"] for kind in ("example", "tax", "cash") for each in TABLES[kind])


@pytest.mark.parametrize("example", named("example"))
def test_what_a_customer_pays(example):
    currency = Currency.of(example.get("currency", "CNY"))
    pricer = price_all(
        dict(enumerate(goods_of(example, currency))),
        offers_of(example, currency),
        occasion_of(example),
    )
    priced = [pricer.priced[line].actual for line in sorted(pricer.priced)]
    off = [(each.name, each.amount) for each in pricer.discounts()]
    shares = pricer.shares()
    assert priced == [minor(each, currency) for each in example["lines"]], example["why"]
    given = [(each["name"], minor(each["amount"], currency)) for each in example.get("basket", ())]
    assert sorted(off) == sorted(given), example["why"]
    net = [amount - shares.get(line, 0) for line, amount in enumerate(priced)]
    assert sum(net) == minor(example["total"], currency)
    if "net" in example:
        assert net == [minor(each, currency) for each in example["net"]]


@pytest.mark.parametrize("example", named("example"))
def test_offers_are_the_same_after_they_were_written_and_read(example):
    currency = Currency.of(example.get("currency", "CNY"))
    offers = [offer_of(table, currency) for table in example["offers"]]
    assert read_offers(write_offers(offers, currency), currency) == offers
    assert [offer_of(table_of(each, currency), currency) for each in offers] == offers


@pytest.mark.parametrize("example", named("invalid"))
def test_an_offer_that_cannot_be_meant_is_refused_with_a_sentence(example):
    currency = Currency.of(example.get("currency", "CNY"))
    goods = goods_of(example, currency) if "goods" in example else [Goods("X", 1000, Decimal(1))]
    with pytest.raises(OfferError) as refused:
        check_offer(
            offer_of(example["offer"], currency),
            goods,
            USUAL,
            lambda amount: format_amount(amount, currency),
        )
    words = in_words(refused.value.reason)
    assert words.endswith(".")
    assert words != refused.value.reason.kind
    assert "{" not in words.replace("{count = 3, percent = 5}", "")


@pytest.mark.parametrize("example", named("tax"))
def test_tax_as_the_tax_office_works_it_out(example):
    currency = Currency.of(example.get("currency", "EUR"))
    rates = {name: Decimal(rate) for name, rate in example["rates"].items()}
    system = TaxSystem(example["mode"], example["rounding"], rates, next(iter(rates)))
    amounts = [(minor(each["amount"], currency), each["class"]) for each in example["lines"]]
    taxes = taxes_of(amounts, system)
    expected = {name: minor(amount, currency) for name, amount in example["tax"].items()}
    assert {each.name: each.tax for each in taxes} == expected, example["why"]
    added = sum(each.tax for each in taxes) if example["mode"] == "added" else 0
    assert sum(amount for amount, _ in amounts) + added == minor(example["total"], currency)
    if example["mode"] == "included":
        assert all(each.net + each.tax for each in taxes)


@pytest.mark.parametrize("example", named("cash"))
def test_cash_is_rounded_to_the_smallest_coin(example):
    currency = Currency.of(example["currency"])
    step = minor(example["step"], currency)
    in_coins = Currency.of(example["currency"], step)
    due = round_cash(minor(example["total"], currency), in_coins)
    assert due == minor(example["due"], currency), example["why"]
