"""Cash as the cashier types it: read, compared with what is due, and doubted where it must be."""

from __future__ import annotations

from collections.abc import Callable

from pos_tui.checkout.sale import Tender
from pos_tui.money import AmountError, Currency, format_amount, parse_amount
from pos_tui.reasons import Reason, because, reason_of

SHORTEST_PAYMENT_CODE = 15


def cash_tender(
    text: str, due: int, currency: Currency, is_item: Callable[[str], bool]
) -> Tender | Reason:
    """The tender of cash typed in major units for an amount due, or why it is not accepted."""
    typed = text.strip()
    if len(typed) >= SHORTEST_PAYMENT_CODE:
        return because("cash.not_an_amount")
    try:
        given = parse_amount(typed, currency)
    except AmountError as error:
        return reason_of(error)
    owed = format_amount(due, currency)
    if _is_hardly_cash(typed, given, due, currency, is_item):
        return because("cash.hardly", typed=typed, owed=owed)
    if given < due:
        missing = format_amount(due - given, currency)
        return because("cash.too_little", missing=missing)
    if (given - due) % currency.cash_step:
        step = format_amount(currency.cash_step, currency)
        return because("cash.no_coin", given=format_amount(given, currency), step=step)
    return Tender(kind="cash", due=due, given=given, change=given - due)


def _most_over(currency: Currency) -> int:
    """Cash over what is due that nobody gives: a thousand; a million where there are no cents."""
    return 1_000_000 if currency.exponent != 2 else 100_000


def _is_hardly_cash(
    typed: str, given: int, due: int, currency: Currency, is_item: Callable[[str], bool]
) -> bool:
    """Whether this looks like (the end of) a code that was meant to be scanned."""
    if given > due + max(_most_over(currency), 20 * due):
        return True
    return typed.isdigit() and len(typed) >= 4 and given > 5 * due and is_item(typed)
