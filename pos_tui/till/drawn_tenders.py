"""Tenders that draw on what the books know: a voucher of the shop's own, a customer's account."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from pos_tui.checkout.sale import Sale
from pos_tui.checkout.tenders import Tender
from pos_tui.codes.voucher import shown_voucher
from pos_tui.money import AmountError, Currency, format_amount, parse_amount
from pos_tui.reasons import Reason, because, reason_of

if TYPE_CHECKING:
    from pos_tui.books.people.accounts import CustomerAccount
    from pos_tui.books.vouchers.vouchers import Voucher


class OverLimit(NamedTuple):
    """A customer would owe more than they may: what is approved then, and its amount in minor
    units.
    """

    what: Reason
    amount: int


def why_no_voucher(voucher: Voucher | None, number: str, today: date) -> Reason | None:
    """Why nothing can be paid with a voucher on this day; None where it can."""
    shown = shown_voucher(number)
    if voucher is None:
        return because("voucher.not_known", number=shown)
    match voucher.state(today):
        case "spent":
            return because("voucher.is_spent", number=shown)
        case "expired":
            day = voucher.expires_on
            assert day is not None
            return because("voucher.has_expired", number=shown, day=day)
    return None


def voucher_tender(voucher: Voucher, typed: str, sale: Sale, currency: Currency) -> Tender | Reason:
    """What a good voucher pays of a sale: all that is due, what is on it, or what was typed (major
    units). Goods only: a voucher buys no voucher and settles no account.
    """
    by_vouchers = sum(each.covers for each in sale.taken if each.voucher)
    payable = min(sale.due, sale.list.of_goods - by_vouchers)
    if payable <= 0:
        return because("voucher.for_goods_only")
    most = min(voucher.left, payable)
    try:
        given = parse_amount(typed, currency) if typed else most
    except AmountError as error:
        return reason_of(error)
    if given > most:
        return because(
            "voucher.too_much",
            given=format_amount(given, currency),
            left=format_amount(voucher.left, currency),
            most=format_amount(most, currency),
        )
    if given <= 0:
        return because("cash.nothing_given", owed=format_amount(sale.due, currency))
    return Tender(
        kind="voucher",
        due=sale.due,
        given=given,
        number=sale.next_tender_number,
        reference=voucher.shown,
        voucher=voucher.id,
        left=voucher.left - given,
    )


def account_tender(
    account: CustomerAccount | None, given: int, sale: Sale, currency: Currency
) -> Tender | Reason:
    """What goes onto the account of the sale's customer (minor units), whatever its limit; or why
    nothing can.
    """
    if sale.customer is None:
        return because("account.whose")
    if account is None or account.limit is None:
        return because("account.none", name=sale.customer.name)
    if any(line.item.kind == "settlement" for line in sale.list.lines):
        return because("account.not_for_itself")
    return Tender(
        kind="account",
        due=sale.due,
        given=given,
        number=sale.next_tender_number,
        reference=account.code,
        left=account.owes + given,
    )


def over_limit(account: CustomerAccount, given: int, currency: Currency) -> OverLimit | None:
    """What must be approved where an amount (minor units) more passes the account's limit."""
    limit, owes = account.limit or 0, account.owes + given
    if owes <= limit:
        return None
    what = because(
        "account.over_limit",
        name=account.name,
        owes=format_amount(owes, currency),
        limit=format_amount(limit, currency),
    )
    return OverLimit(what, given)
