"""`pos-tui explain`: why each price of a paid sale, as it was kept with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pos_tui.commands.command import Subcommand, complain
from pos_tui.reasons import ReasonError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pos_tui.checkout.explained import ExplainedLine, ExplainedSale
    from pos_tui.checkout.returns import ReturnLine
    from pos_tui.checkout.tenders import Tender
    from pos_tui.reasons import Reason

_NAME_CELLS = 24
_LAST_NUMBER = 10**9  # no shop gets there; what is larger need not be looked for


class _NotFound(ReasonError):
    """There is nothing to explain; its reason says why."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    from pos_tui.wording.current import say

    sale, text = say("cmd_explain.sale"), say("cmd_explain.sale_help")
    parser.add_argument("sale", type=int, metavar=sale, help=text)
    parser.add_argument("--line", type=int, metavar="N", help=say("cmd_explain.line_help"))
    parser.add_argument("--json", action="store_true", help=say("cmd_explain.json_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_explain.demo_help"))


def _run(options: argparse.Namespace) -> int:
    from msgspec.structs import replace

    from pos_tui.books import BooksError
    from pos_tui.commands.paths import find_shop
    from pos_tui.money import format_amount
    from pos_tui.reasons import reason_of
    from pos_tui.wording.current import in_words, say

    settings, data = find_shop(options.demo, options.settings, options.data)
    try:
        whole, tenders, returns = _find(data, options.sale)
    except (BooksError, _NotFound) as error:
        return complain(in_words(reason_of(error)))
    found = whole
    if options.line is not None:
        lines = tuple(line for line in whole.lines if line.number == options.line)
        if not lines:
            there = tuple(str(line.number) for line in whole.lines)
            number = f"{whole.sale_no:06d}"
            return complain(
                say("cmd_explain.no_line", number=number, line=options.line, lines=there)
            )
        found = replace(whole, lines=lines)
    if options.json:
        import msgspec

        sale = _for_programs(found)
        sale["tenders"] = [_of_tender(each) for each in tenders]
        sale["returns"] = [msgspec.to_builtins(each) for each in returns]
        print(msgspec.json.encode(sale).decode())
        return 0
    currency = settings.currency
    back = sum(each.amount for each in returns)
    rows = _rows(found, whole, back, lambda minor: format_amount(minor, currency))
    print("\n".join(rows) + f" {currency.code}")
    for each in returns:
        print(
            say(
                "cmd_explain.returned" if each.sale_no else "cmd_explain.returned_unsold",
                quantity=each.pieces,
                name=each.name,
                number=each.sale_no,
                line=each.line,
                amount=format_amount(each.amount, currency),
            )
        )
    for tender in tenders:
        amount = format_amount(tender.amount, currency)
        print(say("cmd_explain.tender", what=_named(tender), amount=amount))
    return 0


def _named(tender: Tender) -> Reason:
    """What a tender is called: the wallet by its platform, the rest by its kind."""
    from pos_tui.codes.payment import platform_reason
    from pos_tui.reasons import because

    if tender.kind == "wallet":
        return platform_reason(tender.platform)
    return because(f"receipt.{tender.kind}")


def _of_tender(tender: Tender) -> dict[str, str | int]:
    return {
        "tender": tender.kind,
        "amount": tender.amount,
        "given": tender.given,
        "change": tender.change,
        "platform": tender.platform,
        "order_no": tender.order_no,
    }


def _find(
    data: Path, number: int
) -> tuple[ExplainedSale, tuple[Tender, ...], tuple[ReturnLine, ...]]:
    """What was kept with a sale, what it was paid with, what came back in it. Raises BooksError and
    _NotFound.
    """
    from contextlib import closing

    from pos_tui.books import Books
    from pos_tui.books.books import FILE_NAME
    from pos_tui.books.connection import open_connection
    from pos_tui.books.sales.sales import explanation

    if not (data / FILE_NAME).exists():
        raise _NotFound("cmd_explain.no_books", folder=str(data))
    if not 0 < number < _LAST_NUMBER:
        raise _NotFound("cmd_explain.no_sale", number=number, folder=str(data))
    with closing(Books(data)) as books:
        try:
            sale, _, tenders = books.paid_sale(number)
        except LookupError:
            raise _NotFound("cmd_explain.no_sale", number=number, folder=str(data)) from None
        with closing(open_connection(books.path)) as reader:
            found = explanation(reader, number)
        if found is not None:
            return found, tenders, sale.returns
    raise _NotFound("cmd_explain.not_kept", padded=f"{number:06d}", number=number)


def _for_programs(found: ExplainedSale) -> dict[str, Any]:
    """The sale as JSON: `say` in the language in use, `reason` its kind."""
    import msgspec

    from pos_tui.wording.current import in_words

    sale: dict[str, Any] = msgspec.to_builtins(found)
    for line, explained in zip(sale["lines"], found.lines, strict=True):
        for offer, each in zip(line["considered"], explained.considered, strict=True):
            del offer["why"]
            offer.update(say=in_words(each.reason), reason=each.reason.kind)
    return sale


def _rows(
    found: ExplainedSale, whole: ExplainedSale, back: int, amount: Callable[[int], str]
) -> Iterator[str]:
    """The lines found, what came off the whole sale's basket, and its total last: where nothing was
    sold, what went `back`.
    """
    from pos_tui.wording.current import say

    yield say("cmd_explain.title", number=f"{whole.sale_no:06d}")
    for line in found.lines:
        yield ""
        yield from _line(line, amount)
    yield ""
    for discount in whole.discounts:
        yield say("cmd_explain.discount", name=discount.name, amount=amount(discount.amount))
    tax = whole.total - sum(line.actual for line in whole.lines)
    if tax:
        yield say("cmd_explain.tax", amount=amount(tax))
    if back and not whole.lines:
        yield say("cmd_explain.went_back", amount=amount(back))
    else:
        yield say("cmd_explain.total", amount=amount(whole.total))


def _line(line: ExplainedLine, amount: Callable[[int], str]) -> Iterator[str]:
    from pos_tui.text_width import pad, width_of
    from pos_tui.wording.current import in_words, say

    price = f"{line.quantity} x {amount(line.unit_price)} = {amount(line.gross)}"
    yield f"{line.number:3}  {pad(line.name, max(_NAME_CELLS, width_of(line.name)))}  {price}"
    for each in line.considered:
        mark = "✓" if each.verdict == "applied" else "·"
        name = pad(each.name, max(_NAME_CELLS - 2, width_of(each.name)))
        yield f"     {mark} {name}  {in_words(each.reason)}"
    if not line.considered:
        yield f"     {say('cmd_explain.no_offer')}"
    if line.share:
        yield f"     {say('cmd_explain.share', amount=amount(line.share))}"
    yield f"     {say('cmd_explain.to_pay', amount=amount(line.actual))}"


EXPLAIN = Subcommand(
    "explain",
    "cmd_explain.help",
    "pos-tui explain 148 --line 2",
    _arguments,
    _run,
)
