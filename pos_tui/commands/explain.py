"""`pos-tui explain`: why each price of a paid sale, as it was kept with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_tui.commands.command import Command, complain
from pos_tui.reasons import reason_of
from pos_tui.wording.current import in_words

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pos_tui.checkout.explained import ExplainedLine, ExplainedSale

_NAME_CELLS = 24
_LAST_NUMBER = 10**9  # no shop gets there; what is larger need not be looked for


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sale", type=int, metavar="SALE", help="the sale's number")
    parser.add_argument("--line", type=int, metavar="N", help="only the line with this number")
    parser.add_argument(
        "--json", action="store_true", help="as one JSON object; amounts in minor units"
    )
    parser.add_argument("--demo", action="store_true", help="a sale of the demo shop")


def _run(options: argparse.Namespace) -> int:
    from msgspec.structs import replace

    from pos_tui.books import BooksError
    from pos_tui.commands.paths import find_shop
    from pos_tui.money import format_amount

    settings, data = find_shop(options.demo, options.settings, options.data)
    try:
        whole = _find(data, options.sale)
    except (BooksError, LookupError) as error:
        return complain(in_words(reason_of(error)))
    found = whole
    if options.line is not None:
        lines = tuple(line for line in whole.lines if line.number == options.line)
        if not lines:
            there = ", ".join(str(line.number) for line in whole.lines)
            return complain(f"Sale {whole.sale_no:06d} has no line {options.line}; it has {there}.")
        found = replace(whole, lines=lines)
    if options.json:
        import msgspec

        print(msgspec.json.encode(found).decode())
        return 0
    currency = settings.currency
    told = _told(found, whole, lambda minor: format_amount(minor, currency))
    print("\n".join(told) + f" {currency.code}")
    return 0


def _find(data: Path, number: int) -> ExplainedSale:
    """What was kept with a sale. Raises BooksError, and LookupError with a sentence."""
    from contextlib import closing

    from pos_tui.books import Books
    from pos_tui.books.books import FILE_NAME
    from pos_tui.books.connection import open_connection
    from pos_tui.books.sales.sales import explanation

    if not (data / FILE_NAME).exists():
        raise LookupError(f"There are no books in {data}.")
    if not 0 < number < _LAST_NUMBER:
        raise LookupError(f"There is no paid sale {number} in {data}.")
    with closing(Books(data)) as books:
        with closing(open_connection(books.path)) as reader:
            found = explanation(reader, number)
        if found is not None:
            return found
        try:
            books.paid_sale(number)
        except LookupError:
            raise LookupError(f"There is no paid sale {number} in {data}.") from None
    raise LookupError(
        f"Nothing was kept of why sale {number:06d} cost what it did: it is older than this"
        f" program, or the till was stopped just then. `pos-tui receipt {number}` shows its prices."
    )


def _told(
    found: ExplainedSale, whole: ExplainedSale, amount: Callable[[int], str]
) -> Iterator[str]:
    """The lines found, what came off the whole sale's basket, and its total last."""
    yield f"Sale {whole.sale_no:06d}"
    for line in found.lines:
        yield ""
        yield from _line(line, amount)
    yield ""
    for discount in whole.discounts:
        yield f"Off the basket: {discount.name} −{amount(discount.amount)}"
    tax = whole.total - sum(line.actual for line in whole.lines)
    if tax:
        yield f"Tax added: {amount(tax)}"
    yield f"Total {amount(whole.total)}"


def _line(line: ExplainedLine, amount: Callable[[int], str]) -> Iterator[str]:
    from pos_tui.text_width import pad, width_of

    price = f"{line.quantity} x {amount(line.unit_price)} = {amount(line.gross)}"
    yield f"{line.number:3}  {pad(line.name, max(_NAME_CELLS, width_of(line.name)))}  {price}"
    for each in line.considered:
        mark = "✓" if each.verdict == "applied" else "·"
        name = pad(each.name, max(_NAME_CELLS - 2, width_of(each.name)))
        yield f"     {mark} {name}  {each.say}"
    if not line.considered:
        yield "     no offer is on it"
    if line.share:
        yield f"     its share of what came off the basket: −{amount(line.share)}"
    yield f"     to pay: {amount(line.actual)}"


EXPLAIN = Command(
    "explain",
    "Why each price of a sale: every offer that was considered, applied or not, and why.",
    "pos-tui explain 148 --line 2",
    _arguments,
    _run,
)
