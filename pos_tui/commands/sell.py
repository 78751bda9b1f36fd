"""`pos-tui sell`: one whole sale without a screen, one JSON object a line."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from pos_tui.commands.command import Subcommand, complain
from pos_tui.commands.end_requests import AskedToEnd, EndRequests, end_requests
from pos_tui.commands.plain_output import report_lost_output
from pos_tui.reasons import because
from pos_tui.standard_streams import read_standard_input
from pos_tui.wording.current import current, in_words, say

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from pos_tui.books import Books
    from pos_tui.checkout.events import TillEvent
    from pos_tui.checkout.settlement_list import LineChange, Totals
    from pos_tui.checkout.tenders import Tender
    from pos_tui.demo.shop import DemoShop
    from pos_tui.reasons import Reason
    from pos_tui.settings import TillSettings
    from pos_tui.till import Till

_TO_FINISH_S = 1.0  # for what is nearly done when the system asks for the end
_WEIGHING_POLL_S = 0.02
PAID, WITHOUT_RECEIPT, NOT_PAID, STILL_UNKNOWN = 0, 1, 3, 4


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "scans", nargs="*", metavar=say("cmd_sell.scan"), help=say("cmd_sell.scans_help")
    )
    parser.add_argument("--demo", action="store_true", help=say("cmd_sell.demo_help"))
    parser.add_argument("--confirm-expired", action="store_true", help=say("cmd_sell.confirm_help"))
    parser.add_argument("--age-checked", action="store_true", help=say("cmd_sell.age_help"))
    parser.add_argument(
        "--wait",
        type=float,
        default=90.0,
        metavar=say("cmd_sell.seconds"),
        help=say("cmd_sell.wait_help"),
    )


def _run_until_asked(options: argparse.Namespace) -> int:
    try:
        with end_requests() as requests:
            return _run(options, requests)
    except AskedToEnd:
        return NOT_PAID


def _run(options: argparse.Namespace, requests: EndRequests) -> int:
    from pos_tui.commands.paths import find_till

    shop: DemoShop | None = None
    if options.demo:
        from pos_tui.demo.shop import DemoShop

        shop = DemoShop(options.data)
        settings, data = shop.settings, shop.data
    else:
        settings, data = find_till(options.settings, options.data)
    return run_sale(options, settings, data, shop, requests)


def run_sale(
    options: argparse.Namespace,
    settings: TillSettings,
    data: Path,
    shop: DemoShop | None,
    requests: EndRequests,
) -> int:
    """Sell what the options name, with the demo's servers if it is the demo's shop; exit code."""
    from pos_tui.books import BooksError

    try:
        ended = _sell(options, settings, data, shop, requests)
        report_lost_output(of_a_sale=True)
        return ended
    except BooksError as error:
        return complain(in_words(error.reason))
    finally:
        if shop is not None:
            shop.close()


def _sell(
    options: argparse.Namespace,
    settings: TillSettings,
    data: Path,
    shop: DemoShop | None,
    requests: EndRequests,
) -> int:
    from pos_tui.books import Books
    from pos_tui.books.lock import TillLock
    from pos_tui.commands.paths import shop_clock

    clock = shop_clock(settings)
    lock = TillLock(data)
    try:
        books = Books(data)
        try:
            if shop is not None:
                shop.open(books, clock())
                if (trouble := _cloud_trouble(shop)) is not None:
                    code = STILL_UNKNOWN if _is_paying(settings, data, books, clock) else NOT_PAID
                    return complain(in_words(trouble), code)
            scans = tuple(_scans(options.scans))
            errand = _Errand(
                settings,
                data,
                books,
                clock,
                scans,
                options.wait,
                options.confirm_expired,
                options.age_checked,
            )
            return asyncio.run(_until_asked(requests, errand))
        finally:
            books.close()
    finally:
        lock.release()


class _Errand(NamedTuple):
    """What is to be sold, and where: `wait_s` is how long a payment is waited for."""

    settings: TillSettings
    data: Path
    books: Books
    clock: Callable[[], datetime]
    scans: tuple[Scan, ...]
    wait_s: float
    confirms_expired: bool
    age_checked: bool = False

    def till(self, emit: Callable[[TillEvent], None]) -> Till:
        """The till that it is sold at."""
        from pos_tui.till import Till

        language = self.settings.shop.language or current().language
        return Till(self.settings, self.data, self.books, emit, self.clock, language=language)


def _is_paying(
    settings: TillSettings, data: Path, books: Books, clock: Callable[[], datetime]
) -> bool:
    """Whether an earlier sale's payment is still unknown."""
    till = _Errand(settings, data, books, clock, (), 0.0, False).till(lambda _event: None)
    return till.is_paying or bool(till.open_payments())


def _cloud_trouble(shop: DemoShop) -> Reason | None:
    """Wait for the demo's servers; what is said when they do not start."""
    from pos_tui.demo.cloud import ServersNotStarted

    try:
        shop.wait_for_cloud()
    except ServersNotStarted as error:
        return because("demo.nothing_sold", why=error.reason, log=str(shop.cloud_log))
    return None


async def _until_asked(requests: EndRequests, errand: _Errand) -> int:
    """One sale; a signal that asks for the end makes its waiting short."""
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    with requests.lead_to(lambda: loop.call_soon_threadsafe(asked.set)):
        return await _one_sale(asked, errand)


async def _one_sale(asked: asyncio.Event, errand: _Errand) -> int:
    writer = EventWriter(errand.clock, errand.settings.shop.currency)
    till, scans = errand.till(writer.show), errand.scans
    waits_for_more = not till.sale.is_empty and not till.is_paying
    if waits_for_more and any(_is_item(till, scan) for scan in scans):
        return _still_open(till)
    aside = tuple(each.sale_no for each in till.open_payments())
    if not scans and till.sale.state != "awaiting" and not aside:
        return complain(say("cmd_sell.nothing_to_sell"))
    till.open()
    await till.start()
    if till.sale.state != "awaiting":
        await till.compared_with_gateway()
    try:
        left_over = till.sale.number if till.is_paying else 0
        is_over = _Waiting(till, writer, asked, errand.wait_s)
        if not scans and aside:
            return await _resume(is_over, (*aside, *((left_over,) if left_over else ())))
        if left_over and scans and not await is_over():
            return STILL_UNKNOWN
        if left_over and scans and till.sale.number == left_over:
            if till.sale.taken and any(_is_item(till, scan) for scan in scans):
                return _still_open(till)
            till.void()  # it was not paid, and these scans are of another sale
            await till.until_idle()
        return await _scan_all(is_over, errand)
    finally:
        await till.close()


async def _resume(is_over: _Waiting, numbers: tuple[int, ...]) -> int:
    """See payments through that were under way, also those of sales put aside."""
    if not await is_over(aside=True):
        return STILL_UNKNOWN
    return PAID if is_over.writer.receipts.issuperset(numbers) else NOT_PAID


async def _scan_all(is_over: _Waiting, errand: _Errand) -> int:
    from pos_tui.checkout import events

    till, writer = is_over.till, is_over.writer
    number, is_ours, part = till.sale.number, till.sale.is_empty, ""
    for scan in errand.scans:
        if isinstance(scan, TypedMoney):
            part = _accept_money(till, scan)
        elif isinstance(scan, TypedReturn):
            _accept_return(till, scan)
        elif part:
            till.pay_part(part, scan)
            part = ""
        else:
            till.scan(scan)
            if not await is_over.weighed():
                break
        while errand.confirms_expired and till.confirm_expired():
            pass
        if errand.age_checked:
            till.confirm_age()
        if writer.books_trouble is not None and not till.is_paying:
            break  # what cannot be looked up is not left out of a sale in silence
        await asyncio.sleep(0)
        if till.is_paying and scan is not errand.scans[-1]:
            await is_over()  # a part: the next one begins when it is over
    if not await is_over():
        return STILL_UNKNOWN
    if number in writer.receipts:
        return PAID
    if number in writer.paid:
        return complain(say("cmd_sell.without_receipt"), WITHOUT_RECEIPT)
    if writer.books_trouble is not None:
        complain(in_words(writer.books_trouble))
    elif isinstance(writer.last, events.Notice):
        complain(in_words(writer.last.reason))
    if is_ours and till.sale.taken:
        till.give_back()
        if not await is_over():
            return STILL_UNKNOWN
    if is_ours and not till.sale.is_empty:
        till.void()
        await till.until_idle()
    return NOT_PAID


def _still_open(till: Till) -> int:
    lines = till.sale.list.totals.lines
    return complain(say("cmd_sell.still_open", number=till.sale.number, count=lines))


class _Waiting:
    """Waits for a payment's end: so long, and no longer once this program is asked to end."""

    def __init__(
        self, till: Till, writer: EventWriter, asked: asyncio.Event, wait_s: float
    ) -> None:
        self.till = till
        self.writer = writer
        self._asked = asked
        self._wait_s = wait_s

    async def __call__(self, *, aside: bool = False) -> bool:
        """Whether it ended in time; `aside`: also the payments of sales put aside."""
        idle = asyncio.ensure_future(self.till.until_idle(aside=aside))
        request = asyncio.ensure_future(self._asked.wait())
        try:
            first = asyncio.FIRST_COMPLETED
            await asyncio.wait((idle, request), timeout=self._wait_s, return_when=first)
            if request.done():
                await asyncio.wait((idle,), timeout=_TO_FINISH_S)
        finally:
            request.cancel()
        if idle.done():
            return True
        idle.cancel()
        left = because("till.left_to_resume")
        self.writer.report("status", state="unknown", **_words_and_kind(left))
        return False

    async def weighed(self) -> bool:
        """Wait until goods that were scanned are weighed; False where they were not, in time."""
        weighing = self.till.weighing
        until = asyncio.get_running_loop().time() + self._wait_s
        while weighing is not None and weighing.view is not None:
            if self._asked.is_set() or asyncio.get_running_loop().time() > until:
                weighing.leave()
                return False
            await asyncio.sleep(_WEIGHING_POLL_S)
        return True


MoneyKind = Literal["cash", "card", "voucher", "account", "part", "new-voucher", "settle"]


class TypedMoney(NamedTuple):
    """Money in place of a scan: its kind, and the amount in major units as it was typed.

    A `part` is what the payment code after it pays; a `new-voucher` is sold; to `settle` is to pay
    of what a customer owes ("M-1001 20").
    """

    kind: MoneyKind
    typed: str

    @property
    def is_sold(self) -> bool:
        """Whether it stands on the list, and does not pay."""
        return self.kind in {"new-voucher", "settle"}


class TypedReturn(NamedTuple):
    """Goods that come back, in place of a scan, as typed.

    "return": a paid sale's number, the line, how much (1 where it is not typed), what becomes of
    them; "empty": the code of one; "void": the number of a whole sale, and why; "refund": the wish
    to give the money back, and by which way where it is another.
    """

    act: Literal["return", "empty", "void", "refund"]
    words: tuple[str, ...]


Scan = str | TypedMoney | TypedReturn
_MONEY: tuple[MoneyKind, ...] = get_args(MoneyKind)
_RETURNS: dict[Literal["return", "empty", "void", "refund"], int] = {
    "return": 3,  # and so many arguments behind it
    "empty": 1,
    "void": 2,
    "refund": 0,
}


def _accept_money(till: Till, money: TypedMoney) -> str:
    """Pay with it; a part is returned, for the payment code that comes after it."""
    if money.kind == "part":
        return money.typed
    if money.kind == "new-voucher":
        till.sell_voucher(money.typed)
        return ""
    if money.kind == "settle":
        code, _, amount = money.typed.partition(" ")
        till.settle_account(code, amount)
        return ""
    mark = {"card": "c", "voucher": "v", "account": "k"}.get(money.kind, "")
    till.pay(f"{mark}{money.typed}")
    return ""


def _accept_return(till: Till, typed: TypedReturn) -> None:
    """Take goods back, or give their money back; what is wrong with it is an event."""
    from decimal import Decimal, InvalidOperation
    from typing import get_args

    from pos_tui.checkout import events
    from pos_tui.checkout.returns import GOODS_FATES
    from pos_tui.checkout.tenders import TenderKind
    from pos_tui.reasons import ReasonError
    from pos_tui.till.money.returns import ToReturn

    returns, words = till.money.returns, typed.words
    try:
        if typed.act == "refund":
            kinds = [each for each in get_args(TenderKind) if each in words]
            returns.refund(kinds[0] if kinds else None)
            return
        if typed.act == "empty":
            returns.empties(" ".join(words))
            return
        try:
            if typed.act == "void":
                returns.void(int(words[0]), " ".join(words[1:]))
                return
            number, line = int(words[0]), int(words[1])
            quantity = Decimal(words[2]) if len(words) > 2 else Decimal(1)
            fate = next((each for each in GOODS_FATES if each in words), GOODS_FATES[0])
            chosen = {
                each.line: ToReturn(each.line, each.quantity, each.fate)
                for each in returns.lines
                if each.sale_no == number
            }
            chosen[line] = ToReturn(line, int(quantity * 1000), fate)
        except (ValueError, IndexError, InvalidOperation):
            raise ReasonError("cmd_sell.no_return", text=" ".join(words)) from None
        returns.accept(number, chosen.values())
    except ReasonError as error:
        till.notify(events.Notice(error.reason, "error"))


def _is_item(till: Till, scan: Scan) -> bool:
    from pos_tui.codes import PaymentCode, VoucherCode

    if isinstance(scan, TypedMoney):
        return scan.is_sold
    if isinstance(scan, TypedReturn):
        return False
    return not isinstance(till.codes.read(scan), PaymentCode | VoucherCode)


def _scans(arguments: list[str]) -> Iterator[Scan]:
    """Arguments as scans: `-` is standard input; `cash`, `card` and the other kinds of money take
    the argument after them, `return` the three after it: the sale, its line, how much; `empty` the
    code after it, `void` a sale and why.
    """
    rest = iter(arguments)
    for argument in rest:
        if argument == "-":
            lines = read_standard_input().splitlines()
            yield from _scans([part for line in lines for part in _of_line(line)])
        elif argument in _RETURNS:
            yield TypedReturn(argument, tuple(next(rest, "") for _ in range(_RETURNS[argument])))
        elif (act := argument.partition(" ")[0]) in _RETURNS:
            yield TypedReturn(act, tuple(argument.split()[1:]))
        elif argument in _MONEY:
            yield TypedMoney(argument, next(rest, "0"))
        elif (kind := argument.partition(" ")[0]) in _MONEY:
            yield TypedMoney(kind, argument.partition(" ")[2].strip())
        else:
            yield argument


def _of_line(line: str) -> list[str]:
    return [line.strip()] if line.strip() and line.strip() != "-" else []


class EventWriter:
    """Turns what happens at the till into JSON lines on standard output; amounts in minor units."""

    def __init__(self, clock: Callable[[], datetime], currency: str) -> None:
        self._clock = clock
        self._currency = currency
        self.receipts: set[int] = set()
        self.paid: set[int] = set()
        self.last: TillEvent | None = None
        self.books_trouble: Reason | None = None
        self._said: set[str] = set()

    def report(self, event: str, **details: Any) -> None:
        """Write one event."""
        import msgspec

        line = {"event": event, "at": self._clock().isoformat(timespec="milliseconds"), **details}
        sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
        sys.stdout.flush()

    def show(self, event: TillEvent) -> None:
        """Write what an event of the till means to a program."""
        from pos_tui.checkout import events

        self.last = event
        match event:
            case events.LineChanged(change=change, code=code):
                self._report_line(change, code)
            case events.TotalsChanged(totals=totals):
                self._report_totals(totals)
            case events.ReturnsChanged(returns=returns, due=due):
                lines = [
                    {
                        "sale": each.sale_no,
                        "line": each.line,
                        "name": each.name,
                        "quantity": f"{each.pieces:f}",
                        "amount": each.amount,
                        "goes": each.fate,
                    }
                    for each in returns
                ]
                self.report("return", returns=lines, due=due)
            case events.LookAtDate(name=name, expires_on=day, why=why) if why != "near":
                look = because("sale.look_at_date", name=name, day=day)
                self.report("status", state="", **_words_and_kind(look))
            case events.ItemExpired(warning=warning):
                self.report(
                    "expired",
                    name=warning.name,
                    lot=warning.lot,
                    expires_on=warning.expires_on.isoformat(),
                )
            case events.AgeToCheck(years=years, born_by=day, name=name) if years:
                self.report("age", name=name, years=years, born_by=day.isoformat())
            case events.NotSold(code=code, why=why):
                self.report("unknown", code=code, why=in_words(why), reason=why.kind)
            case events.OrderMade(order=order):
                self.report(
                    "order",
                    order_no=order.order_no,
                    amount=order.amount,
                    currency=order.currency,
                    platform=order.platform,
                    code=order.masked_code,
                )
            case events.PaymentChanged(view=view, state=state) if state or view.tone == "error":
                self.report("status", state=state, **_words_and_kind(view.status))
            case events.TenderTaken(tender=tender, due=due, channel=channel):
                self.report("tender", **_of_tender(tender), due=due, channel=channel)
            case events.SalePaid(number=number, total=total, tenders=tenders, channel=channel):
                self.paid.add(number)
                self.report(
                    "paid",
                    sale=number,
                    total=total,
                    currency=self._currency,
                    **_of_tender(tenders[-1]),
                    channel=channel,
                    tenders=[_of_tender(each) for each in tenders],
                )
            case events.PaymentFailed(order_no=order_no, state=state, why=why):
                self.report(
                    "declined", order_no=order_no, state=state, why=in_words(why), reason=why.kind
                )
            case events.ReceiptMade(sale_no=sale_no, path=path, printed=printed):
                self.receipts.add(sale_no)
                self.report("receipt", sale=sale_no, path=path, printed=printed)
            case events.SaleVoided(number=number):
                self.report(
                    "status", state="void", **_words_and_kind(because("sale.voided", number=number))
                )
            case events.LinkChanged(ok=False, why=why, link="disk" | "clock") if why is not None:
                if why.kind not in self._said:  # a clock is looked at with every scan
                    self.report("status", state="", **_words_and_kind(why))
                self._said.add(why.kind)
            case events.Notice(reason=reason, tone=tone) if tone != "info":
                if reason.kind in {"books.damaged", "books.unusable", "books.disk_refuses"}:
                    self.books_trouble = reason
                self.report("status", state="", **_words_and_kind(reason))
            case _:
                pass

    def _report_line(self, change: LineChange, code: str) -> None:
        line, totals = change.line, change.totals
        self.report(
            "line",
            what=change.what,
            line=change.index + 1,
            code=code or line.item.code,
            name=line.item.name,
            quantity=f"{line.quantity.normalize():f}",
            unit_price=line.item.unit_price,
            offer=line.offer,
            gross=line.gross,
            actual=line.actual,
        )
        self._report_totals(totals)

    def _report_totals(self, totals: Totals) -> None:
        discounts = [{"name": each.name, "amount": each.amount} for each in totals.discounts]
        self.report(
            "total",
            lines=totals.lines,
            saved=totals.saved,
            total=totals.total,
            discounts=discounts,
            tax=totals.tax,
        )


def _of_tender(tender: Tender) -> dict[str, str | int]:
    """What a program reads of a tender; `left` on a voucher, or owed on an account, where known."""
    left: dict[str, str | int] = (
        {} if tender.left is None else {"reference": tender.reference, "left": tender.left}
    )
    return {
        "tender": tender.kind,
        "given": tender.given,
        "change": tender.change,
        "order_no": tender.order_no,
        "platform": tender.platform,
        "platform_ref": tender.platform_ref,
        **left,
    }


def _words_and_kind(why: Reason | None) -> dict[str, str]:
    """What is said of a reason: its words, and its kind for programs."""
    return {"say": "", "reason": ""} if why is None else {"say": in_words(why), "reason": why.kind}


SELL = Subcommand(
    "sell",
    "cmd_sell.help",
    "pos-tui sell --demo 5449000000996 3017620422003 134857901234567890",
    _arguments,
    _run_until_asked,
)
