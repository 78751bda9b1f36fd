"""An offer that cannot be counted is taken out of play; everything else is priced without it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pos_tui.pricing import Goods, Occasion, Offer, Pricer
from pos_tui.pricing.basket import BasketOffers
from pos_tui.pricing.offers import NForPrice, PercentOff, Threshold
from pos_tui.pricing.pricer import price_all

NOW = Occasion(datetime(2026, 11, 22, 12, tzinfo=UTC))
COLA, TEA = Goods("1", 350, Decimal(2)), Goods("2", 500, Decimal(1))
IMPOSSIBLE = Offer(name="0 for 6", gives=NForPrice(0, 600), on=("product:1",), id=1)
TENTH = Offer(name="−10 %", gives=PercentOff(Decimal(10)), on=("all",), id=2)
BASKET = Offer(name="−1 from 5", gives=Threshold(500, 100), on=("all",), id=3)


def actual(pricer: Pricer) -> dict[int, int]:
    return {line: each.actual for line, each in pricer.priced.items()}


def test_goods_are_priced_without_the_offer_that_cannot_be_counted():
    pricer = price_all({1: COLA, 2: TEA}, (IMPOSSIBLE, TENTH), NOW)
    assert actual(pricer) == {1: 630, 2: 450}
    assert pricer.offers == (TENTH,)
    assert list(pricer.out_of_play) == ["0 for 6"]
    assert "zero" in str(pricer.out_of_play["0 for 6"].values["text"])


def test_every_line_whose_price_is_another_is_named_though_pricing_began_twice():
    pricer = Pricer((IMPOSSIBLE, TENTH))
    pricer.put(2, TEA)
    assert pricer.price(NOW) == {2}
    assert not pricer.out_of_play
    pricer.put(1, COLA)
    assert pricer.price(NOW) == {1}
    assert actual(pricer) == {1: 630, 2: 450}


def test_an_offer_on_the_basket_that_cannot_be_counted_is_taken_out_too(monkeypatch):
    saving_of = BasketOffers.saving_of

    def failing(self, rule, subtotal=None):
        if rule.offer.name == "broken":
            raise ArithmeticError("no such number")
        return saving_of(self, rule, subtotal)

    monkeypatch.setattr(BasketOffers, "saving_of", failing)
    broken = Offer(name="broken", gives=Threshold(1, 1), on=("all",), id=9)
    pricer = price_all({1: COLA, 2: TEA}, (broken, BASKET), NOW)
    assert [each.name for each in pricer.discounts()] == ["−1 from 5"]
    assert list(pricer.out_of_play) == ["broken"]


def test_a_failure_that_is_no_single_offers_is_not_hidden(monkeypatch):
    def failing(*_args):
        raise ArithmeticError("all of them")

    pricer = Pricer()
    pricer.put(1, COLA)
    monkeypatch.setattr(Pricer, "_price_together", failing)
    with pytest.raises(ArithmeticError):
        pricer.price(NOW)
    assert not pricer.out_of_play
