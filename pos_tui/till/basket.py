"""Acts on the settlement list: sell, change, discount, price again as time passes, settle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from pos_tui.books import BooksError, Product
from pos_tui.books.journal import entries as journal
from pos_tui.checkout import events
from pos_tui.checkout.age import born_by
from pos_tui.checkout.by_piece import is_by_piece, is_whole
from pos_tui.checkout.line import ListedItem, SettlementLine
from pos_tui.checkout.manual_discounts import as_amount, percent_of_basket, percent_of_line
from pos_tui.checkout.sale import Customer, Sale
from pos_tui.checkout.settlement_list import Changes, LineChange
from pos_tui.codes import ItemCode
from pos_tui.money import AmountError, format_amount, parse_amount
from pos_tui.pricing import Discount, Occasion
from pos_tui.pricing.offers import NearExpiry
from pos_tui.reasons import because, reason_of
from pos_tui.till.context import TillContext
from pos_tui.till.dates import Dated, Dates, dated
from pos_tui.till.quantity import NextQuantity, measure_of, quantity_of
from pos_tui.till.undo_steps import CustomerWas, DiscountWas, LineWasThere, QuantityWas, UndoSteps

if TYPE_CHECKING:
    from pos_tui.books.people.accounts import CustomerAccount
    from pos_tui.pricing.explain import Considered

_MOST_VOUCHERS = 50  # of one amount in one sale: each is a slip of its own
_MOST_MONEY = 100_000_000  # minor units


class WeighsFirst(Protocol):
    """What weighs goods before they are sold, where the shop has a scale."""

    def takes_over(
        self, product: Product, price: int | None, code: str, read: ItemCode | None
    ) -> bool:
        """Whether these goods are weighed first, and are sold when they are."""

    def allows_typed(self, item: ListedItem, quantity: Decimal, approved_by: str) -> bool:
        """Whether a line may have another quantity, as it was typed."""

    def forget(self) -> None:
        """Another sale begins: nothing is weighed any more."""


class BasketActs:
    """The list of the sale that is open, and what may be done to it."""

    def __init__(self, context: TillContext, dates: Dates, sale: Sale) -> None:
        self._settings = context.settings
        self._books = context.books
        self._clock = context.clock
        self._emit = context.emit
        self._cashier = context.cashier
        self._language = context.language
        self._dates = dates
        self.quantity = NextQuantity(context.emit)
        self.weighing: WeighsFirst | None = None
        self.steps = UndoSteps()
        self.sale = sale

    def begin(self, sale: Sale) -> None:
        """This is the sale from now on."""
        self.quantity.forget()
        self.steps.forget()
        if self.weighing is not None:
            self.weighing.forget()
        self.sale = sale
        self._emit(events.SaleOpened(sale.number))

    def show(self, sale: Sale) -> None:
        """This is the sale from now on, with the lines, warnings and customer that it has."""
        self.begin(sale)
        for index, line in enumerate(sale.list.lines):
            self._emit(events.LineChanged(LineChange("added", index, line, sale.list.totals)))
        self.report_age()
        if sale.returns:
            self._emit(events.ReturnsChanged(sale.returns, sale.due))
        if sale.customer is not None:
            self._emit(events.CustomerKnown(sale.customer))

    def begin_next(self) -> None:
        """The next sale, with the offers as they are now, under a number that is free."""
        number = self.sale.number + 1
        try:
            self._books.refresh_offers()
            number = max(number, self._books.next_sale_number())
        except BooksError as error:
            # The one before is over all the same; offers are as they were.
            number = max(number, self._books.lowest_free + 1)
            self._emit(events.Notice(error.reason, "error"))
        self._books.keep_free(number - 1)
        self.begin(self._books.new_sale(number, self._clock.now()))

    # ---- selling -----------------------------------------------------------------------------

    def sell(
        self,
        product: Product,
        price: int | None = None,
        code: str = "",
        read: ItemCode | None = None,
        weighed: journal.GoodsWeighed | None = None,
    ) -> None:
        """Put a product on the list; price (minor units) where it has none, code as scanned.

        What was read in the code (its price, weight, count, lot, dates) goes before what the books
        say. Where the shop has a scale, goods that are sold by weight come twice: they are weighed,
        and then sold as `weighed`.
        """
        if self._may_not_change():
            return
        moment = self._clock.for_dates()
        date = dated(read, product.shelf_life, self._dates.policy)
        verdict = self._dates.verdict(product.id, moment, date)
        if verdict.what == "expired":
            quantity = self.quantity.use() * measure_of(read) * product.pieces
            self._dates.warn(self.sale, product.id, product.name, verdict, moment, quantity)
            return
        if price is None:
            price = read.price if read is not None else None
        unit_price = product.price if price is None else price
        if unit_price <= 0:
            unpriced = read or ItemCode(product.code, because("codes.house_code"))
            why = because("item.no_price", name=product.name)
            self._emit(events.NotSold(product.code, why, unpriced))
            return
        if weighed is not None:
            quantity = weighed.quantity
        elif self._is_part_of_a_piece(product, read) or (
            self.weighing is not None and self.weighing.takes_over(product, price, code, read)
        ):
            return
        else:
            quantity = self.quantity.use() * measure_of(read) * product.pieces
        item = ListedItem(
            product.id,
            product.code,
            product.name,
            product.unit,
            unit_price,
            date.lot,
            date.expires_on,
            date.expires_at,
            product.terms,
            verdict.good_until,
            product.tax,
            date.kind,
            read is not None and read.price is not None and read.template is None,
            product.age_limit,
            product.deposit_id,
        )
        if not self.sale.list.lines:
            self._books.refresh_offers()
            self.sale.list.set_offers(self._books.offers)
        try:
            changes = self.sale.list.add(item, quantity, self.occasion())
        except Exception as error:
            why = because("item.not_priced", name=product.name, why=reason_of(error))
            self._emit(events.Notice(why, "error"))
            return
        if weighed is not None:
            self._books.record(self.sale, self._clock.now(), weighed)
        self._record(changes, code or product.code)
        self._follow_deposit(item, quantity)
        if product.age_limit > self.sale.age_checked:
            self.report_age()
        if product.discontinued and changes[0].what == "added":
            self._emit(events.Notice(because("item.discontinued", name=product.name), "warning"))
        self._dates.report(product.name, verdict, self._markdown(changes))
        if read is not None and read.doubt and read.gtin:
            why = because("item.sold_in_doubt", name=product.name, why=read.doubt)
            self._emit(events.Notice(why, "warning"))

    def sell_voucher(self, text: str) -> None:
        """Put a voucher over an amount, typed in major units, on the list."""
        amount = self._typed_money(text)
        if amount is not None:
            from pos_tui.receipts.words import words_in

            name = words_in(self._language)("receipt.voucher_sold")
            self._put_money(ListedItem(0, "", name, "", amount, kind="voucher"))

    def settle_account(self, account: CustomerAccount | None, text: str) -> None:
        """Put money, typed in major units, on the list that is paid of what a customer owes: no
        more than that.
        """
        if account is None or account.owes <= 0:
            self._emit(events.Notice(because("account.owes_nothing"), "warning"))
            return
        amount = self._typed_money(text)
        if amount is None:
            return
        listed = sum(
            line.actual
            for line in self.sale.list.lines
            if line.item.kind == "settlement" and line.item.code == account.code
        )
        if amount + listed > account.owes:
            owes = self._amount(account.owes - listed)
            why = because("account.owes_less", name=account.name, owes=owes)
            self._emit(events.Notice(why, "warning"))
            return
        from pos_tui.receipts.words import words_in

        name = words_in(self._language)("receipt.account_paid", name=account.name)
        self._put_money(ListedItem(0, account.code, name, "", amount, kind="settlement"))

    def _typed_money(self, text: str) -> int | None:
        """An amount above nothing, for a list that may change; else it is said why not."""
        if self._may_not_change():
            return None
        try:
            amount = parse_amount(text.strip(), self._settings.currency)
        except AmountError as error:
            self._emit(events.Notice(reason_of(error), "warning"))
            return None
        if amount <= 0 or amount > _MOST_MONEY:
            most = self._amount(_MOST_MONEY)
            self._emit(events.Notice(because("item.no_such_amount", most=most), "warning"))
            return None
        return amount

    def _put_money(self, item: ListedItem) -> None:
        self.quantity.forget()
        self._record(self.sale.list.add(item, Decimal(1), self.occasion()), item.code)

    def put_aside_if_over(self, product: Product, readings: Sequence[ItemCode]) -> None:
        """Warn of a product that is not sold when one reading of its code says that it is over."""
        moment = self._clock.for_dates()
        for read in readings:
            date = dated(read, product.shelf_life, self._dates.policy)
            verdict = self._dates.verdict(product.id, moment, date)
            if verdict.what == "expired":
                one = Decimal(1)
                self._dates.warn(self.sale, product.id, product.name, verdict, moment, one)
                return

    def sell_at(self, product: Product, text: str, read: ItemCode | None = None) -> None:
        """Put a product on the list at a price typed by the cashier, for this sale only.

        `read` is what was read in its code: its weight, count, lot and dates.
        """
        try:
            price = parse_amount(text, self._settings.currency)
        except AmountError as error:
            self._emit(events.Notice(reason_of(error), "warning"))
            return
        self.sell(product, price, product.code, read)

    # ---- changing ----------------------------------------------------------------------------

    def set_quantity(self, number: int, text: str, approved_by: str = "") -> None:
        """Give the line with this number another quantity, as typed.

        A weight is typed by who may, or with the approval of somebody, where there is a scale.
        """
        quantity = quantity_of(text)
        if self._may_not_change():
            return
        index = self.sale.list.index_of(number)
        if quantity is None:
            self._emit(events.Notice(because("item.no_quantity", text=text), "warning"))
        elif index is None:
            self._emit(events.Notice(because("item.line_gone"), "warning"))
        elif self._is_too_many(self.sale.list.lines[index].item, quantity):
            self._emit(
                events.Notice(because("item.money_quantity", most=_MOST_VOUCHERS), "warning")
            )
        elif self._is_too_fine(self.sale.list.lines[index].item, quantity):
            why = because("item.whole_pieces", name=self.sale.list.lines[index].item.name)
            self._emit(events.Notice(why, "warning"))
        elif self.weighing is None or self.weighing.allows_typed(
            self.sale.list.lines[index].item, quantity, approved_by
        ):
            self.change_quantity(number, quantity)

    def change_quantity(self, number: int, quantity: Decimal) -> None:
        """Give a line that is on the list another quantity, which may be one of it."""
        line, index = self.line_of(number), self.sale.list.index_of(number)
        assert line is not None
        assert index is not None
        with self.steps.one():
            self.steps.note(QuantityWas(number, quantity - line.quantity))
            self._record(self.sale.list.set_quantity(index, quantity, self.occasion()))
            self._follow_deposit(line.item, quantity - line.quantity)
            self._look_at_discounts()

    def line_of(self, number: int) -> SettlementLine | None:
        """The line with this number, if it is still on the list."""
        index = self.sale.list.index_of(number)
        return None if index is None else self.sale.list.lines[index]

    def remove(self, number: int) -> None:
        """Take the line with this number off the list."""
        if self._may_not_change():
            return
        index = self.sale.list.index_of(number)
        if index is None:
            self._emit(events.Notice(because("item.line_gone"), "warning"))
            return
        line = self.sale.list.lines[index]
        with self.steps.one():
            self.steps.note(LineWasThere(line))
            self._take_off(index)
            self._look_at_discounts()
        gone = because("item.removed", name=line.item.name, amount=self._amount(line.actual))
        self._emit(events.Notice(gone))

    def bring_back(self, line: SettlementLine) -> bool:
        """Put a line that was taken off on the list again, at its end, priced as it is now.

        False where it is past its date by now; that is warned about as if it were scanned.
        """
        item, moment = line.item, self._clock.for_dates()
        code = Dated(item.lot, item.expires_on, item.expires_at, item.date_kind)
        verdict = self._dates.verdict(item.product_id, moment, code)
        if verdict.what == "expired":
            self._dates.warn(self.sale, item.product_id, item.name, verdict, moment, line.quantity)
            return False
        self._record(self.sale.list.bring_back(line, self.occasion()))
        self._follow_deposit(item, line.quantity)
        if item.age_limit:
            self.report_age()
        return True

    def discount(self, number: int | None, discount: Discount | None) -> bool:
        """Give the line with this number a discount by hand, or the basket; None takes it away.

        False where the list cannot be changed any more.
        """
        if self._may_not_change():
            return False
        sale = self.sale
        if number is None:
            self.steps.note(DiscountWas(None, sale.list.basket_discount))
            before = sale.list.totals
            discount = None if discount is None else as_amount(sale.list, discount)
            changes = sale.list.set_basket_discount(discount, self.occasion())
            self._books.record(sale, self._clock.now(), journal.BasketDiscounted(discount))
            self._record(changes, also=True)
            if sale.list.totals != before and not changes:
                self._emit(events.TotalsChanged(sale.list.totals))
            return True
        index = sale.list.index_of(number)
        if index is None:
            self._emit(events.Notice(because("item.line_gone"), "warning"))
            return False
        line = sale.list.lines[index]
        if line.item.is_money:
            self._emit(events.Notice(because("discount.not_on_money"), "warning"))
            return False
        if line.item.is_deposit:
            name = line.item.name
            self._emit(events.Notice(because("discount.on_deposit", name=name), "warning"))
            return False
        self.steps.note(DiscountWas(number, line.discount))
        if discount is not None and discount.kind == "price":
            act = journal.PriceOverridden(
                number,
                line.item.product_id,
                line.item.unit_price,
                int(discount.value),
                discount.reason,
                discount.by,
                discount.approved_by,
            )
            self._books.record(sale, self._clock.now(), act)
        self._record(sale.list.set_discount(index, discount, self.occasion()))
        return True

    def _look_at_discounts(self) -> None:
        """What the cashier gave alone must still be within bounds after the list has changed."""
        listed, most = self.sale.list, self._settings.discounts.cashier_percent
        for line in list(listed.lines):
            given = line.discount
            if given is None or given.approved_by or given.kind == "percent":
                continue
            if percent_of_line(listed, line, given) > most:
                why = because("discount.taken_from_line", name=line.item.name)
                self._emit(events.Notice(why, "warning"))
                self.discount(line.number, None)
        basket = listed.basket_discount
        if basket is None or basket.approved_by or basket.kind == "percent":
            return
        if not listed.lines or percent_of_basket(listed, basket) > most:
            self._emit(events.Notice(because("discount.taken_from_basket"), "warning"))
            self.discount(None, None)

    # ---- who buys ----------------------------------------------------------------------------

    def know_customer(self, customer: Customer | None) -> None:
        """The customer is known from now on: the prices and offers of the group apply."""
        if self._may_not_change():
            return
        sale = self.sale
        self.steps.note(CustomerWas(sale.customer))
        sale.customer = customer
        self._books.record(sale, self._clock.now(), journal.CustomerOfSale(customer))
        self._emit(events.CustomerKnown(customer))
        self.reprice(quiet=True)

    def accept_coupon(self, code: str) -> bool:
        """Accept a scanned coupon; False when there is no offer with this code."""
        code = code.strip().upper()
        offers = [offer for offer in self.sale.list.offers if offer.coupon == code]
        if not offers or not code:
            return False
        if self._may_not_change():
            return True
        sale = self.sale
        if code in sale.coupons:
            self._emit(events.Notice(because("coupon.counts_already", name=offers[0].name)))
            return True
        before = sale.list.totals.total
        sale.coupons.append(code)
        self._books.record(sale, self._clock.now(), journal.CouponScanned(code))
        self.reprice(quiet=True)
        off = before - sale.list.totals.total
        name = offers[0].name
        why = because("coupon.takes_off", name=name, amount=self._amount(off))
        if off < 0:
            total = self._amount(sale.list.totals.total)
            why = because("coupon.goes_first", name=name, total=total)
        elif not off:
            why = because("coupon.takes_nothing_off", name=name)
        self._emit(events.Notice(why, "info" if off > 0 else "warning"))
        return True

    # ---- as time passes ----------------------------------------------------------------------

    def reprice(self, *, quiet: bool = False) -> bool:
        """Price again what another time, customer or coupon changes; True when the total is
        another. What an offer's beginning or end did is said, unless quiet.
        """
        before = self.sale.list.totals
        changes = self.sale.list.reprice(self.occasion())
        self._record(changes, also=True, quiet=quiet)
        after = self.sale.list.totals
        if after != before and not changes:
            self._emit(events.TotalsChanged(after))
        return after.total != before.total

    def look_at_the_time(self) -> None:
        """Price again when an offer has begun or ended, and look at the dates of the list."""
        moment = self._clock.look()
        sale = self.sale
        until = sale.list.valid_until
        is_over = until is not None and moment.astimezone(UTC) >= until
        if sale.state == "open" and sale.list.lines and is_over:
            self.reprice()

    def take_off_what_has_expired(self) -> bool:
        """What has expired since it was scanned comes off before the sale is settled."""
        sale = self.sale
        if sale.state != "open":
            return False
        moment = self._clock.for_dates()
        found = False
        for line in list(sale.list.lines):
            item, index = line.item, sale.list.index_of(line.number)
            code = Dated(item.lot, item.expires_on, item.expires_at, item.date_kind)
            verdict = self._dates.verdict(item.product_id, moment, code)
            if index is not None and verdict.what == "expired":
                found = True
                self._take_off(index)
                self._dates.warn(sale, item.product_id, item.name, verdict, moment, line.quantity)
        return found

    def confirm_expired(self) -> bool:
        """The cashier has dealt with the latest expired item; False when there is none."""
        sale = self.sale
        if not sale.warnings:
            return False
        warning = sale.warnings.pop()
        act = journal.WarningConfirmed(self._cashier(), warning, self._settings.expiry.put_aside)
        self._books.confirm_expired(sale, self._clock.now(), act)
        self._emit(events.ExpiryConfirmed(len(sale.warnings)))
        return True

    def report_age(self) -> None:
        """Report how old the customer must be, where that is still to be checked."""
        years = self.sale.age_to_check
        lines = self.sale.list.lines
        names = [line.item.name for line in lines if years and line.item.age_limit == years]
        day = born_by(self._clock.for_dates().date(), years)
        self._emit(events.AgeToCheck(years, day, names[-1] if names else ""))

    def confirm_age(self) -> bool:
        """The cashier has checked the customer's age; False when there is nothing to check."""
        sale = self.sale
        years = sale.age_to_check
        if not years:
            return False
        sale.age_checked = years
        day = born_by(self._clock.for_dates().date(), years)
        act = journal.AgeChecked(years, day, self._cashier())
        self._books.record(sale, self._clock.now(), act)
        self._emit(events.AgeToCheck(0, day))
        self._emit(events.Notice(because("sale.age_is_checked", years=years)))
        return True

    # ---- closing -----------------------------------------------------------------------------

    def close(self) -> None:
        """Spread what comes off the basket over the lines, and write that down."""
        sale = self.sale
        self.steps.forget()
        changes = sale.list.apply_basket_discounts(self.occasion())
        discounts = sale.list.totals.discounts
        if discounts:
            shares = tuple((line.number, line.share) for line in sale.list.lines if line.share)
            self._books.record(sale, self._clock.now(), journal.DiscountsApplied(discounts, shares))
        for change in changes:
            self._emit(events.LineChanged(change, also=True))

    def reopen(self, sale: Sale) -> None:
        """The payment did not come: the list is as it was before it was settled."""
        if not sale.list.is_closed:
            return
        had_discounts = bool(sale.list.totals.discounts)
        changes = sale.list.reopen()
        if had_discounts:
            self._books.record(sale, self._clock.now(), journal.Reopened())
        for change in changes if sale is self.sale else ():
            self._emit(events.LineChanged(change, also=True))

    def why_price(self, number: int) -> tuple[Considered, ...]:
        """Each offer that was considered for the line with this number; none if it is gone."""
        index = self.sale.list.index_of(number)
        return () if index is None else self.sale.list.explain(index, self.occasion(), self._amount)

    # ---- inside ------------------------------------------------------------------------------

    def occasion(self) -> Occasion:
        """The circumstances under which this sale is priced now."""
        return self.sale.occasion(self._clock.now())

    def _may_not_change(self) -> bool:
        why = self.sale.why_not_change()
        if why:
            self._emit(events.Notice(why, "warning"))
        return bool(why)

    def _is_part_of_a_piece(self, product: Product, read: ItemCode | None) -> bool:
        """Whether `1.5*` was typed before goods in whole pieces, which is answered."""
        typed = self.quantity.typed
        is_label = read is not None and any(
            each is not None for each in (read.price, read.weight_kg, read.count)
        )
        if is_whole(typed) or not (is_label or is_by_piece(product.unit, product.code)):
            return False
        self.quantity.forget()
        why = because("item.whole_pieces", name=product.name)
        self._emit(events.NotSold(product.code, why))
        return True

    def _is_too_many(self, item: ListedItem, quantity: Decimal) -> bool:
        """Of vouchers some may be sold; an account is paid once, so that it is never too much."""
        most = {"voucher": _MOST_VOUCHERS, "settlement": 1}.get(item.kind)
        return most is not None and (quantity > most or not is_whole(quantity))

    def _is_too_fine(self, item: ListedItem, quantity: Decimal) -> bool:
        is_piece = item.by_label or is_by_piece(item.unit, item.code)
        return is_piece and not is_whole(quantity)

    def _remove(self, index: int, *, also: bool = False) -> None:
        changes = self.sale.list.remove(index, self.occasion())
        number = changes[0].line.number
        self._books.record(self.sale, self._clock.now(), journal.LineRemoved(number))
        self._emit(events.LineChanged(changes[0], also=also))
        self._record(changes[1:], also=True)

    def _record(
        self, changes: Changes, code: str = "", *, also: bool = False, quiet: bool = False
    ) -> None:
        """Journal changes and report them; the code goes with the first, which the scan did."""
        moment = self._clock.now()
        for place, change in enumerate(changes):
            self._books.record(self.sale, moment, journal.LinePut(change.line))
            also = also or place > 0
            self._emit(events.LineChanged(change, "" if also else code, also))
        for name, cause in self.sale.list.offers_out_of_play().items():
            why = because("offer_turn.out_of_play", name=name, why=cause)
            self._emit(events.Notice(why, "error"))
        ended, begun = self.sale.list.changed_offers()
        if quiet or not (ended or begun):
            return
        turns = [because("offer_turn.ended", name=name) for name in sorted(ended)]
        turns += [because("offer_turn.begun", name=name) for name in sorted(begun)]
        total = self._amount(self.sale.list.totals.total)
        why = because("offer_turn.total_now", turns=tuple(turns), total=total)
        self._emit(events.Notice(why, "warning"))

    def _take_off(self, index: int) -> None:
        """Take goods off the list, with their deposit and what their age limit asks."""
        line = self.sale.list.lines[index]
        self._remove(index)
        self._follow_deposit(line.item, -line.quantity)
        if line.item.age_limit:
            self.report_age()

    def _follow_deposit(self, item: ListedItem, more: Decimal) -> None:
        """The deposit of goods follows their quantity: so many more of it, or fewer."""
        listed = self.sale.list
        if not item.deposit or not more:
            return
        if more > 0:
            self._add_deposit(item, more)
            return
        for index, line in enumerate(listed.lines):
            if line.item.is_deposit and line.item.product_id == item.deposit:
                left = line.quantity + more
                if left > 0:
                    self._record(listed.set_quantity(index, left, self.occasion()), also=True)
                else:
                    self._remove(index, also=True)
                return

    def _add_deposit(self, item: ListedItem, quantity: Decimal) -> None:
        deposit = self._books.product_of_id(item.deposit, self._clock.now())
        if deposit is None or deposit.price <= 0:
            self._emit(events.Notice(because("item.no_deposit", name=item.name), "warning"))
            return
        own = ListedItem(
            deposit.id,
            deposit.code,
            deposit.name,
            deposit.unit,
            deposit.price,
            terms=deposit.terms,
            tax=deposit.tax,
            kind="deposit",
        )
        self._record(self.sale.list.add(own, quantity, self.occasion()), also=True)

    def _markdown(self, changes: Changes) -> str:
        """The near-expiry offer that a line just got."""
        near = {o.id for o in self.sale.list.offers if isinstance(o.gives, NearExpiry)}
        applied = [each.name for each in changes[0].line.applied if each.offer_id in near]
        return applied[0] if applied else ""

    def _amount(self, minor: int) -> str:
        return format_amount(minor, self._settings.currency)
