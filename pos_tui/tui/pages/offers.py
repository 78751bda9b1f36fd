"""The pages on which a shopkeeper lists, makes, changes and takes back offers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol

from msgspec import Struct
from msgspec.structs import replace
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from pos_tui.money import Currency
from pos_tui.pricing import Offer, OfferError
from pos_tui.pricing.offer_file import offer_of
from pos_tui.pricing.offer_short import offer_label, offer_name
from pos_tui.pricing.when import times_of
from pos_tui.settings import TillSettings
from pos_tui.till import BooksError
from pos_tui.tui.pages.offer_fields import (
    OFFER_KINDS,
    OfferKind,
    fields_of,
    kind_of,
    table_from,
    texts_of,
)
from pos_tui.tui.pages.offer_words import scope_of, words_of
from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.fields import FieldError, words_of_error
from pos_tui.tui.parts.form import Form
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.question import AnswerKey
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.parts.scanned_goods import ScannedGoods
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    from pos_tui.till import Product
    from pos_tui.till.goods.offers import Example, OfferRow, Preview

_PREVIEW_DAYS = 7
_MARKS = {"now": "✓", "not now": "○", "over": "✗", "used up": "✗"}


class Offers(Protocol):
    """The shop's offers; all but `rows` may take long. Raise BooksError."""

    def rows(self) -> list[OfferRow]:
        """The offers as they are."""

    def draft(self, table: Mapping[str, object]) -> Example:
        """Check one. Raises OfferError."""

    def preview(self, offers: Iterable[Offer], days: int) -> Preview:
        """What past sales would have cost with them."""

    def keep(self, offers: Sequence[Offer], instead_of: int = 0) -> None:
        """Keep checked ones, in place of the one with that id."""

    def retire(self, offer_id: int) -> bool:
        """Take one back."""


class _Shop(Struct, frozen=True):
    """What the pages of offers share."""

    palette: Palette
    currency: Currency
    offers: Offers
    goods: ScannedGoods
    name_of: Callable[[str], str]


class OffersScreen(PageScreen[None]):
    """The list; the other pages open above it, and Esc goes back to the one before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n,insert", "new"),
        Binding("delete,alt+d", "take_back", id="remove"),
    ]

    def __init__(
        self,
        palette: Palette,
        settings: TillSettings,
        offers: Offers,
        find: Callable[[str], list[Product]],
    ) -> None:
        """`find` gives goods by words or code."""
        super().__init__(palette, say("offers_page.title"), say("offers_page.list_keys"))
        goods = ScannedGoods(settings, find)
        self._shop = _Shop(palette, settings.currency, offers, goods, self._name_of)
        self._names: dict[str, str] = {}
        columns = (
            Column(" "),
            Column(say("offers_page.offer"), share=5),
            Column(say("offers_page.gives")),
            Column(say("offers_page.on"), share=6),
            Column(say("offers_page.times"), share=6),
        )
        self._list: RowList[OfferRow] = RowList(palette, columns, empty=say("offers_page.empty"))

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield self._list

    def on_mount(self) -> None:
        """Show the offers as they are now."""
        self._reload()
        self.on_row_list_moved()

    def on_row_list_moved(self) -> None:
        """Say what the chosen offer is."""
        chosen = self._list.chosen
        shop = self._shop
        self.say("" if chosen is None else words_of(chosen.offer, shop.currency, shop.name_of))

    def on_row_list_opened(self) -> None:
        """Change the chosen offer."""
        assert self._list.chosen is not None
        offer, currency = self._list.chosen.offer, self._shop.currency
        texts = texts_of(offer, offer_name(offer.gives, currency), currency)
        page = OfferPage(self._shop, kind_of(offer, currency), texts, offer)
        self.app.push_screen(page, self._kept)

    def action_new(self) -> None:
        """Make a new offer, of a kind that is chosen first."""

        def make(kind: OfferKind | None) -> None:
            if kind is not None:
                self.app.push_screen(OfferPage(self._shop, kind, kind.filled, None), self._kept)

        self.app.push_screen(KindPage(self._shop.palette), make)

    def page_for(self, kind: str, texts: Mapping[str, str]) -> OfferPage:
        """The page of a new offer of this kind, with fields filled in."""
        made = next(each for each in OFFER_KINDS if each.id == kind)
        return OfferPage(self._shop, made, texts, None)

    def action_take_back(self) -> None:
        """Ask whether to take the chosen offer back."""
        if self._list.chosen is None:
            return
        offer = self._list.chosen.offer

        def then(answer: str) -> None:
            if answer == "y":
                self.run_worker(self._take_back(offer), exclusive=True)
            else:
                self.say(say("offers_page.not_taken_back"), "warning")

        self.ask(
            lambda name: say("offers_page.take_back", name=name),
            offer.name,
            (AnswerKey("y", say("offers_page.takes_back")),),
            then,
        )

    async def _take_back(self, offer: Offer) -> None:
        try:
            there = await asyncio.to_thread(self._shop.offers.retire, offer.id)
        except BooksError as error:
            self.say(words_of_error(error), "error")
            return
        kind = "offers_page.taken_back" if there else "offers_page.taken_back_already"
        if self._reload():
            self.say(say(kind, name=offer.name), "warning")

    def _kept(self, name: str | None) -> None:
        if name is not None and self._reload(name):
            self.say(say("offers_page.kept", name=name), "good")

    def _reload(self, name: str = "") -> bool:
        try:
            offers = self._shop.offers.rows()
        except BooksError as error:
            self.say(words_of_error(error), "error")
            return False
        names = [row.offer.name for row in offers]
        rows = (Row(row, self._cells(row), _style(row)) for row in offers)
        self._list.show(rows, names.index(name) if name in names else None)
        return True

    def _cells(self, row: OfferRow) -> tuple[str, ...]:
        offer, when = row.offer, times_of(row.offer.when)
        times = "" if when is None else in_words(when)
        if row.state in {"over", "used up"}:
            kind = f"offers_page.{row.state.replace(' ', '_')}"
            times = say(f"{kind}_times", times=times) if times else say(kind)
        return (
            _MARKS[row.state],
            offer.name,
            in_words(offer_label(offer.gives, self._shop.currency)),
            scope_of(offer, self._name_of, 2),
            times or say("offers_page.always"),
        )

    def _name_of(self, term: str) -> str:
        """Goods by their name, any other term as it is."""
        code = term.removeprefix("product:")
        if code == term:
            return term
        if term not in self._names:
            found = self._shop.goods.find(code)
            named = (product.name for product in found if product.code == code)
            self._names[term] = next(named, code.lstrip("0"))
        return self._names[term]


class KindPage(PageScreen[OfferKind]):
    """Which kind of offer a new one is."""

    def __init__(self, palette: Palette) -> None:
        super().__init__(palette, say("offers_page.which_kind"), say("offers_page.kind_keys"))
        columns = (
            Column(say("offers_page.kind")),
            Column(" "),
            Column(say("offers_page.example"), share=1),
        )
        self._list: RowList[OfferKind] = RowList(palette, columns)

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield self._list

    def on_mount(self) -> None:
        """Show every kind with an example."""
        self._list.show(
            Row(kind, (kind.title, "", say(f"offers_page.{kind.id}_example")))
            for kind in OFFER_KINDS
        )
        self.on_row_list_moved()

    def on_row_list_moved(self) -> None:
        """Say what the chosen kind means."""
        kind = self._list.chosen
        self.say("" if kind is None else say(f"offers_page.{kind.id}_words"))

    def on_row_list_opened(self) -> None:
        """Go on with it."""
        self.dismiss(self._list.chosen)


class OfferPage(PageScreen[str]):
    """An offer as it is typed. Closes with its name once it is kept."""

    def __init__(
        self, shop: _Shop, kind: OfferKind, texts: Mapping[str, str], original: Offer | None
    ) -> None:
        """`original` is the offer that is changed."""
        title = say("offers_page.new_title", kind=kind.title)
        if original is not None:
            title = say("offers_page.change_title", name=original.name, kind=kind.title)
        super().__init__(shop.palette, title, say("offers_page.form_keys"))
        self._shop = shop
        self._kind = kind
        self._original = original
        self.form = Form(fields_of(kind, shop.currency), texts, shop.currency, shop.goods)

    def body(self) -> Iterable[Widget]:
        """The form."""
        yield self.form

    def on_form_left(self) -> None:
        """Back to the list."""
        self.dismiss(None)

    def on_form_kept(self) -> None:
        """Check the offer against the shop's goods, beside the screen."""
        self.say(say("offers_page.checking"))
        self.run_worker(self._check(), exclusive=True)

    async def _check(self) -> None:
        try:
            table = self._named(table_from(self._kind, self.form.texts))
            example = await asyncio.to_thread(self._shop.offers.draft, table)
        except FieldError as error:  # the fields themselves are right: it is the name
            self._show_fault("name", words_of_error(error))
        except OfferError as error:
            self._show_fault(_key_in(error), words_of_error(error))
        except BooksError as error:
            self.say(words_of_error(error), "error")
        else:
            self.say("")
            self.app.push_screen(CheckPage(self._shop, example, self._original), self._checked)

    def _show_fault(self, key: str, sentence: str) -> None:
        if key in self.form.texts:
            self.say("")
            self.form.fault(key, sentence)
        else:
            self.say(sentence, "error")

    def _checked(self, name: str | None) -> None:
        if name is not None:
            self.dismiss(name)

    def _named(self, table: dict[str, object]) -> dict[str, object]:
        """The table, with a name that no other offer has. Raises FieldError, OfferError.

        Offers are kept under their names: of two with one name the older would be lost.
        """
        own = None if self._original is None else self._original.id
        others = {row.offer.name for row in self._shop.offers.rows() if row.offer.id != own}
        typed = bool(self.form.texts["name"].strip())
        if typed and table["name"] in others:
            raise FieldError("offers_page.name_there", name=str(table["name"]))
        if not typed:
            currency = self._shop.currency
            label = offer_name(offer_of(table, currency).gives, currency)
            names = (label, *(f"{label} ({n})" for n in range(2, len(others) + 3)))
            table["name"] = next(name for name in names if name not in others)
        return table


class CheckPage(PageScreen[str]):
    """An offer that is right: what it is, who gets it, what the last days would have cost.

    Closes with its name once it is kept.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "keep")]

    def __init__(self, shop: _Shop, example: Example, original: Offer | None) -> None:
        super().__init__(
            shop.palette, say("offers_page.check_title"), say("offers_page.check_keys")
        )
        self._shop = shop
        self._example = example
        self._original = original
        self._keeping = False
        self._preview = Static(say("offers_page.looking"), classes="part", markup=False)

    def body(self) -> Iterable[Widget]:
        """The offer in words, its example basket, its preview, what it replaces."""
        offer, shop = self._example.offer, self._shop
        replaces = say("offers_page.holds")
        if self._original is not None:
            replaces = say("offers_page.replaces", name=self._original.name)
        words = words_of(offer, shop.currency, shop.name_of)
        basket = say("offers_page.example_basket", basket=self._example.basket)
        with VerticalScroll():
            yield Static(words, classes="part title", markup=False)
            yield Static(basket, classes="part", markup=False)
            yield self._preview
            yield Static(replaces, classes="part", markup=False)

    def on_mount(self) -> None:
        """Look at past sales, beside the screen."""
        self.run_worker(self._look(), group="preview")

    def action_back(self) -> None:
        """Go back, unless it is being kept."""
        if not self._keeping:
            super().action_back()

    def action_keep(self) -> None:
        """Keep the offer."""
        if not self._keeping:
            self._keeping = True
            self.say(say("offers_page.keeping"))
            self.run_worker(self._keep(), group="keep")

    async def _keep(self) -> None:
        offer, original = self._example.offer, self._original
        try:
            instead_of = 0 if original is None else original.id
            await asyncio.to_thread(self._shop.offers.keep, [offer], instead_of)
        except BooksError as error:
            self.say(words_of_error(error), "error")
        else:
            self.dismiss(offer.name)
        finally:
            self._keeping = False

    async def _look(self) -> None:
        offer, original, shop = self._example.offer, self._original, self._shop
        try:
            if original is not None:
                names = [row.offer.name for row in shop.offers.rows()]
                if names.count(original.name) == 1:
                    offer = replace(offer, name=original.name)  # so that it is tried in its place
            preview = await asyncio.to_thread(shop.offers.preview, [offer], _PREVIEW_DAYS)
        except BooksError as error:
            words = say("offers_page.no_preview", why=words_of_error(error))
        else:
            words = in_words(preview.summary(shop.currency))
        self._preview.update(Content(words))


def _style(row: OfferRow) -> str:
    return "line" if row.state == "now" else "muted"


def _key_in(error: OfferError) -> str:
    """The field that an error about an offer names, if it names one."""
    return str(error.reason.values.get("field", ""))
