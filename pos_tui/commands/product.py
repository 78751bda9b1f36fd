"""`pos-tui product`: the shop's products listed, shown, added, changed, with their history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.reasons import ReasonError, because
from pos_tui.wording.current import in_words

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from pos_tui.books import Books, Product
    from pos_tui.codes import Reading
    from pos_tui.money import Currency
    from pos_tui.settings import TillSettings
    from pos_tui.till.goods.products import ProductRecord, ShopProducts

_ACTS = ("list", "show", "add", "set", "history", "discontinue")


class _WordsError(ReasonError):
    """The command's words do not say what to do; its reason says why."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    from pos_tui.wording.current import say

    parser.add_argument("act", choices=_ACTS, help=say("cmd_product.act_help"))
    # Named as the program gathers words that stand after an option.
    word, text = say("cmd_product.word"), say("cmd_product.words_help")
    parser.add_argument("scans", metavar=word, nargs="*", help=text)
    parser.add_argument("--again", action="store_true", help=say("cmd_product.again_help"))
    name, text = say("cmd_product.name"), say("cmd_product.by_help")
    parser.add_argument("--by", default="", metavar=name, help=text)
    parser.add_argument("--json", action="store_true", help=say("cmd_product.json_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_product.demo_help"))


def _run(options: argparse.Namespace) -> int:
    from contextlib import closing

    from pos_tui.books import Books, BooksError
    from pos_tui.books.books import FILE_NAME
    from pos_tui.commands.paths import find_shop, shop_clock
    from pos_tui.till.goods.products import ProductError, ShopProducts
    from pos_tui.wording.current import say

    settings, data = find_shop(options.demo, options.settings, options.data)
    if not (data / FILE_NAME).exists():
        return complain(say("cmd_product.no_books", folder=str(data)))
    clock = shop_clock(settings)
    try:
        with closing(Books(data)) as books:
            products = ShopProducts(
                books,
                settings.currency,
                clock,
                _reader(settings, clock),
                tuple(settings.tax.rates),
                lambda: options.by or settings.till.cashier,
            )
            return _act(options, products, books, settings.currency)
    except _WordsError as error:
        return complain(in_words(error.reason))
    except ProductError as error:
        return complain(say("cmd_product.not_kept", why=error.reason))
    except BooksError as error:
        return complain(in_words(error.reason))


def _reader(settings: TillSettings, clock: Callable[[], datetime]) -> Callable[[str], Reading]:
    from pos_tui.codes.identify import identify
    from pos_tui.till.decoder import checked_context

    context, _ = checked_context(settings, clock().date())
    return lambda code: identify(code, context)


def _act(
    options: argparse.Namespace, products: ShopProducts, books: Books, currency: Currency
) -> int:
    from pos_tui.wording.current import say

    act, words = options.act, options.scans
    if act == "list":
        return _list(books, " ".join(words), currency, options.json)
    if not words:
        raise _WordsError("cmd_product.which", act=act)
    if act in {"add", "set"}:
        record = None if act == "add" else _product(products, words[0])
        return _keep(products, words[0], _fields(words[1:]), record, options.json)
    if len(words) > 1:
        raise _WordsError("cmd_product.word_too_much", word=words[-1], act=act)
    record = _product(products, words[0])
    if act == "show":
        return _show(products, record, options.json)
    if act == "history":
        return _history(products, record, currency, options.json)
    record = products.discontinue(record, again=options.again)
    kind = "cmd_product.sold_again" if options.again else "cmd_product.is_discontinued"
    print(say(kind, name=record.name))
    return 0


def _product(products: ShopProducts, code: str) -> ProductRecord:
    found = products.find(code)
    if found is None:
        raise _WordsError("cmd_product.not_there", code=code)
    return found


def _fields(words: Iterable[str]) -> dict[str, str]:
    """The fields that the words set. Raises _WordsError."""
    from pos_tui.till.goods.products import FIELDS

    fields = {}
    for word in words:
        field, sign, value = word.partition("=")
        if not sign or field not in FIELDS:
            raise _WordsError("cmd_product.no_field", word=word, fields=FIELDS)
        fields[field] = value
    return fields


# ---- acts ----------------------------------------------------------------------------------------


def _list(books: Books, words: str, currency: Currency, as_json: bool) -> int:
    from contextlib import closing

    from pos_tui.books.catalogue.products import each_product
    from pos_tui.books.connection import open_connection

    if words:
        return _print_list(books.search(words), currency, as_json)
    with closing(open_connection(books.path)) as reader:
        return _print_list(each_product(reader), currency, as_json)


def _print_list(found: Iterable[Product], currency: Currency, as_json: bool) -> int:
    from pos_tui.money import format_amount
    from pos_tui.text_width import pad
    from pos_tui.till.goods.products import printed_code
    from pos_tui.wording.current import say

    count = 0
    for product in found:
        count += 1
        if as_json:
            import msgspec

            names = ("code", "name", "price", "unit", "size", "category", "discontinued")
            line = {name: getattr(product, name) for name in names}
            print(msgspec.json.encode(line).decode())
            continue
        price = format_amount(product.price, currency)
        code, name = printed_code(product.code), f"{product.name} {product.size}".rstrip()
        gone = say("cmd_product.gone") if product.discontinued else ""
        print(f"{code:14} {price:>9} {pad(product.unit, 6)} {name}  {gone}".rstrip())
    if not count and not as_json:
        print(say("cmd_product.none"))
    return 0


def _show(products: ShopProducts, record: ProductRecord, as_json: bool) -> int:
    from pos_tui.till.goods.products import FIELDS
    from pos_tui.wording.current import say

    upcoming = products.next_prices(record.id)
    if as_json:
        import msgspec

        print(msgspec.json.encode({"product": record, "next_prices": upcoming}).decode())
        return 0
    texts = products.texts_of(record, next(iter(upcoming), None))
    texts["discontinued"] = record.discontinued
    for field in (*FIELDS, "discontinued"):
        if texts[field]:
            print(f"{field}={texts[field]}")
    for each in upcoming[1:]:
        print(say("cmd_product.also_from", starts=f"{each.starts:%Y-%m-%d %H:%M}"))
    return 0


def _keep(
    products: ShopProducts,
    code: str,
    fields: dict[str, str],
    record: ProductRecord | None,
    as_json: bool,
) -> int:
    from pos_tui.wording.current import say

    if record is None:
        fields = {"codes": code} | fields
    kept, changes = products.keep(products.draft(fields, record))
    if any(change.field == "name" for change in changes):
        products.renew_pinyin(kept)
    if as_json:
        import msgspec

        print(msgspec.json.encode({"product": kept, "changes": changes}).decode())
    elif not changes:
        print(say("cmd_product.nothing_changed", name=kept.name))
    else:
        print(say("cmd_product.kept", name=kept.name))
    return 0


def _history(
    products: ShopProducts, record: ProductRecord, currency: Currency, as_json: bool
) -> int:
    from pos_tui.till.goods.products import shown_change
    from pos_tui.wording.current import say

    changes = products.changes(record.id)
    if not changes and not as_json:
        print(say("cmd_product.no_history", name=record.name))
    for change in changes:
        if as_json:
            import msgspec

            print(msgspec.json.encode(change).decode())
            continue
        before, after = map(in_words, shown_change(change, currency))
        field = in_words(because(f"product.field_{change.field}"))
        print(f"{change.at:%Y-%m-%d %H:%M}  {change.by}  {field}: {before or '-'} → {after or '-'}")
    return 0


PRODUCT = Subcommand(
    "product",
    "cmd_product.help",
    "pos-tui product list cola\n"
    "pos-tui product add 4006381333931 name=Pencil price=1.20 unit=pc category=Office\n"
    "pos-tui product set 4006381333931 next_price=1.30 starts=2027-01-01\n"
    "pos-tui product history 4006381333931",
    _arguments,
    _run,
)
