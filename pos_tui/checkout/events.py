"""What happened in a sale, as values: what the till tells a screen, a test or a program."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from pos_tui.checkout.orders import Order, OrderState
from pos_tui.checkout.returns import ReturnLine
from pos_tui.checkout.sale import Customer, ExpiryWarning
from pos_tui.checkout.settlement_list import LineChange, Totals
from pos_tui.checkout.tenders import Tender
from pos_tui.checkout.weighed import WeighingView
from pos_tui.codes import ItemCode
from pos_tui.reasons import Reason

StepName = Literal[
    "order_written", "order_sent", "customer", "confirmed", "cash_received", "taken", "receipt"
]
StepState = Literal["done", "doing", "todo", "failed"]
Tone = Literal["info", "warning", "error"]
PaperTrouble = Literal["", "out_of_paper", "cover_open", "cutter", "off_line", "error", "away"]
"""What is wrong with a printer, as it says itself; away: nothing answers."""
Link = Literal["gateway", "redis", "printer", "disk", "voice", "clock", "scale"]


class SaleOpened(Struct, frozen=True):
    """A sale begins; `resumed` when it was under way as the till last stopped."""

    number: int
    resumed: bool = False


class LineChanged(Struct, frozen=True):
    """The settlement list changed in one line; `code` is the scan that did it, if one did.

    also: an offer ties this line to the one that the act was about; it was not meant itself.
    """

    change: LineChange
    code: str = ""
    also: bool = False


class TotalsChanged(Struct, frozen=True):
    """Only what comes off the whole basket is another now, no line."""

    totals: Totals


class ReturnsChanged(Struct, frozen=True):
    """What comes back in this sale is another now; `due` is left to pay (minor units), below zero
    it goes back.
    """

    returns: tuple[ReturnLine, ...]
    due: int


class ReceiptScanned(Struct, frozen=True):
    """A receipt's code was scanned: the goods of this sale are to come back."""

    sale_no: int


class CustomerKnown(Struct, frozen=True):
    """The customer of this sale is known; None: no longer."""

    customer: Customer | None


class SaleHeld(Struct, frozen=True):
    """A sale was put aside, to be recalled later."""

    number: int


class NotSold(Struct, frozen=True):
    """A scan that put nothing on the list; `unpriced` is what was read when only a price lacks."""

    code: str
    why: Reason
    unpriced: ItemCode | None = None


class ItemExpired(Struct, frozen=True):
    """An expired item came off the list; payment waits until the cashier confirms."""

    warning: ExpiryWarning


class ExpiryConfirmed(Struct, frozen=True):
    """The latest warning is dealt with; so many are left."""

    left: int


class LookAtDate(Struct, frozen=True):
    """The item stays on the list, but its date must be looked at.

    mixed: an expired lot of it may still be on the shelf. past: it is past its date, and the shop
    still sells such goods. near: its last good day is near; `offer` is what it gets for that.
    """

    name: str
    expires_on: date
    why: Literal["mixed", "past", "near"] = "mixed"
    offer: str = ""


class AgeToCheck(Struct, frozen=True):
    """The customer must have been born on this day or before; payment waits until that is checked.

    `name` is of the goods. years 0: there is nothing to check any more.
    """

    years: int
    born_by: date
    name: str = ""


class QuantitySet(Struct, frozen=True):
    """The next scan is for so many (as typed); "" when it is one again."""

    quantity: str


class WeighingChanged(Struct, frozen=True):
    """Where the weighing is of the goods that are being weighed; None: it is over."""

    view: WeighingView | None


class Notice(Struct, frozen=True):
    """Something that the cashier should know."""

    reason: Reason
    tone: Tone = "info"


class Step(Struct, frozen=True):
    """A step of the payment, with when it was reached."""

    name: StepName
    state: StepState
    at: datetime | None = None


class PaymentView(Struct, frozen=True):
    """Where the money is: what is being paid with, all steps, and what to do now."""

    title: Reason
    steps: tuple[Step, ...]
    status: Reason | None
    tone: Literal["info", "warning", "error", "good"] = "info"
    masked_code: str = ""


class OrderMade(Struct, frozen=True):
    """A transaction order is in the journal; nothing has left the till yet."""

    order: Order


class PaymentChanged(Struct, frozen=True):
    """The payment of this sale is somewhere else now. `state` is "" for cash."""

    view: PaymentView
    state: OrderState | Literal[""]
    sale_no: int


class PaymentAsked(Struct, frozen=True):
    """The gateway was asked `count` times how this sale's payment stands; `next_at`: again."""

    sale_no: int
    count: int
    next_at: datetime


class TenderTaken(Struct, frozen=True):
    """A part of a sale is paid, and in the books; `due` is left to pay (minor units)."""

    sale_no: int
    tender: Tender
    due: int
    channel: str = ""


class TendersReturned(Struct, frozen=True):
    """What had been paid of a sale goes back, or is back; with `is_open` its list is open again."""

    sale_no: int
    tenders: tuple[Tender, ...]
    is_open: bool


class SalePaid(Struct, frozen=True):
    """The sale is complete in the books; `tenders` in the order in which they were taken."""

    number: int
    total: int
    tenders: tuple[Tender, ...]
    channel: str = ""

    @property
    def tender(self) -> Tender:
        """The one that paid the rest."""
        return self.tenders[-1]


class PaymentFailed(Struct, frozen=True):
    """The payment will not come; with nothing else paid, the list is open again."""

    order_no: str
    state: Literal["declined", "cancelled"]
    why: Reason
    sale_no: int


class SaleAside(Struct, frozen=True):
    """A sale was put aside with its payment running."""

    number: int


class OpenPaymentsChanged(Struct, frozen=True):
    """So many sales wait aside for their payments."""

    count: int


class SaleVoided(Struct, frozen=True):
    """The sale was voided."""

    number: int


class ReceiptMade(Struct, frozen=True):
    """The receipt data file is written, and the print job went as `printed` says.

    waiting: it prints by itself once the printer can. unsure: it may be on paper, or a part of it.
    """

    sale_no: int
    path: str
    text: str
    printed: Literal["printed", "sent", "waiting", "unsure", "none"]


class PaperChanged(Struct, frozen=True):
    """How it stands with the receipt printer: what is wrong with it ("": nothing), how many papers
    wait for it, and how many for somebody's word.
    """

    trouble: PaperTrouble
    waiting: int
    offered: int


class LinkChanged(Struct, frozen=True):
    """Something the till depends on came or went; `why` tells what is wrong with it."""

    link: Link
    ok: bool
    why: Reason | None = None


TillEvent = (
    SaleOpened
    | LineChanged
    | TotalsChanged
    | ReturnsChanged
    | ReceiptScanned
    | CustomerKnown
    | SaleHeld
    | NotSold
    | ItemExpired
    | ExpiryConfirmed
    | LookAtDate
    | AgeToCheck
    | QuantitySet
    | WeighingChanged
    | Notice
    | OrderMade
    | PaymentChanged
    | TenderTaken
    | TendersReturned
    | PaymentAsked
    | SalePaid
    | PaymentFailed
    | SaleAside
    | OpenPaymentsChanged
    | SaleVoided
    | ReceiptMade
    | PaperChanged
    | LinkChanged
)
