"""What sales post: money as it is taken, given back, and what a sale was once it is paid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import Entry, EntryKind
from pos_tui.checkout.returns import ReturnLine
from pos_tui.checkout.sold_lines import SoldLine
from pos_tui.checkout.tenders import Tender


def account_of(tender: Tender) -> str:
    """Where a tender's money is."""
    if tender.kind == "cash":
        return accounts.DRAWER
    if tender.kind == "card":
        return accounts.CARD
    if tender.kind == "voucher":
        is_own = tender.voucher or tender.given < 0  # what goes back by a voucher is the shop's own
        return accounts.VOUCHERS if is_own else accounts.FOREIGN_VOUCHERS
    if tender.kind == "account":
        return accounts.customer_account(tender.reference)
    return accounts.clearing(tender.platform)


def entry_of_part(sale_no: int, tender: Tender) -> Entry:
    """A tender that leaves something to pay: its money is here, of a sale that is still open; or
    it is a refund that leaves something to give back.
    """
    legs = (*_legs(tender), (accounts.OPEN_SALES, -tender.covers))
    kind: EntryKind = "return" if tender.is_refund else "tender"
    return Entry(kind, legs, sale_no, f"tender {tender.number}")


def entry_of_return(sale_no: int, tender: Tender) -> Entry:
    """A tender of an open sale that was given back; what was given and its change are one leg."""
    legs = (
        (account_of(tender), -tender.amount),
        (accounts.ROUNDING, tender.rounding),
        (accounts.OPEN_SALES, tender.covers),
    )
    return Entry("tender_returned", legs, sale_no, f"tender {tender.number}")


def entry_of_sale(
    sale_no: int,
    tender: Tender | None,
    earlier: int,
    lines: Sequence[SoldLine],
    categories: Sequence[str],
) -> Entry:
    """A sale that is paid with its last tender; `earlier` has covered that much of it already.

    `categories` are the lines' products'. Income is without tax and before discounts; deposits and
    vouchers are owed, money for an account lowers what its customer owes. Whatever does not add up
    goes to the suspense account: no sum may stop a sale.
    """
    sums: dict[str, int] = {}

    def add(account: str, amount: int) -> None:
        sums[account] = sums.get(account, 0) + amount

    for line, category in zip(lines, categories, strict=True):
        if line.kind == "deposit":
            add(accounts.DEPOSITS, -line.net)
        elif line.kind == "voucher":
            add(accounts.VOUCHERS, -line.net)
        elif line.kind == "settlement":
            add(accounts.customer_account(line.reference), -line.net)
        else:
            add(accounts.sales(category), -line.net_before)
            add(accounts.DISCOUNTS, line.net_before - line.net)
        if line.tax:
            add(accounts.tax(line.tax_class), -line.tax)
    legs = [*_legs(tender), (accounts.OPEN_SALES, earlier), *sums.items()]
    legs.append((accounts.SUSPENSE, -sum(amount for _, amount in legs)))
    return Entry("sale", tuple(legs), sale_no)


def entry_of_goods_back(
    sale_no: int,
    tender: Tender | None,
    earlier: int | None,
    returns: Iterable[tuple[ReturnLine, str]],
    kind: EntryKind,
) -> Entry:
    """Goods that came back, each with the category it was sold in, and the last of their money.

    Their income goes back without tax, after discounts; a voucher is not owed any more, what was
    paid of a debt is owed again. `earlier` is what tenders before have
    covered (below zero: given back); None in an exchange, whose sale has the rest.
    """
    sums: dict[str, int] = {}
    for back, category in returns:
        account = _undone(back, category)
        sums[account] = sums.get(account, 0) + back.net
        if back.tax:
            owed = accounts.tax(back.tax_class)
            sums[owed] = sums.get(owed, 0) + back.tax
    legs = [*_legs(tender), *sums.items()]
    if earlier is not None:
        legs.append((accounts.OPEN_SALES, earlier))
    rest = accounts.OPEN_SALES if earlier is None else accounts.SUSPENSE
    legs.append((rest, -sum(amount for _, amount in legs)))
    return Entry(kind, tuple(legs), sale_no)


def _undone(back: ReturnLine, category: str) -> str:
    """The account that had what comes back."""
    if back.kind == "deposit":
        return accounts.DEPOSITS
    if back.kind == "voucher":
        return accounts.VOUCHERS
    if back.kind == "settlement":
        return accounts.customer_account(back.reference)
    return accounts.returns(category)


def _legs(tender: Tender | None) -> Iterable[tuple[str, int]]:
    """What was given and what went back of it are two postings: change is no takings."""
    if tender is None:
        return ()
    account = account_of(tender)
    return (
        (account, tender.given),
        (account, -tender.change),
        (accounts.ROUNDING, -tender.rounding),
    )
