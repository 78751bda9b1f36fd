"""Goods by the piece and goods by measure, told by their unit, else by their code."""

from decimal import Decimal

import pytest

from pos_tui.checkout.by_piece import is_by_piece, is_whole

MAKERS, WEIGHED, OWN, PLU = "05449000000996", "96901234123459", "02112345000006", "1002"


@pytest.mark.parametrize(
    "unit", ["can", "jar", "pc", "个", "瓶", "包", "份", "6-pack", "box of 12"]
)
def test_what_is_counted_is_sold_by_the_piece(unit):
    assert is_by_piece(unit, PLU)


@pytest.mark.parametrize(
    "unit", ["kg", "KG", "kg.", "/kg", "100 g", "lb", "公斤", "斤", "l", "m", "元/斤", "m²", "hour"]
)
def test_what_is_measured_is_not(unit):
    assert not is_by_piece(unit, MAKERS)


def test_without_a_unit_a_makers_bar_code_says_that_it_is_packed():
    assert is_by_piece("", MAKERS)
    assert not any(is_by_piece("", code) for code in (WEIGHED, OWN, PLU))


def test_whole_quantities():
    assert is_whole(Decimal("3.000"))
    assert not is_whole(Decimal("1.5"))
