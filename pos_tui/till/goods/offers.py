"""The shop's offers: listed, checked before they are kept, tried on past sales, taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

import apsw
from msgspec import Struct
from msgspec.structs import replace

from pos_tui.books import Books
from pos_tui.books.catalogue.offers import current_offers, ids_with_goods, put_offer, retire_offer
from pos_tui.books.catalogue.products import all_products, find_product
from pos_tui.books.sales.sales import paid_sales_since
from pos_tui.checkout.settlement_list import goods_of
from pos_tui.codes import PaymentCode, Reading, gtin_of
from pos_tui.money import Currency, format_amount
from pos_tui.pricing import Goods, Occasion, Offer, OfferError, Pricer
from pos_tui.pricing.check import check_offer
from pos_tui.pricing.offer_file import offer_of, term_of
from pos_tui.pricing.offers import BuyGet, MealDeal
from pos_tui.pricing.when import ALWAYS, When, holds_at, times_of
from pos_tui.reasons import Reason, because
from pos_tui.till.books_reader import books_reader

MOST_SALES = 1000


class OfferRow(Struct, frozen=True):
    """An offer as it is listed: whether it holds now, and when it does."""

    offer: Offer
    state: Literal["now", "not now", "over", "used up"]
    times: Reason | None


class Example(Struct, frozen=True):
    """An offer that was checked, and a basket that gets it."""

    offer: Offer
    basket: Reason


class Preview(Struct, frozen=True):
    """What past sales would have cost with an offer; amounts in minor units."""

    days: int
    sales: int
    touched: int
    before: int
    after: int

    def summary(self, currency: Currency) -> Reason:
        """The preview as a reason, with amounts as they are written in this currency."""
        if not self.sales:
            return because("offer_preview.no_sales", days=self.days)
        sales = because("offer_preview.sales", count=self.sales)
        if self.sales == MOST_SALES:
            sales = because("offer_preview.last_sales", count=self.sales)
        return because(
            "offer_preview.result",
            days=self.days,
            sales=sales,
            before=format_amount(self.before, currency),
            after=format_amount(self.after, currency),
            cheaper=because("offer_preview.cheaper", count=self.touched),
            less=format_amount(self.before - self.after, currency),
        )


class ShopOffers:
    """Reads and changes the offers in the books."""

    def __init__(
        self,
        books: Books,
        currency: Currency,
        clock: Callable[[], datetime],
        read_code: Callable[[str], Reading],
    ) -> None:
        """`read_code` tells what a scan means, so that no coupon is taken for something else."""
        self._books = books
        self._currency = currency
        self._clock = clock
        self._read_code = read_code

    def rows(self) -> list[OfferRow]:
        """The offers that are not retired."""
        now = self._clock()
        with books_reader(self._books) as connection:
            return [_row(offer, now) for offer in current_offers(connection)]

    def draft(self, table: Mapping[str, object]) -> Example:
        """Check an offer as it is written. Raises OfferError."""
        return self.check([offer_of(table, self._currency)])[0]

    def check(self, offers: Sequence[Offer]) -> list[Example]:
        """Check offers against the shop's goods. Raises OfferError for the first wrong one.

        The offers that come back name item codes as the books keep them.
        """
        with books_reader(self._books) as connection:
            goods = _goods_of_shop(connection)
            now = self._clock()
            checked = []
            for written in offers:
                offer = _with_codes_of(connection, written)
                self._check_coupon(connection, offer)
                basket = check_offer(offer, goods, now, self._amount)
                checked.append(Example(offer, self._described(connection, basket, offer, now)))
            return checked

    def preview(self, offers: Iterable[Offer], days: int) -> Preview:
        """What the sales of the last days would have cost with these offers besides the current.

        Reads the books on a connection of its own; takes a moment, so call it in a worker.
        """
        with books_reader(self._books) as connection:
            current, with_goods = current_offers(connection), ids_with_goods(connection)
            tried = [replace(offer, id=10**9 + n) for n, offer in enumerate(offers)]
            names = {offer.name for offer in tried}
            changed = [
                offer for offer in current if offer.name not in names or offer.id in with_goods
            ]
            changed += [replace(offer, when=_any_date(offer)) for offer in tried]
            since = self._clock() - timedelta(days=days)
            sales = touched = before = after = 0
            for sale, at in paid_sales_since(connection, since, MOST_SALES):
                occasion = sale.occasion(at)
                lines = sale.list.lines
                totals = []
                for each in (current, changed):
                    pricer = Pricer(each)
                    pricer.set_basket_discount(sale.list.basket_discount)
                    for line in lines:
                        pricer.put(line.number, goods_of(line), line.discount)
                    pricer.price(occasion)
                    off = sum(discount.amount for discount in pricer.discounts())
                    totals.append(sum(each.actual for each in pricer.priced.values()) - off)
                sales += 1
                touched += totals[1] < totals[0]
                before += totals[0]
                after += totals[1]
            return Preview(days, sales, touched, before, after)

    def keep(self, offers: Sequence[Offer], instead_of: int = 0) -> None:
        """Keep checked offers, in place of those with their names or that id.

        They hold from the next sale on. Raises BooksError.
        """
        now = self._clock()

        def job(connection: apsw.Connection) -> None:
            for offer in offers:
                put_offer(connection, offer, now, instead_of)

        self._books.write(job).result()

    def retire(self, offer_id: int) -> bool:
        """Take an offer back; False when it is not there. Raises BooksError."""
        now = self._clock()
        return self._books.write(lambda c: retire_offer(c, offer_id, now)).result()

    def _check_coupon(self, connection: apsw.Connection, offer: Offer) -> None:
        if not offer.coupon:
            return
        reading = self._read_code(offer.coupon)
        if isinstance(reading, PaymentCode):
            raise OfferError("offer_preview.coupon_pays", field="coupon", name=offer.name)
        code = term_of(offer.coupon).removeprefix("product:")
        found = find_product(connection, code)
        if found is not None:
            raise OfferError(
                "offer_preview.coupon_is_item", field="coupon", name=offer.name, item=found.name
            )

    def _described(
        self, connection: apsw.Connection, basket: Sequence[Goods], offer: Offer, now: datetime
    ) -> Reason:
        names = []
        for each in basket:
            product = find_product(connection, each.code)
            name = each.code if product is None else product.name
            names.append(f"{each.quantity} x {name}")
        pricer = Pricer([replace(offer, when=ALWAYS, customers=(), coupon="")])
        for line, each in enumerate(basket):
            pricer.put(line, each)
        pricer.price(Occasion(now))
        off = sum(discount.amount for discount in pricer.discounts())
        after = sum(each.actual for each in pricer.priced.values()) - off
        before = sum(each.gross for each in pricer.priced.values())
        return because(
            "offer_preview.basket",
            names=tuple(names),
            after=self._amount(after),
            before=self._amount(before),
        )

    def _amount(self, minor: int) -> str:
        return format_amount(minor, self._currency)


def _row(offer: Offer, now: datetime) -> OfferRow:
    times = times_of(offer.when)
    if offer.left == 0:
        return OfferRow(offer, "used up", times)
    if holds_at(offer.when, now):
        return OfferRow(offer, "now", times)
    ends = offer.when.ends
    if ends is not None and (ends if ends.tzinfo else ends.replace(tzinfo=now.tzinfo)) <= now:
        return OfferRow(offer, "over", times)
    return OfferRow(offer, "not now", times)


def _goods_of_shop(connection: apsw.Connection) -> list[Goods]:
    return [
        Goods(product.code, product.price, Decimal(1), product.terms)
        for product in all_products(connection)
        if product.price
    ]


def _any_date(offer: Offer) -> When:
    return replace(offer.when, starts=None, ends=None)


def _with_codes_of(connection: apsw.Connection, offer: Offer) -> Offer:
    """The offer with item codes as the books have them: digits may be a house code, or a UPC-E."""

    def known(terms: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_known(connection, term) for term in terms)

    gives = offer.gives
    if isinstance(gives, BuyGet):
        gives = replace(gives, get_on=known(gives.get_on))
    elif isinstance(gives, MealDeal):
        gives = replace(gives, groups=tuple(known(group) for group in gives.groups))
    return replace(offer, on=known(offer.on), but=known(offer.but), gives=gives)


def _known(connection: apsw.Connection, term: str) -> str:
    code = term.removeprefix("product:")
    if code == term:
        return term
    shorter = [code[-length:] for length in (8, 12, 13) if len(code) == 14]
    for each in (code, *shorter, *(gtin_of(each) for each in shorter)):
        product = find_product(connection, each) if each else None
        if product is not None:
            return f"product:{product.code}"
    return term
