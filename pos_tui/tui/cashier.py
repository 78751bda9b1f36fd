"""What the cashier asks of the till by key: a command asks, and hands the answer on."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from pos_tui.checkout.tenders import TenderKind
from pos_tui.codes import PaymentCode, VoucherCode
from pos_tui.money import AmountError, format_amount, parse_amount
from pos_tui.reasons import Reason, because
from pos_tui.settings import TillSettings
from pos_tui.settings.notes import next_note
from pos_tui.text_width import width_of
from pos_tui.tui.panes.settlement import SettlementPane
from pos_tui.tui.parts.permission import WithPermission
from pos_tui.tui.parts.prompt import Prompt

if TYPE_CHECKING:
    from pos_tui.checkout.line import SettlementLine
    from pos_tui.checkout.sale_view import SaleView
    from pos_tui.pricing import Discount
    from pos_tui.till import Permission, Till

_FITS_SCAN_LINE = 100  # cells of a question that 60 columns hold in two rows
_REFUND_KINDS: dict[str, TenderKind] = {"h": "cash", "c": "card", "v": "voucher"}
_YES = frozenset(("y", "yes", "是"))


def _pieces(sale: SaleView) -> Decimal:
    return sum((line.quantity for line in sale.lines), Decimal())


class Cashier:
    """The commands that act on the sale; those that open a page are the page opener's."""

    def __init__(
        self,
        settings: TillSettings,
        till: Till,
        lines: SettlementPane,
        ask: Callable[[Prompt], None],
        say: Callable[[Reason, str], None],
        clock: Callable[[], datetime],
        choose: Callable[[Sequence[str], Callable[[str], None]], None],
        with_permission: WithPermission,
    ) -> None:
        """`ask` puts a question on the scan line, `say` says a sentence.

        `clock` gives aware times in the shop's zone; `choose` lets one of many reasons be chosen;
        `with_permission` does what not everybody may.
        """
        self._settings = settings
        self._till = till
        self._lines = lines
        self._ask = ask
        self._say = say
        self._clock = clock
        self._choose = choose
        self._with_permission = with_permission

    # ---- lines -------------------------------------------------------------------------------

    def remove(self) -> None:
        """Remove the selected line from the list."""
        line = self._lines.selected_line
        if line is not None:
            self._till.remove_line(line.number)

    def undo(self) -> None:
        """Take back what was done last to the list."""
        self._till.undo()

    def quantity(self) -> None:
        """Ask for the quantity of the selected line."""
        line = self._lines.selected_line
        why = self._till.why_not_change()
        if why is not None or line is None:
            self._say(why or because("screen.no_line_for_quantity"), "info")
            return
        label = because("prompt.quantity", name=line.item.name, quantity=str(line.quantity))
        self._ask(Prompt(label, lambda text: self._set_quantity(line, text)))

    def _set_quantity(self, line: SettlementLine, text: str) -> None:
        weighing, number = self._till.weighing, line.number
        if weighing is None or not weighing.needs_approval(line.item):
            self._till.set_quantity(number, text)
            return
        why = weighing.why_not_typed(text)
        if why is not None:
            self._say(why, "warning")
            return
        item = line.item
        what = because("permission.weight_typed", name=item.name, quantity=text, unit=item.unit)
        self._with_permission(
            "typed_weight", what, lambda name: self._till.set_quantity(number, text, name)
        )

    def discount(self) -> None:
        """Ask for a discount on the selected line; the key again: on the whole basket."""
        line = self._lines.selected_line
        why = self._till.why_not_change()
        if why is not None or line is None:
            self._say(why or because("screen.no_line_for_discount"), "info")
            return
        self._ask(
            Prompt(
                because("prompt.discount", name=line.item.name),
                lambda text: self._discount(line.number, text),
                command="discount",
                again=self._discount_basket,
            )
        )

    def _discount_basket(self) -> None:
        label = because("prompt.discount_basket")
        self._ask(Prompt(label, lambda text: self._discount(None, text)))

    def _discount(self, number: int | None, text: str) -> None:
        from pos_tui.till.discounts import DiscountError

        try:
            discount = self._till.discounts.read(text)
        except DiscountError as error:
            self._say(error.reason, "warning")
            return
        if discount is None:
            self._till.discount(number, None)
            return
        reasons = self._settings.discounts.reasons
        shown = " ".join(f"{place} {reason}" for place, reason in enumerate(reasons, 1))

        def give(why: str) -> None:
            self._give(number, discount, why)

        if width_of(shown) > _FITS_SCAN_LINE:
            self._choose(reasons, give)
        else:
            self._ask(Prompt(because("prompt.discount_reason", reasons=shown), give))

    def _give(self, number: int | None, discount: Discount, why: str) -> None:
        discounts, staff = self._till.discounts, self._till.staff
        given = discounts.with_reason(discount, why)
        if number is not None and discounts.is_override(number, given):
            self._set_price(number, given)
            return
        refused = discounts.why_not_alone(number, given)
        if not refused:
            self._till.discount(number, given)
        elif not staff.has_approver("price_override"):
            self._say(refused, "warning")
        else:
            sale = self._till.view.number
            self._with_permission(
                "price_override",
                discounts.described(number, given),
                lambda name: discounts.give_approved(sale, number, given, name),
                discounts.amount_off(number, given),
            )

    def _set_price(self, number: int, given: Discount) -> None:
        """Another price for a line: by whoever may, and below cost only when that is confirmed."""
        discounts, staff, sale = self._till.discounts, self._till.staff, self._till.view.number
        why = discounts.why_no_price(number, given)
        if why is None and not staff.has_approver("price_override"):
            why = discounts.why_not_alone(number, given)
        if why is not None:
            self._say(why, "warning")
        elif staff.may("price_override"):

            def give() -> None:
                self._till.discount(number, given)

            self._unless_below_cost(number, given, staff.may("see_cost"), give)
        else:

            def approved(name: str) -> None:
                def give() -> None:
                    discounts.give_approved(sale, number, given, name)

                self._unless_below_cost(number, given, staff.holds(name, "see_cost"), give)

            what, off = discounts.described(number, given), discounts.amount_off(number, given)
            self._with_permission("price_override", what, approved, off)

    def _unless_below_cost(
        self, number: int, given: Discount, may_see: bool, give: Callable[[], None]
    ) -> None:
        """Give a price; one below cost is said to who may see costs, who confirms it."""
        below = self._till.discounts.below_cost(number, given) if may_see else None
        if below is None:
            give()
            return

        def answer(text: str) -> None:
            if text.lower() in _YES:
                give()

        self._ask(Prompt(because("prompt.below_cost", why=below), answer))

    # ---- the sale ----------------------------------------------------------------------------

    def member(self) -> None:
        """Ask who the customer is."""
        why = self._till.why_not_change()
        if why is not None:
            self._say(why, "info")
            return
        identify = self._till.identify_customer
        self._ask(Prompt(because("prompt.member"), identify, identify))

    def hold(self) -> None:
        """Put the sale aside."""
        self._till.hold()

    def pay(self) -> None:
        """Ask for the payment: confirming is the exact amount, the key again the next note."""
        why = self._till.why_not_pay()
        if why is not None:
            self._say(why, "warning")
            return
        if self._till.view.due < 0:
            self._refund()
            return
        due = format_amount(self._till.cash_due(), self._settings.currency)
        has_account = self._till.has_account()
        self._ask(
            Prompt(
                because("prompt.pay_member" if has_account else "prompt.pay", amount=due),
                self._pay,
                self._scan_while_paying,
                command="pay",
                usual=due,
                next_answer=self._next_note,
                on_part=self._pay_part,
            )
        )

    def _refund(self) -> None:
        """Ask for the way by which money goes back: confirming is the way it came."""
        from pos_tui.tui.pages.returns_text import ways_in_words

        currency, returns = self._settings.currency, self._till.money.returns
        label = because(
            "prompt.refund",
            amount=format_amount(-self._till.view.due, currency),
            ways=ways_in_words(returns.ways(), currency),
        )
        self._ask(Prompt(label, self._give_money, command="pay", usual="="))

    def _give_money(self, answer: str) -> None:
        returns = self._till.money.returns
        kind = _REFUND_KINDS.get(answer.strip().lower())
        if kind is None and answer.strip() != "=":
            self._say(because("prompt.refund_ways"), "warning")
            self._refund()
            return
        ways = returns.ways(kind)
        if not any(each.is_another for each in ways):
            returns.refund(kind)
            return
        amount = sum(each.given for each in ways if each.is_another)
        what = because("permission.refund", amount=format_amount(amount, self._settings.currency))
        self._with_permission("refund_other_way", what, lambda _name: returns.refund(kind), amount)

    def _pay(self, text: str) -> None:
        """Hand on what was typed; where it does not pay that is said, and the question stays."""
        over = self._till.over_limit(text)
        if over is not None:
            pay = self._till.pay
            self._with_permission(
                "customer_account", over.what, lambda _: pay(text, is_approved=True), over.amount
            )
            return
        before = self._till.view.taken
        self._till.pay(text)
        if self._till.view.taken == before and self._till.why_not_pay() is None:
            self.pay()

    def _next_note(self, typed: str) -> str:
        """The next amount in notes above what is due, or above the last one."""
        currency, above = self._settings.currency, self._till.cash_due()
        with contextlib.suppress(AmountError):
            above = max(above, parse_amount(typed, currency))
        return format_amount(next_note(above, self._settings.notes), currency)

    def _pay_part(self, part: str, code: str) -> None:
        """A code scanned behind an amount: a wallet pays so much, goods are sold as ever."""
        if isinstance(self._till.codes.read(code), PaymentCode | VoucherCode):
            self._till.pay_part(part, code)
        else:
            self._scan_while_paying(code)

    def _scan_while_paying(self, code: str) -> bool:
        """An item scanned while money is being taken is added, and that is said; a code that
        changes nothing leaves the question open.
        """
        before = self._till.view
        self._till.scan(code)
        after = self._till.view
        if after.number != before.number or after.state != "open":
            return False
        if _pieces(after) > _pieces(before) and (line := self._lines.selected_line) is not None:
            due = format_amount(self._till.cash_due(), self._settings.currency)
            self._say(because("cash.item_added", name=line.item.name, due=due), "warning")
        return (after.totals, after.warnings) == (before.totals, before.warnings)

    def price(self) -> None:
        """Ask for a code and show its price."""

        def show(code: str) -> None:
            self._say(self._till.codes.price_of(code), "info")

        self._ask(Prompt(because("prompt.price"), show, show))

    def void(self) -> None:
        """Ask whether to void the sale, to give its payment up, or what is paid of it back."""
        sale = self._till.view
        if sale.is_under_way:
            self._ask(Prompt(because("prompt.give_up"), self._give_up))
        elif sale.taken:
            paid = format_amount(sale.total - sale.due, self._settings.currency)
            self._ask(Prompt(because("prompt.give_back", amount=paid), self._give_back))
        elif sale.is_empty:
            self._say(because("sale.nothing_to_void"), "info")
        elif sale.warnings:
            name = sale.warnings[-1].name
            self._say(because("sale.expired_before_void", name=name), "warning")
        else:
            self._ask(Prompt(because("prompt.void"), self._void))

    def _give_up(self, answer: str) -> None:
        if answer.lower() in _YES and not self._till.give_up_payment():
            self._say(because("screen.no_payment_under_way"), "info")

    def _give_back(self, answer: str) -> None:
        if answer.lower() in _YES:
            self._till.give_back()

    def _void(self, answer: str) -> None:
        if answer.lower() in _YES:
            self._till.void()

    def receipt(self) -> None:
        """Print the last receipt again."""
        self._till.print_again()

    # ---- what not everybody may --------------------------------------------------------------

    def clock(self) -> None:
        """Ask whether this machine's clock is right, where that is doubted."""
        if not self._till.clock.is_doubted:
            self._say(because("clock.right"), "info")
            return
        now, confirm = self._clock(), self._till.clock.confirm
        if not self._till.staff.may("goods"):  # it is the dates of goods that it decides
            self._with_permission(
                "goods", because("permission.clock", now=now), lambda _: confirm()
            )
            return

        def answer(text: str) -> None:
            if text.lower() in _YES:
                confirm()

        self._ask(Prompt(because("prompt.clock", now=now), answer))

    def with_permission(
        self, permission: Permission, what: Reason, open_page: Callable[[], None]
    ) -> None:
        """Open a page for which a permission is needed; what is done there is done by its holder
        until the page is left.
        """

        def act(name: str) -> None:
            self._till.staff.act_as(name)
            open_page()

        self._with_permission(permission, what, act)

    def add_product(self, open_page: Callable[[], None]) -> None:
        """Open the page that adds the code that was not known, as `with_permission` does."""
        if self._till.unknown:
            what = because("permission.add_product")
            self.with_permission("goods", what, open_page)
        else:
            self._say(because("product.none_unknown"), "info")
