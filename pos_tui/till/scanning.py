"""What a scan is: goods, a way to pay, a receipt that comes back, a member's card, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pos_tui.checkout import events
from pos_tui.codes import ItemCode, PaymentCode, Reading, ReceiptCode, RefusedCode, VoucherCode
from pos_tui.reasons import Reason, ReasonError, because
from pos_tui.till.basket import BasketActs
from pos_tui.till.context import TillContext
from pos_tui.till.paying import Paying
from pos_tui.till.shop_codes import ShopCodes
from pos_tui.till.staff_at_till import StaffAtTill

if TYPE_CHECKING:
    from pos_tui.till.weighing.weighing import Weighing


class Scanning:
    """Takes each code to where it belongs, or says why it does not count.

    `unknown` is the code that was scanned last in this sale and is not in the books.
    """

    def __init__(
        self,
        context: TillContext,
        codes: ShopCodes,
        basket: BasketActs,
        paying: Paying,
        staff: StaffAtTill,
        weighing: Weighing | None,
        sale_of_code: Callable[[str], int],
    ) -> None:
        """`sale_of_code` gives the sale of a receipt's code; it raises ReasonError."""
        self._context = context
        self._books = context.books
        self._emit = context.emit
        self._codes = codes
        self._basket = basket
        self._paying = paying
        self._staff = staff
        self._weighing = weighing
        self._sale_of_code = sale_of_code
        self.unknown = ""

    def accept(self, text: str) -> None:
        """Accept a code, scanned or typed; `n*` before it makes it n."""
        from pos_tui.codes.identify import clean

        text = clean(text)
        if "*" in text or "×" in text:
            whole_is_a_code = self._books.product(text.upper()) is not None
            text = text if whole_is_a_code else self._basket.quantity.split_off(text)
        if not text or self._is_kept_from_selling(text):
            return
        quantity_waits = self._basket.quantity.waits
        found = self._codes.read(text)
        if isinstance(found, PaymentCode | ReceiptCode | VoucherCode) and self.weighs_first():
            return
        if isinstance(found, PaymentCode):
            if quantity_waits:
                self._basket.quantity.forget()
            self._paying.by_code(found)
        elif isinstance(found, ReceiptCode):
            self._scan_receipt(found)
        elif isinstance(found, VoucherCode):
            self._basket.quantity.forget()
            self._paying.by_voucher(found.number)
        else:
            self._scan_item(found, text)

    def _scan_receipt(self, found: ReceiptCode) -> None:
        try:
            number = self._sale_of_code(found.text)
        except ReasonError as error:
            self._notify(error.reason, "warning")
        else:
            self._emit(events.ReceiptScanned(number))

    def _scan_item(self, reading: Reading, text: str) -> None:
        collection = isinstance(reading, RefusedCode) and not reading.others
        why = None if collection else self._basket.sale.why_not_change()
        if why is not None:
            self._notify(why, "warning")
            return
        from pos_tui.codes.masking import shown

        code = shown(text, reading)
        found = self._codes.find(reading)
        if found is not None:
            read, product = found
            self._basket.sell(product, code=shown(text, read), read=read)
        elif self._basket.accept_coupon(text) or self.know(text):
            self._basket.quantity.forget()
        elif not isinstance(reading, ItemCode):
            self._not_sold(code, reading.why)
            uncertain = self._codes.find_uncertain(reading)
            if uncertain is not None:
                self._basket.put_aside_if_over(uncertain[1], uncertain[0])
        elif reading.doubt and reading.like_payment:
            self._not_sold(code, because("item.doubt", why=reading.doubt))
        elif reading.doubt:
            self._not_sold(code, because("item.misread", why=reading.doubt))
        elif reading.like_payment and reading.why.kind == "codes.own_label":
            self._not_sold(code, because("item.label_or_payment"))
        else:
            self.unknown = text
            self._not_sold(code, because("item.not_in_books"))

    def know(self, text: str) -> bool:
        """Accept a scanned member's card; False when there is no member with this code."""
        customer = self._books.customer(text)
        if customer is None:
            return False
        self._basket.know_customer(customer)
        return True

    def _is_kept_from_selling(self, text: str) -> bool:
        """Whether this is a badge, which is nobody's goods, or who is there may not sell."""
        why = because("staff.badge_is_no_answer") if self._staff.holder_of(text) else None
        if why is None and self._staff.signed_on:
            why = self._staff.why_not("sell")
        if why is not None:
            self._basket.quantity.forget()
            self._notify(why, "warning")
        return why is not None

    def weighs_first(self) -> bool:
        """Whether goods are being weighed, before which nothing is paid or comes back."""
        why = None if self._weighing is None else self._weighing.why_not_pay()
        if why is not None:
            self._basket.quantity.forget()
            self._notify(why, "warning")
        return why is not None

    def _not_sold(self, code: str, why: Reason) -> None:
        self._basket.quantity.forget()
        self._emit(events.NotSold(code, why))

    def _notify(self, why: Reason, tone: events.Tone = "info") -> None:
        self._emit(events.Notice(why, tone))
