"""`pos-tui offers`: the shop's offers, from and to a TOML file, tried on past sales before."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain, why_refused
from pos_tui.reasons import ReasonError, because
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
    from pos_tui.reasons import Reason
    from pos_tui.settings import TillSettings
    from pos_tui.till.goods.offers import OfferRow, ShopOffers

_MOST_NAMES = 3
_MOST_DAYS = 3660
_FILE_ACTS = ("import", "preview")


class _FileError(ReasonError):
    """A file of offers cannot be read or written; its reason says why."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    from pos_tui.wording.current import say

    acts = ("list", "import", "export", "preview", "remove")
    parser.add_argument("act", choices=acts, help=say("cmd_offers.act_help"))
    # Named as the program gathers words that stand after an option.
    word, text = say("cmd_offers.word"), say("cmd_offers.words_help")
    parser.add_argument("scans", metavar=word, nargs="*", help=text)
    parser.add_argument("--dry-run", action="store_true", help=say("cmd_offers.dry_run_help"))
    text = say("cmd_offers.days_help")
    parser.add_argument("--days", type=int, default=7, metavar="N", help=text)
    parser.add_argument("--json", action="store_true", help=say("cmd_offers.json_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_offers.demo_help"))


def _run(options: argparse.Namespace) -> int:
    from contextlib import closing

    from pos_tui.books import Books, BooksError
    from pos_tui.books.books import FILE_NAME
    from pos_tui.commands.paths import find_shop, shop_clock
    from pos_tui.pricing import OfferError
    from pos_tui.till.goods.offers import ShopOffers
    from pos_tui.wording.current import in_words, say

    wrong = _wrong_words(options)
    if wrong is not None:
        return complain(in_words(wrong))
    settings, data = find_shop(options.demo, options.settings, options.data)
    if not (data / FILE_NAME).exists():
        kind = "cmd_offers.no_demo_books" if options.demo else "cmd_offers.no_books"
        return complain(say(kind, folder=str(data)))
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
        file = options.scans[0]
        return complain(say("cmd_offers.wrong_offer", file=file, why=error.reason))
    except _FileError as error:
        return complain(say("cmd_offers.wrong_file", why=error.reason))
    except BooksError as error:
        return complain(in_words(error.reason))


def _wrong_words(options: argparse.Namespace) -> Reason | None:
    """What is missing or too much in the command."""
    act, words = options.act, options.scans
    if act in _FILE_ACTS and len(words) != 1:
        return because("cmd_offers.which_file", act=act)
    if act == "remove" and not words:
        return because("cmd_offers.which_offer")
    if len(words) > {"list": 0, "export": 1}.get(act, len(words)):
        return because("cmd_offers.word_too_much", word=words[-1], act=act)
    if not 1 <= options.days <= _MOST_DAYS:
        return because("cmd_offers.wrong_days", most=_MOST_DAYS)
    return None


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
    from pos_tui.wording.current import in_words, say

    if as_json:
        import msgspec

        for row in rows:
            times = "" if row.times is None else in_words(row.times)
            line = {"offer": row.offer, "state": row.state, "times": times}
            print(msgspec.json.encode(line).decode())
        return 0
    from pos_tui.pricing.offer_short import offer_label
    from pos_tui.text_width import pad

    if not rows:
        print(say("cmd_offers.none"))
    for row in rows:
        label = in_words(offer_label(row.offer.gives, currency))
        state = say(f"cmd_offers.state_{row.state.replace(' ', '_')}")
        terms = say("words.clause_separator").join(map(in_words, _terms(row, books, currency)))
        print(f"{pad(row.offer.name, 24)} {pad(label, 16)} {pad(state, 8)} {terms}")
    return 0


def _terms(row: OfferRow, books: Books, currency: Currency) -> list[Reason]:
    """What an offer is on, and what else it asks for."""
    from pos_tui.money import format_amount
    from pos_tui.pricing.offers import MealDeal

    offer = row.offer
    on = offer.on
    if isinstance(offer.gives, MealDeal):
        on = tuple(term for group in offer.gives.groups for term in group)
    terms = [because("cmd_offers.on", goods=_named(on, books))]
    if offer.but:
        terms.append(because("cmd_offers.but", goods=_named(offer.but, books)))
    if row.times is not None:
        terms.append(row.times)
    if offer.customers:
        terms.append(because("pricing.only_for", groups=offer.customers))
    if offer.coupon:
        terms.append(because("cmd_offers.coupon", code=offer.coupon))
    if offer.min_quantity:
        terms.append(because("cmd_offers.min_quantity", count=offer.min_quantity))
    if offer.min_amount:
        amount = format_amount(offer.min_amount, currency)
        terms.append(because("cmd_offers.min_amount", amount=amount))
    if offer.limit is not None:
        terms.append(because("cmd_offers.limit", count=offer.limit))
    if offer.limit_total is not None:
        used = because("cmd_offers.limit_total", used=offer.used, total=offer.limit_total)
        terms.append(used)
    return terms


def _named(terms: Sequence[str], books: Books) -> Reason:
    """Terms with products' names in place of their codes."""
    from pos_tui.pricing.offers import EVERYTHING

    names: list[str | Reason] = []
    for term in terms[:_MOST_NAMES]:
        if term == EVERYTHING:
            names.append(because("cmd_offers.everything"))
            continue
        code = term.removeprefix("product:")
        product = books.product(code) if code != term else None
        names.append(code if product is None else product.name)
    more = len(terms) - len(names)
    if more > 0:
        return because("cmd_offers.names_and_more", names=tuple(names), count=more)
    return because("cmd_offers.names", names=tuple(names))


def _import(shop: ShopOffers, offers: list[Offer], dry_run: bool) -> int:
    from msgspec.structs import replace

    from pos_tui.wording.current import in_words, say

    examples = shop.check(offers)
    offers = [example.offer for example in examples]
    there = [replace(row.offer, id=0, used=0) for row in shop.rows()]
    new = [offer for offer in offers if offer not in there]
    if new and not dry_run:
        shop.keep(new)
    for example in examples:
        print(f"“{example.offer.name}”  {in_words(example.basket)}")
    known = len(offers) - len(new)
    if dry_run:
        print(say("cmd_offers.would_be_kept", count=len(new)))
    elif new:
        print(say("cmd_offers.kept", count=len(new)))
    elif known:
        print(say("cmd_offers.all_there"))
    if known and (new or dry_run):
        print(say("cmd_offers.there_already", count=known))
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
    """Write what import would accept; what it would not is left out and named on stderr."""
    from contextlib import closing
    from pathlib import Path

    from pos_tui.books.catalogue.offers import ids_with_goods
    from pos_tui.books.connection import open_connection
    from pos_tui.pricing.offer_file import write_offers
    from pos_tui.wording.current import say

    with closing(open_connection(books.path)) as reader:
        with_goods = ids_with_goods(reader)
    own = [row for row in shop.rows() if row.offer.id not in with_goods]
    offers = [row.offer for row in own if row.state != "over"]
    over = len(own) - len(offers)
    if not offers:
        return complain(say("cmd_offers.none_to_export"))
    text = write_offers(offers, currency)
    to_file = words[:1] not in ([], ["-"])
    if to_file:
        _write(Path(words[0]), text)
    else:
        sys.stdout.write(text)
        sys.stdout.flush()
    for count, kind in ((over, "left_out_over"), (len(with_goods), "left_out_goods")):
        if count:
            print(say(f"cmd_offers.{kind}", count=count), file=sys.stderr)
    if to_file:
        print(say("cmd_offers.written", count=len(offers), file=words[0]))
    return 0


def _remove(shop: ShopOffers, name: str) -> int:
    from pos_tui.wording.current import say

    rows = shop.rows()
    names = {row.offer.name for row in rows}
    if name not in names:
        # A name made by the program has a real minus sign, which no keyboard has.
        alike = {each for each in names if _typed(each) == _typed(name)}
        if len(alike) != 1:
            return complain(say("cmd_offers.not_there", name=name))
        (name,) = alike
    ids = [row.offer.id for row in rows if row.offer.name == name]
    for offer_id in ids:
        shop.retire(offer_id)
    print(say("cmd_offers.removed", name=name, count=len(ids)))
    return 0


def _typed(name: str) -> str:
    return " ".join(name.replace("−", "-").casefold().split())


# ---- files ---------------------------------------------------------------------------------------


def _read(path: str, currency: Currency) -> list[Offer]:
    """The offers of a file, each with a name of its own. Raises OfferError and _FileError."""
    from pathlib import Path

    from pos_tui.pricing import OfferError
    from pos_tui.pricing.offer_file import read_offers

    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _FileError("cmd_offers.not_utf8", file=path) from error
    except (OSError, ValueError) as error:
        raise _FileError("cmd_offers.not_read", file=path, why=_why(error)) from error
    offers = read_offers(text, currency)
    if not offers:
        raise OfferError("offer.no_offer_in_file")
    names: set[str] = set()
    for offer in offers:
        if offer.name in names:
            raise OfferError("offer.twice_in_file", name=offer.name)
        names.add(offer.name)
    return offers


def _write(path: Path, text: str) -> None:
    """Write a file; the old one stays until the new one is whole. Raises _FileError."""
    from pos_tui.files.replacing import replace_file

    try:
        path = path.resolve()
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")
            return
        beside = path.with_name(path.name + ".new")
        beside.write_text(text, encoding="utf-8")
        replace_file(beside, path)
    except (OSError, ValueError) as error:
        raise _FileError("cmd_offers.not_written", file=str(path), why=_why(error)) from error


def _why(error: OSError | ValueError) -> Reason:
    if isinstance(error, OSError) and error.strerror:
        return why_refused(error)
    return because("cmd_offers.no_file_name")


OFFERS = Subcommand(
    "offers",
    "cmd_offers.help",
    "pos-tui offers preview autumn.toml --days 30",
    _arguments,
    _run,
)
