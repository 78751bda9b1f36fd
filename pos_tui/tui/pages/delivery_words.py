"""What a delivery's page shows of it: its paper, its lines, their sum, its booking in words."""

from __future__ import annotations

from typing import Literal

from pos_tui.money import Currency, format_amount
from pos_tui.till.goods.deliveries import BookedDelivery, Delivery, DeliveryLine
from pos_tui.till.quantity import quantity_in_units
from pos_tui.wording.current import say


def paper_words(delivery: Delivery) -> str:
    """Who delivers, by which paper."""
    return say(
        "goods_in.paper",
        supplier=delivery.supplier or say("goods_in.no_supplier"),
        document=delivery.document or "–",
    )


def line_cells(line: DeliveryLine, currency: Currency) -> tuple[str, ...]:
    """A line: item, quantity, cost, lot, last good day."""
    day = line.expires_on
    return (
        line.name,
        f"{quantity_in_units(line.quantity)} {line.unit}".rstrip(),
        format_amount(line.cost, currency),
        line.lot,
        say("goods_in.no_date") if day is None else say("goods_in.day", day=day),
    )


def sum_words(delivery: Delivery, currency: Currency) -> tuple[str, Literal["info", "good"]]:
    """What the lines come to, against the paper's total; and the tone to say it in."""
    cost, count = format_amount(delivery.cost, currency), delivery.lines
    if delivery.booked_at is not None:
        day = delivery.booked_at.date()
        words = say("goods_in.sum_booked", cost=cost, count=count, day=day)
        return _with_difference(words, delivery.difference, currency), "info"
    if delivery.total is None:
        return say("goods_in.sum_without_total", cost=cost, count=count), "info"
    total, left = format_amount(delivery.total, currency), delivery.total - delivery.cost
    if left == 0:
        return say("goods_in.sum_met", cost=cost, count=count), "good"
    kind = "goods_in.sum_left" if left > 0 else "goods_in.sum_over"
    amount = format_amount(abs(left), currency)
    return say(kind, cost=cost, total=total, left=amount, count=count), "info"


def in_one_sentence(booked: BookedDelivery, currency: Currency) -> str:
    """What a booking came to, and what was learnt from it."""
    sentence = say(
        "goods_in.booked",
        number=booked.number,
        count=booked.lines,
        cost=format_amount(booked.cost, currency),
    )
    sentence = _with_difference(sentence, booked.difference, currency)
    for each in booked.learnt:
        learnt = say(f"goods_in.learnt_{each.unit}", name=each.name, count=each.count)
        sentence = f"{sentence} {learnt}"
    return sentence


def _with_difference(sentence: str, difference: int, currency: Currency) -> str:
    if not difference:
        return sentence
    kind = "goods_in.booked_more" if difference > 0 else "goods_in.booked_less"
    return f"{sentence} {say(kind, difference=format_amount(abs(difference), currency))}"
