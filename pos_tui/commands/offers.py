"""`pos-tui offers`: the shop's offers, from and to a TOML file, tried on past sales before."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pos_tui.commands.command import Command, complain
from pos_tui.wording.current import in_words

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from pos_tui.books import Books
    from pos_tui.codes import Reading
    from pos_tui.money import Currency
    from pos_tui.pricing import Offer
    from pos_tui.settings import TillSettings
    from pos_tui.till.shop_offers import OfferRow, ShopOffers

_NAMES_TOLD = 3
_MOST_DAYS = 3660
_FILE_ACTS = ("import", "preview")


class _FileError(Exception):
    """A file of offers cannot be read or written; its text is a sentence that says why."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "act",
        choices=("list", "import", "export", "preview", "remove"),
        help="list; import FILE, a TOML file of [[offer]] tables, all of it or nothing; export FILE"
        " (- or none: to standard output); preview FILE, on past sales; remove NAME",
    )
    # Named as the program gathers words that stand after an option.
    parser.add_argument("scans", metavar="WORD", nargs="*", help="the file, or the offer's name")
    parser.add_argument("--dry-run", action="store_true", help="import: only check the file")
    parser.add_argument(
        "--days", type=int, default=7, metavar="N", help="preview: how far back (default 7)"
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="list: one JSON object a line; preview: one; amounts in minor units",
    )
    parser.add_argument("--demo", action="store_true", help="the demo shop's offers")


def _run(options: argparse.Namespace) -> int:
    from contextlib import closing

    from pos_tui.books import Books, BooksError
    from pos_tui.books.books import FILE_NAME
    from pos_tui.commands.paths import find_shop, shop_clock
    from pos_tui.pricing import OfferError
    from pos_tui.till.shop_offers import ShopOffers

    wrong = _wrong_words(options)
    if wrong:
        return complain(wrong)
    settings, data = find_shop(options.demo, options.settings, options.data)
    if not (data / FILE_NAME).exists():
        first = "open the demo shop once" if options.demo else "take the shop's goods in first"
        return complain(f"There are no books in {data}; {first}.")
    clock = shop_clock(settings)
    try:
        with closing(Books(data)) as books:
            shop = ShopOffers(books, settings.currency, clock, _reader(settings, clock))
            if options.act == "list":
                return _list(shop, books, settings.currency, options.json)
            if options.act == "export":
                return _export(shop, books, settings.currency, options.scans)
            if options.act == "remove":
                return _remove(shop, " ".join(options.scans))
            offers = _read(options.scans[0], settings.currency)
            if options.act == "preview":
                return _preview(shop, offers, options, settings.currency)
            return _import(shop, offers, options.dry_run)
    except OfferError as error:
        return complain(f"{options.scans[0]}: {error} Nothing was changed.")
    except _FileError as error:
        return complain(f"{error} Nothing was changed.")
    except BooksError as error:
        return complain(in_words(error.reason))


def _wrong_words(options: argparse.Namespace) -> str:
    """What is missing or too much in the command, as a sentence."""
    act, words = options.act, options.scans
    if act in _FILE_ACTS and len(words) != 1:
        return f"Say from which file: pos-tui offers {act} FILE."
    if act == "remove" and not words:
        return "Say which: pos-tui offers remove NAME."
    if len(words) > {"list": 0, "export": 1}.get(act, len(words)):
        return f"“{words[-1]}” is one word too much for pos-tui offers {act}."
    if not 1 <= options.days <= _MOST_DAYS:
        return f"--days is a number of days from 1 to {_MOST_DAYS}."
    return ""


def _reader(settings: TillSettings, clock: Callable[[], datetime]) -> Callable[[str], Reading]:
    """What tells what a scan means; loaded only if an offer has a coupon."""

    def read(code: str) -> Reading:
        from pos_tui.codes.identify import identify
        from pos_tui.till.decoder import checked_context

        context, _ = checked_context(settings, clock().date())
        return identify(code, context)

    return read


# ---- acts ----------------------------------------------------------------------------------------


def _list(shop: ShopOffers, books: Books, currency: Currency, as_json: bool) -> int:
    rows = shop.rows()
    if as_json:
        import msgspec

        for row in rows:
            print(msgspec.json.encode(row).decode())
        return 0
    from pos_tui.pricing.offer_short import offer_label
    from pos_tui.text_width import pad

    for row in rows:
        label = offer_label(row.offer.gives, currency)
        told = f"{pad(row.offer.name, 24)} {pad(label, 16)} {row.state:8} "
        print(told + "; ".join(_terms(row, books, currency)))
    return 0


def _terms(row: OfferRow, books: Books, currency: Currency) -> list[str]:
    """What an offer is on, and what else it asks for, in words."""
    from pos_tui.money import format_amount
    from pos_tui.pricing.offers import MealDeal

    offer = row.offer
    on = offer.on
    if isinstance(offer.gives, MealDeal):
        on = tuple(term for group in offer.gives.groups for term in group)
    said = [f"on {_named(on, books)}"]
    if offer.but:
        said.append(f"but not {_named(offer.but, books)}")
    if row.times:
        said.append(row.times)
    if offer.customers:
        said.append(f"only for {', '.join(offer.customers)}")
    if offer.coupon:
        said.append(f"coupon {offer.coupon}")
    if offer.min_quantity:
        said.append(f"from {offer.min_quantity} pieces")
    if offer.min_amount:
        said.append(f"from {format_amount(offer.min_amount, currency)}")
    if offer.limit is not None:
        said.append(f"at most {offer.limit} in a sale")
    if offer.limit_total is not None:
        said.append(f"{offer.used} of {offer.limit_total} used")
    return said


def _named(terms: Sequence[str], books: Books) -> str:
    """Terms with products' names in place of their codes."""
    names = []
    for term in terms[:_NAMES_TOLD]:
        code = term.removeprefix("product:")
        product = books.product(code) if code != term else None
        names.append(code if product is None else product.name)
    more = len(terms) - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def _import(shop: ShopOffers, offers: list[Offer], dry_run: bool) -> int:
    from msgspec.structs import replace

    examples = shop.check(offers)
    offers = [example.offer for example in examples]
    there = [replace(row.offer, id=0, used=0) for row in shop.rows()]
    new = [offer for offer in offers if offer not in there]
    if new and not dry_run:
        shop.keep(new)
    for example in examples:
        print(f"“{example.offer.name}”  {in_words(example.basket)}")
    known = len(offers) - len(new)
    unchanged = f"; {_count(known)} there already" if known else ""
    if dry_run:
        print(f"{_count(len(new))} right and would be kept{unchanged}. Nothing was changed.")
    elif new:
        holds = "it holds" if len(new) == 1 else "they hold"
        print(f"{_count(len(new))} kept{unchanged}; {holds} from the next sale on.")
    else:
        print("The shop has all of them already; nothing was changed.")
    return 0


def _preview(
    shop: ShopOffers, offers: list[Offer], options: argparse.Namespace, currency: Currency
) -> int:
    checked = [example.offer for example in shop.check(offers)]
    found = shop.preview(checked, options.days)
    if options.json:
        import msgspec

        print(msgspec.json.encode(found).decode())
    else:
        print(in_words(found.summary(currency)))
    return 0


def _export(shop: ShopOffers, books: Books, currency: Currency, words: list[str]) -> int:
    """Write what import would take; what it would not is left out and told on stderr."""
    from contextlib import closing
    from pathlib import Path

    from pos_tui.books.catalogue.offers import ids_with_goods
    from pos_tui.books.connection import open_connection
    from pos_tui.pricing.offer_file import write_offers

    with closing(open_connection(books.path)) as reader:
        with_goods = ids_with_goods(reader)
    own = [row for row in shop.rows() if row.offer.id not in with_goods]
    offers = [row.offer for row in own if row.state != "over"]
    over = len(own) - len(offers)
    if not offers:
        return complain("There are no offers to export; no file was written.")
    text = write_offers(offers, currency)
    to_file = words[:1] not in ([], ["-"])
    if to_file:
        _write(Path(words[0]), text)
    else:
        sys.stdout.write(text)
        sys.stdout.flush()
    for count, why in ((over, "over"), (len(with_goods), "from a goods file, which tells of them")):
        if count:
            print(f"{_count(count)} {why}: left out.", file=sys.stderr)
    if to_file:
        print(f"{_count(len(offers))} written to {words[0]}.")
    return 0


def _remove(shop: ShopOffers, name: str) -> int:
    rows = shop.rows()
    names = {row.offer.name for row in rows}
    if name not in names:
        # A name made by the program has a real minus sign, which no keyboard has.
        alike = {each for each in names if _plain(each) == _plain(name)}
        if len(alike) != 1:
            return complain(f"There is no offer “{name}”; `pos-tui offers list` lists them.")
        (name,) = alike
    ids = [row.offer.id for row in rows if row.offer.name == name]
    for offer_id in ids:
        shop.retire(offer_id)
    several = f" ({len(ids)} of that name)" if len(ids) > 1 else ""
    print(f"“{name}” is taken back{several}, from the next sale on.")
    return 0


def _plain(name: str) -> str:
    return " ".join(name.replace("−", "-").casefold().split())


def _count(number: int) -> str:
    return "1 offer is" if number == 1 else f"{number} offers are"


# ---- files ---------------------------------------------------------------------------------------


def _read(path: str, currency: Currency) -> list[Offer]:
    """The offers of a file, each with a name of its own. Raises OfferError and _FileError."""
    from pathlib import Path

    from pos_tui.pricing import OfferError
    from pos_tui.pricing.offer_file import read_offers

    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _FileError(f"{path} is not UTF-8 text; save it as UTF-8.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is no file's"
        raise _FileError(f"{path} cannot be read ({reason}).") from error
    offers = read_offers(text, currency)
    if not offers:
        raise OfferError("There is no offer in it; begin each with a line [[offer]].")
    names: set[str] = set()
    for offer in offers:
        if offer.name in names:
            raise OfferError(f"“{offer.name}” stands in it twice; give each a name of its own.")
        names.add(offer.name)
    return offers


def _write(path: Path, text: str) -> None:
    """Write a file; the old one stays until the new one is whole. Raises _FileError."""
    try:
        path = path.resolve()
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")
            return
        beside = path.with_name(path.name + ".new")
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is no file's"
        raise _FileError(f"{path} cannot be written ({reason}).") from error


OFFERS = Command(
    "offers",
    "The shop's offers: listed, taken from a file, written to one, tried on past sales.",
    "pos-tui offers preview autumn.toml --days 30",
    _arguments,
    _run,
)
