"""Money as the cashier types it: read, compared with what is due, and doubted where it must be."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pos_tui.checkout.tenders import Tender, TenderKind
from pos_tui.money import AmountError, Currency, format_amount, parse_amount, round_cash
from pos_tui.reasons import Reason, because, reason_of

SHORTEST_PAYMENT_CODE = 15
_EXACT = "="
_KINDS: dict[str, TenderKind] = {"c": "card", "v": "voucher", "k": "account"}


class TypedTender(NamedTuple):
    """What was typed to pay with: the kind, the amount as typed ("" for all that is due), and a
    card's digits and authorisation, or a voucher's number.
    """

    kind: TenderKind
    amount: str
    reference: str = ""
    authorisation: str = ""


def read_tender(text: str) -> TypedTender:
    """What `20`, `=`, `c`, `c20 4242 A1B2`, `v20 X-17` or `k20` mean: cash, all in cash, a card, a
    voucher, the customer's account.
    """
    typed = text.strip()
    kind = _KINDS.get(typed[:1].lower())
    if kind is None:
        return TypedTender("cash", "" if typed == _EXACT else typed)
    amount, *more = (typed[1:].strip() or _EXACT).split()
    if kind == "card":
        digits, authorisation = (*more, "", "")[:2]
        return TypedTender(kind, "" if amount == _EXACT else amount, digits, authorisation)
    return TypedTender(kind, "" if amount == _EXACT else amount, " ".join(more))


def cash_tender(
    text: str, due: int, currency: Currency, is_item: Callable[[str], bool], number: int = 1
) -> Tender | Reason:
    """The tender of cash typed in major units for an amount due, or why it is not accepted.

    Less than what is due (rounded to coins) pays a part; "" is exactly what is due.
    """
    typed = text.strip()
    if len(typed) >= SHORTEST_PAYMENT_CODE:
        return because("cash.not_an_amount")
    rounded = round_cash(due, currency)
    try:
        given = parse_amount(typed, currency) if typed else rounded
    except AmountError as error:
        return reason_of(error)
    owed = format_amount(rounded, currency)
    if _is_hardly_cash(typed, given, rounded, currency, is_item):
        return because("cash.hardly", typed=typed, owed=owed)
    if (given - rounded) % currency.cash_step or (given < rounded and given % currency.cash_step):
        step = format_amount(currency.cash_step, currency)
        return because("cash.no_coin", given=format_amount(given, currency), step=step)
    if given < rounded:
        if given <= 0:
            return because("cash.nothing_given", owed=owed)
        return Tender(kind="cash", due=rounded, given=given, number=number)
    return Tender(
        kind="cash",
        due=rounded,
        given=given,
        change=given - rounded,
        number=number,
        rounding=rounded - due,
    )


def exact_tender(typed: TypedTender, due: int, currency: Currency, number: int) -> Tender | Reason:
    """The tender of a card, a voucher or an account, which give no change; else why it is not
    accepted.
    """
    try:
        given = parse_amount(typed.amount, currency) if typed.amount else due
    except AmountError as error:
        return reason_of(error)
    owed = format_amount(due, currency)
    if given > due:
        return because("cash.no_change", given=format_amount(given, currency), owed=owed)
    if given <= 0:
        return because("cash.nothing_given", owed=owed)
    if typed.kind == "card" and not _are_last_digits(typed.reference):
        return because("cash.last_digits")
    return Tender(
        kind=typed.kind,
        due=due,
        given=given,
        number=number,
        reference=typed.reference[:40],
        authorisation=typed.authorisation[:20],
    )


def typed_part(text: str, due: int, currency: Currency) -> int | Reason:
    """The part of what is due (minor units) that is typed before a payment code; "" is all."""
    if not text.strip():
        return due
    try:
        part = parse_amount(text.strip(), currency)
    except AmountError as error:
        return reason_of(error)
    owed = format_amount(due, currency)
    if part > due:
        return because("cash.no_change", given=format_amount(part, currency), owed=owed)
    return part if part > 0 else because("cash.nothing_given", owed=owed)


def _are_last_digits(text: str) -> bool:
    """A card's number is never kept: its last four digits at the most."""
    return not text or (text.isascii() and text.isdigit() and len(text) <= 4)


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
