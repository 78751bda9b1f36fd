"""What the cashier asks of the till by key: a command asks, and hands the answer on."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from pos_tui.money import format_amount
from pos_tui.settings import TillSettings
from pos_tui.tui.panes.settlement import SettlementPane
from pos_tui.tui.parts.prompt import Prompt
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    from pos_tui.pricing import Discount
    from pos_tui.till import Till


class Cashier:
    """The commands that act on the sale; those that open a page are the screen's."""

    def __init__(
        self,
        settings: TillSettings,
        till: Till,
        lines: SettlementPane,
        ask: Callable[[Prompt], None],
        say: Callable[[str, str], None],
        run: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        """`ask` puts a question on the scan line, `say` a sentence; `run` does what must wait."""
        self._settings = settings
        self._till = till
        self._lines = lines
        self._ask = ask
        self._say = say
        self._run = run

    # ---- lines -------------------------------------------------------------------------------

    def remove(self) -> None:
        """Take the selected line off the list."""
        line = self._lines.selected_line
        if line is not None:
            self._till.remove_line(line.number)

    def quantity(self) -> None:
        """Ask for the quantity of the selected line."""
        line = self._lines.selected_line
        if line is None:
            self._say("There is no line. Type a number and * before a scan, like 3*.", "info")
            return
        self._ask(
            Prompt(
                f"Quantity of {line.item.name} (now {line.quantity}):",
                lambda text: self._till.set_quantity(line.number, text),
            )
        )

    def discount(self) -> None:
        """Ask for a discount on the selected line; the key again: on the whole basket."""
        line = self._lines.selected_line
        why = self._till.sale.why_not_change()
        if why or line is None:
            self._say(in_words(why) if why else "There is no line to give a discount on.", "info")
            return
        self._ask(
            Prompt(
                f"Discount on {line.item.name}: 10%, 2.00 or =3.00 each (F4: on all):",
                lambda text: self._discount(line.number, text),
                command="discount",
                again=self._discount_basket,
            )
        )

    def _discount_basket(self) -> None:
        self._ask(
            Prompt(
                "Discount on the whole basket: 10%, 2.00 or =30.00 in all; 0 for none:",
                lambda text: self._discount(None, text),
            )
        )

    def _discount(self, number: int | None, text: str) -> None:
        from pos_tui.till.discounts import DiscountError

        try:
            discount = self._till.discounts.read(text)
        except DiscountError as error:
            self._say(in_words(error.reason), "warning")
            return
        if discount is None:
            self._till.discount(number, None)
            return
        reasons = self._settings.discounts.reasons
        shown = " ".join(f"{place} {reason}" for place, reason in enumerate(reasons, 1))
        self._ask(Prompt(f"Why? {shown}:", lambda why: self._give(number, discount, why)))

    def _give(self, number: int | None, discount: Discount, why: str) -> None:
        discounts = self._till.discounts
        given = discounts.with_reason(discount, why)
        refused = discounts.why_not_alone(number, given)
        if not refused:
            self._till.discount(number, given)
        elif not discounts.can_be_approved():
            self._say(in_words(refused), "warning")
        else:

            def approve(pin: str) -> None:
                self._run(discounts.give_approved(number, given, pin))

            self._ask(Prompt("More than you may give alone. A supervisor's PIN:", approve,
                             secret=True))  # fmt: skip

    # ---- the sale ----------------------------------------------------------------------------

    def member(self) -> None:
        """Ask who the customer is."""
        know = self._till.identify_customer
        self._ask(Prompt("Member's card or number (0: nobody):", know, know))

    def hold(self) -> None:
        """Put the sale aside."""
        self._till.hold()

    def pay(self) -> None:
        """Ask for the payment."""
        why = self._till.sale.why_not_pay()
        if why:
            self._say(in_words(why), "warning")
            return
        due = format_amount(self._till.cash_due(), self._settings.currency)
        label = f"Pay {due}: scan the customer's code, or type the cash:"
        self._ask(Prompt(label, self._till.pay_cash, self._till.scan))

    def price(self) -> None:
        """Ask for a code and tell its price."""

        def tell(code: str) -> None:
            self._say(in_words(self._till.codes.price_of(code)), "info")

        self._ask(Prompt("Price of (scan or type):", tell, tell))

    def void(self) -> None:
        """Ask whether to void the sale, or to give its payment up."""
        if self._till.sale.state == "awaiting":
            self._ask(Prompt("Give this payment up? y, then Enter:", self._give_up))
        elif self._till.sale.is_empty:
            self._say(say("sale.nothing_to_void"), "info")
        elif self._till.sale.warnings:
            name = self._till.sale.warnings[0].name
            self._say(say("sale.expired_before_void", name=name), "warning")
        else:
            self._ask(Prompt("Void the whole sale? y, then Enter:", self._void))

    def _give_up(self, answer: str) -> None:
        if answer.lower() in {"y", "yes"} and not self._till.give_up_payment():
            self._say("There is no payment under way any more.", "info")

    def _void(self, answer: str) -> None:
        if answer.lower() in {"y", "yes"}:
            self._till.void()

    def receipt(self) -> None:
        """Print the last receipt again."""
        self._till.print_again()
