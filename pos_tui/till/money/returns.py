"""Goods that come back at the till: of a paid sale, without a receipt, empties, a whole sale."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from msgspec.structs import replace

from pos_tui.books import Product
from pos_tui.books.journal import entries as journal
from pos_tui.books.movement import thousandths
from pos_tui.checkout import events
from pos_tui.checkout.by_piece import is_by_piece
from pos_tui.checkout.line import LineKind
from pos_tui.checkout.refunds import PaidPart, RefundWay
from pos_tui.checkout.returns import (
    GoodsFate,
    ReturnableLine,
    ReturnError,
    ReturnLine,
    return_of,
    with_returns,
)
from pos_tui.checkout.tenders import Tender, TenderKind
from pos_tui.codes.receipt_code import read_receipt_code, receipt_mark
from pos_tui.money import format_amount, parse_amount
from pos_tui.pricing.tax import taxes_of
from pos_tui.reasons import Reason
from pos_tui.till.basket import BasketActs
from pos_tui.till.context import TillContext
from pos_tui.till.quantity import quantity_of
from pos_tui.till.refunding import Refunding
from pos_tui.till.shop_codes import ShopCodes


class PaidSale(NamedTuple):
    """A sale that was paid when, with what, and its lines with what has come back of each."""

    number: int
    at: datetime
    total: int
    tenders: tuple[Tender, ...]
    lines: tuple[ReturnableLine, ...]

    @property
    def is_all_back(self) -> bool:
        """Whether nothing of it can come back any more."""
        return not any(each.left for each in self.lines)


class ToReturn(NamedTuple):
    """What is to come back of a line: its number, how much (thousandths), what becomes of it."""

    line: int
    quantity: int
    fate: GoodsFate = "to_shelf"


class Returns:
    """What comes back in the sale in front, which may have goods on its list too (an exchange)."""

    def __init__(
        self, context: TillContext, basket: BasketActs, codes: ShopCodes, refunding: Refunding
    ) -> None:
        self._settings = context.settings
        self._books = context.books
        self._clock = context.clock
        self._emit = context.emit
        self._who = context.cashier
        self._basket = basket
        self._codes = codes
        self._refunding = refunding

    @property
    def lines(self) -> tuple[ReturnLine, ...]:
        """What comes back in the sale in front."""
        return self._basket.sale.returns

    @property
    def due(self) -> int:
        """What is still to be paid in the sale in front; below zero: what is to go back."""
        return self._basket.sale.due

    def last_paid(self) -> int:
        """The number of the last sale in which goods were sold; 0 for none. Raises BooksError."""
        return self._books.last_sold_number() or next(iter(self._books.last_paid_numbers(1)), 0)

    def paid_sale(self, number: int) -> PaidSale:
        """A paid sale and what can still come back of it. Raises ReturnError, BooksError.

        What comes back in the sale in front has not come back yet.
        """
        try:
            sale, at, tenders = self._books.paid_sale(number)
            lines = self._books.returnable_lines(number)
        except LookupError:
            raise ReturnError("returns.no_such_sale", number=number) from None
        if not lines:
            raise ReturnError("returns.is_a_return", number=number)
        return PaidSale(number, at, sale.total, tenders, lines)

    def sale_of_code(self, text: str) -> int:
        """The sale that a receipt's code names; 0 for any other code. Raises ReturnError for the
        receipt of another till.
        """
        read = read_receipt_code(text)
        if read is None:
            return 0
        number, till, mark = read
        own = self._settings.till
        if mark != receipt_mark(own.merchant, own.number):
            raise ReturnError("returns.of_another_till", till=till)
        return number

    def names_goods(self, text: str) -> bool:
        """Whether a code names goods of the shop."""
        return self._codes.product(text.rpartition("*")[2].strip()) is not None

    def goods(self, text: str) -> tuple[Product, bool]:
        """What a code names, and whether that is an empty. Raises ReturnError, BooksError."""
        product, _ = self._product(text)
        return product, not product.deposit_id and self._books.is_deposit(product.id)

    # ---- accepting ---------------------------------------------------------------------------

    def accept(
        self, number: int, chosen: Iterable[ToReturn], reason: str = "", by: str = ""
    ) -> None:
        """These goods of a paid sale come back in the sale in front, instead of what came of it.

        Raises ReturnError, BooksError; then nothing has changed.
        """
        self._accept(number, chosen, reason, by)

    def _accept(
        self,
        number: int,
        chosen: Iterable[ToReturn],
        reason: str,
        by: str,
        *,
        is_whole_sale: bool = False,
    ) -> None:
        self._check_open()
        paid = self.paid_sale(number)
        lines = {each.sold.line: each for each in paid.lines}
        sale = self._basket.sale
        # A voucher only comes back with the whole sale: this makes an ordinary return of it.
        kept = [each for each in sale.returns if each.sale_no != number and not each.is_money]
        free = sale.next_return_number
        added: list[ReturnLine] = []
        for each in chosen:
            if not each.quantity:
                continue
            if each.line not in lines:
                raise ReturnError("returns.no_such_line", line=each.line, number=number)
            now = with_returns(lines[each.line], added, number)
            added.append(
                return_of(
                    number,
                    now,
                    each.quantity,
                    free + len(added),
                    each.fate,
                    reason,
                    is_whole_sale=is_whole_sale,
                )
            )
        dropped = [each for each in sale.returns if each not in kept]
        for line in dropped:
            self._record(journal.ReturnRemoved(line.number))
        for line in added:
            self._record(journal.ReturnPut(line, by or self._who()))
        sale.returns = (*kept, *added)
        self._voids_nothing()
        self._changed()

    def remove(self, number: int) -> None:
        """The goods of this number do not come back after all. Raises ReturnError."""
        self._check_open()
        sale = self._basket.sale
        of_sale = {each.number: each.sale_no for each in sale.returns}.get(number)
        if of_sale is None:
            return
        # What of the same line came behind it was worked out with this before it.
        gone = [
            each.number
            for each in sale.returns
            if each.number == number
            or (of_sale and each.sale_no == of_sale and each.number > number)
            or each.is_money  # it only comes back with the whole sale
        ]
        self._voids_nothing()
        for each in gone:
            sale.drop_return(each)
            self._record(journal.ReturnRemoved(each))
        self._changed()

    def remove_all(self) -> None:
        """Nothing comes back in the sale in front after all. Raises ReturnError."""
        self._check_open()
        sale = self._basket.sale
        for each in sale.returns:
            self._record(journal.ReturnRemoved(each.number))
        sale.returns = ()
        self._voids_nothing()
        self._changed()

    def empties(self, text: str) -> ReturnLine:
        """An empty comes back, by its own code or that of the goods that came in it; `n*` before
        the code: so many. Raises ReturnError, BooksError.
        """
        self._check_open()
        product, quantity = self._product(text)
        if product.deposit_id:
            found = self._books.product_of_id(product.deposit_id, self._clock.now())
            product = product if found is None else found
        elif not self._books.is_deposit(product.id):
            raise ReturnError("returns.no_deposit", name=product.name)
        if product.price <= 0:
            raise ReturnError("returns.no_deposit", name=product.name)
        return self._accept_unsold(product, quantity, int(quantity * product.price), kind="deposit")

    def without_receipt(
        self, text: str, price: str, reason: str, fate: GoodsFate = "to_check", by: str = ""
    ) -> ReturnLine:
        """Goods come back that nobody knows the sale of, at a price typed for one (major units),
        which is not above today's. Raises ReturnError, AmountError, BooksError.
        """
        self._check_open()
        if not reason.strip():
            raise ReturnError("returns.reason_needed")
        product, quantity = self._product(text)
        each = parse_amount(price, self._settings.currency) if price.strip() else product.price
        if each > product.price:
            today = format_amount(product.price, self._settings.currency)
            raise ReturnError("returns.above_price", name=product.name, price=today)
        if each <= 0:
            raise ReturnError("returns.nothing", name=product.name)
        amount = int((quantity * each).to_integral_value())
        return self._accept_unsold(product, quantity, amount, fate, reason.strip(), by)

    # ---- a whole sale ------------------------------------------------------------------------

    def void(self, number: int, reason: str, by: str = "") -> None:
        """Undo a paid sale of the shift that is open: all that is not back yet comes back, and the
        money goes the way it came. Vouchers that it sold are void, debts that were paid in it are
        owed again. Raises ReturnError, BooksError.
        """
        self._check_open()
        sale = self._basket.sale
        if not sale.is_empty:
            raise ReturnError("returns.finish_first")
        if not reason.strip():
            raise ReturnError("returns.reason_needed")
        if not self._books.is_of_open_shift(number):
            raise ReturnError("returns.not_of_shift", number=number)
        paid = self.paid_sale(number)
        if self._books.came_back_in(number):
            raise ReturnError("returns.is_a_return", number=number)
        if paid.is_all_back:
            raise ReturnError("returns.sale_all_back", number=number)
        chosen = [ToReturn(each.sold.line, each.left) for each in paid.lines if each.left]
        if any(each.item.kind == "voucher" for each in paid.lines):
            from pos_tui.books.vouchers.vouchers import why_not_void

            if (why := why_not_void(self._books.vouchers_of_sale(number))) is not None:
                raise ReturnError(why)
        self._accept(number, chosen, reason.strip(), by, is_whole_sale=True)
        sale.voids = number
        self._record(journal.PaidSaleVoided(number, reason.strip(), by or self._who()))
        self.refund()

    # ---- money -------------------------------------------------------------------------------

    def ways(self, kind: TenderKind | None = None) -> tuple[RefundWay, ...]:
        """The ways by which the money goes back. Raises BooksError."""
        return self._refunding.ways(kind)

    def parts(self, number: int) -> tuple[PaidPart, ...]:
        """What a sale was paid with, and what of it has gone back. Raises BooksError."""
        try:
            return self._books.paid_parts(number)
        except LookupError:
            raise ReturnError("returns.no_such_sale", number=number) from None

    def why_not_refund(self, kind: TenderKind | None = None) -> Reason | None:
        """Why the money cannot go back now; None when it can. Raises BooksError."""
        return self._refunding.why_not(self.ways(kind))

    def refund(self, kind: TenderKind | None = None) -> None:
        """Give the money back, the way it came; all of it by `kind` where that is given."""
        self._refunding.refund(kind)

    # ---- inside ------------------------------------------------------------------------------

    def _voids_nothing(self) -> None:
        """Where something of it stays sold, it is an ordinary return."""
        if self._basket.sale.voids:
            self._basket.sale.voids = 0
            self._books.drop_claims(self._basket.sale.number)
            self._record(journal.PaidSaleVoided(0, "", self._who()))

    def _check_open(self) -> None:
        why = self._basket.sale.why_not_change()
        if why is not None:
            raise ReturnError(why)

    def _product(self, text: str) -> tuple[Product, Decimal]:
        """What a code names, and how many of it: `3*` before it."""
        before, star, code = text.partition("*")
        quantity = quantity_of(before.strip()) if star else Decimal(1)
        product = self._codes.product((code if star else text).strip())
        if product is None:
            raise ReturnError("returns.not_known")
        if quantity is None:
            raise ReturnError("returns.nothing", name=product.name)
        quantity *= product.pieces
        if quantity % 1 and is_by_piece(product.unit, product.code):
            raise ReturnError("returns.whole_pieces", name=product.name)
        return product, quantity

    def _accept_unsold(
        self,
        product: Product,
        quantity: Decimal,
        amount: int,
        fate: GoodsFate = "to_shelf",
        reason: str = "",
        by: str = "",
        *,
        kind: LineKind = "goods",
    ) -> ReturnLine:
        sale, system = self._basket.sale, self._books.tax
        taxes = taxes_of([(amount, product.tax)], system)
        tax = sum(each.tax for each in taxes)
        same = next(
            (each for each in sale.returns if kind == "deposit" and self._is_same(each, product)),
            None,
        )
        line = ReturnLine(
            sale.next_return_number,
            product.id,
            product.name,
            thousandths(quantity),
            amount + (tax if system.mode == "added" else 0),
            tax,
            taxes[0].name if taxes else "",
            fate=fate,
            kind=kind,
            reason=reason,
            unit=product.unit,
        )
        if same is not None:  # one row for all empties of a kind
            line = replace(
                line,
                number=same.number,
                quantity=same.quantity + line.quantity,
                amount=same.amount + line.amount,
                tax=same.tax + line.tax,
            )
        sale.put_return(line)
        self._record(journal.ReturnPut(line, by or self._who()))
        self._changed()
        return line

    def _is_same(self, line: ReturnLine, product: Product) -> bool:
        return line.kind == "deposit" and not line.sale_no and line.product_id == product.id

    def _record(self, act: journal.Act) -> None:
        self._books.record(self._basket.sale, self._clock.now(), act)

    def _changed(self) -> None:
        sale = self._basket.sale
        self._emit(events.ReturnsChanged(sale.returns, sale.due))
