"""What is to be known of a difference before it is approved, as reasons."""

from __future__ import annotations

from collections.abc import Sequence

from pos_tui.books.counts.differences import CountDifference, MovedMeanwhile
from pos_tui.books.counts.missing import NotCounted
from pos_tui.books.movement import from_thousandths
from pos_tui.money import Currency, format_amount
from pos_tui.reasons import Reason, because
from pos_tui.till.goods.counting import quantity_text

_MOST_NAMED = 5


def difference_text(quantity: int) -> str:
    """A difference in thousandths as it is written: +2, −0.5, 0."""
    sign = "+" if quantity > 0 else "−" if quantity < 0 else ""
    return f"{sign}{from_thousandths(abs(quantity)):f}"


def value_text(amount: int | None, currency: Currency) -> str:
    """A difference's value as it is written; ? where no cost is known."""
    return "?" if amount is None else format_amount(amount, currency).replace("-", "−")


def missing_names(missing: Sequence[NotCounted]) -> tuple[str | Reason, ...]:
    """The first of the goods that were not counted, and a sign that there are more."""
    names = [
        because("count.other_lots", name=each.name) if each.other_lots else each.name
        for each in missing[:_MOST_NAMED]
    ]
    return (*names, *([because("count.and_more")] if len(missing) > _MOST_NAMED else []))


def difference_notes(row: CountDifference) -> list[Reason]:
    """Who counted it, what was sold in between and how that is taken, and what came after."""
    notes = []
    counted = row.counted
    if len(counted.runs) > 1:
        runs = tuple(
            because(
                "count.run", quantity=quantity_text(run.quantity, row.unit), by=run.by, at=run.at
            )
            for run in counted.runs
        )
        notes.append(because("count.counted_by", runs=runs))
    if counted.replaced:
        before = tuple(quantity_text(each, row.unit) for each in counted.replaced)
        notes.append(because("count.recounted", before=before))
    if row.between:
        moved = tuple(_moved(each) for each in row.between[-_MOST_NAMED:])
        notes.append(because("count.between", moved=moved))
        if row.then != row.then_first:
            notes.append(_taken_as(row))
    if row.since:
        notes.append(because("count.since", quantity=difference_text(row.since)))
    if row.corrected_by:
        documents = tuple(filter(None, row.corrected_by)) or ("?",)
        notes.append(because("count.corrected_by", documents=documents))
    return notes


def _taken_as(row: CountDifference) -> Reason:
    quantity = row.counted.quantity
    if row.is_earlier:
        then, other = row.then_first, quantity - row.then
        return because(
            "count.as_counted_before", then=quantity_text(then, ""), other=difference_text(other)
        )
    then, other = row.then, quantity - row.then_first
    return because(
        "count.as_not_counted_yet", then=quantity_text(then, ""), other=difference_text(other)
    )


def _moved(each: MovedMeanwhile) -> Reason:
    quantity = difference_text(each.quantity)
    if each.sale_no:
        return because("count.by_sale", number=each.sale_no, quantity=quantity)
    if each.document:
        return because("count.by_document", document=each.document, quantity=quantity)
    return because("count.by_other", what=because(f"count.kind_{each.kind}"), quantity=quantity)
