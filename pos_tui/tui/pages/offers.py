"""The page on which a shopkeeper lists, makes, changes and takes back offers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace
from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from pos_tui.pricing import Offer, OfferError
from pos_tui.pricing.offer_file import offer_of
from pos_tui.pricing.offer_short import offer_name
from pos_tui.settings import TillSettings
from pos_tui.till import BooksError
from pos_tui.tui.pages.offer_form import FLAGS, SCOPES, Form, form_of
from pos_tui.tui.pages.offer_pages import (
    CheckPage,
    FormPage,
    GoodsPage,
    KindPage,
    ListPage,
    OffersPane,
)
from pos_tui.tui.pages.scanned_goods import ScannedGoods
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import in_words

if TYPE_CHECKING:
    from pos_tui.till import Product
    from pos_tui.till.shop_offers import Example, OfferRow, Preview

_PREVIEW_DAYS = 7
_TORN_S = 0.3
_STEPS = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10}
_DELETE = frozenset({"delete", "alt+d"})
_CHECK = frozenset({"f2", "alt+s"})
_FIND = frozenset({"f3", "alt+f"})
_ENTER = frozenset({"enter", "ctrl+m", "ctrl+j"})


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


class OffersScreen(Screen[None]):
    """List, kinds, form, check: one page at a time, and Esc goes back to the one before."""

    AUTO_FOCUS = None

    def __init__(
        self,
        palette: Palette,
        settings: TillSettings,
        offers: Offers,
        find: Callable[[str], list[Product]],
    ) -> None:
        """`find` gives goods by words or code."""
        super().__init__()
        self._settings = settings
        self._currency = settings.currency
        self._offers = offers
        self._find = find
        self._names: dict[str, str] = {}
        self._busy = ""
        self._turn = 0
        self._typed_at = 0.0
        self._scanned = ScannedGoods(settings, find)
        self._leaving = False
        self._list = ListPage(self._currency, self._name_of)
        self._form: FormPage | None = None
        self._pane = OffersPane(palette, self._list)

    def compose(self) -> ComposeResult:
        """The one pane."""
        yield self._pane

    def on_mount(self) -> None:
        """Show the offers as they are now."""
        self._reload()

    # ---- keys and scans ----------------------------------------------------------------------

    def accept_key(self, event: events.Key) -> None:
        """One key pressed by a person; while something is done only Esc can stop it."""
        page = self._pane.page
        key = "enter" if event.key in _ENTER else event.key
        plain = event.is_printable and not key.startswith(("alt+", "ctrl+"))
        character = event.character or "" if plain else ""
        if self._busy:
            if key == "escape" and self._busy == "checking":
                self._stop()
        elif isinstance(page, ListPage):
            self._list_key(page, key, character)
        elif isinstance(page, KindPage):
            self._kind_key(page, key)
        elif isinstance(page, FormPage):
            self._form_key(page, key, character)
        elif isinstance(page, GoodsPage):
            self._goods_key(page, key, character)
        elif isinstance(page, CheckPage):
            self._check_key(page, key)
        self._pane.refresh()

    def accept_scan(self, text: str, began: float | None = None) -> None:
        """A scan adds goods on the form's row “on”; anywhere else it is answered in words."""
        page = self._pane.page
        torn = began is not None and began - self._typed_at < _TORN_S
        if not isinstance(page, FormPage):
            page.say = "A code was scanned and not taken: close this page (Esc) to sell."
        elif page.form.key == "on" and not self._busy:
            self._scan_goods(page, text, torn)
        else:
            page.say = "A code was scanned and not taken: only the row “on” takes goods."
            page.tone = "warning"
            if torn:  # its head came as keys before a busy machine knew that it was a scan
                page.say += " Look whether a piece of it stands in this row."
        if page.say:
            self.app.bell()
        self._pane.refresh()

    # ---- the list ----------------------------------------------------------------------------

    def _list_key(self, page: ListPage, key: str, character: str) -> None:
        page.say = ""
        chosen = page.chosen
        if page.asks:
            self._answer_key(page, key, character)
        elif key == "escape":
            self.dismiss(None)
        elif key in _STEPS:
            page.move(_STEPS[key])
        elif key == "insert" or character in {"n", "N"}:
            self._open(KindPage())
        elif chosen is not None and key == "enter":
            label = offer_name(chosen.offer.gives, self._currency)
            self._open(FormPage(form_of(chosen.offer, label, self._currency)))
        elif chosen is not None and key in _DELETE:
            page.asks, page.answer = True, ""

    def _answer_key(self, page: ListPage, key: str, character: str) -> None:
        if key == "backspace":
            page.answer = page.answer[:-1]
        elif key == "enter":
            page.asks = False
            if page.answer.strip().lower() == "y" and page.chosen is not None:
                self._work("taking back", self._take_back(page.chosen.offer))
            else:
                page.say = "Nothing was taken back."
        elif key == "escape":
            page.asks = False
        elif character and len(page.answer) < 8:
            page.answer += character

    async def _take_back(self, offer: Offer) -> None:
        try:
            there = await asyncio.to_thread(self._offers.retire, offer.id)
        except BooksError as error:
            self._list.say = str(error)
            return
        self._reload()
        self._list.say = (
            f"“{offer.name}” is taken back; it no longer holds from the next sale on."
            if there
            else f"“{offer.name}” was taken back already."
        )

    def _reload(self, name: str = "") -> None:
        try:
            self._list.show(self._offers.rows(), name)
        except BooksError as error:
            self._list.say = str(error)

    # ---- the kinds ---------------------------------------------------------------------------

    def _kind_key(self, page: KindPage, key: str) -> None:
        page.say = ""
        if key == "escape":
            self._back_to_list()
        elif key in _STEPS:
            page.move(_STEPS[key])
        elif key == "enter":
            self._open(FormPage(Form(page.chosen, page.chosen.filled, None)))

    # ---- the form ----------------------------------------------------------------------------

    def _form_key(self, page: FormPage, key: str, character: str) -> None:
        form = page.form
        is_flag = form.key in FLAGS
        if key == "escape" and form.is_changed and not self._leaving:
            self._leaving = True
            page.say = "Esc once more drops what was typed here; F2 checks it to keep it."
            page.tone = "warning"
            return
        self._leaving = False
        if page.tone != "error":
            page.say = ""
        if key == "escape":
            self._back_to_list()
        elif key in _CHECK or (key == "enter" and form.key == form.keys[-1]):
            self._check(page)
        elif key in _STEPS or key in {"enter", "tab", "shift+tab"}:
            form.move(_STEPS.get(key, -1 if key == "shift+tab" else 1))
        elif key in _FIND:
            self._look_for_goods(page)
        elif key == "space" and is_flag:
            form.toggle()
        elif key in _DELETE:
            form.text = ""
        elif key == "backspace":
            form.text = "" if is_flag else form.text[:-1]
        elif character and not is_flag:
            form.text += character
            self._typed_at = time.monotonic()
        elif character:
            page.say, page.tone = "Space sets or clears this one.", "warning"

    def _scan_goods(self, page: FormPage, text: str, torn: bool) -> None:
        head = page.form.last_words() if torn else ""
        found = self._scanned.find(head + text)
        if isinstance(found, str) and head:  # those were words, not the head of this scan
            head, found = "", self._scanned.find(text)
        if isinstance(found, str):
            page.say, page.tone = found, "warning"
        else:
            self._add(page, found.code, found.name, head)

    def _add(self, page: FormPage, code: str, name: str, words: str) -> None:
        added = page.form.put_code(code, words)
        page.say = f"{name}: added." if added else f"{name} is there already."
        page.tone = "good" if added else "warning"

    def _look_for_goods(self, page: FormPage) -> None:
        if page.form.key not in SCOPES:
            page.tone = "warning"
            page.say = "F3 finds goods for a row that names goods: on, but, get on, groups."
            return
        words = page.form.last_words()
        words = "" if ":" in words else words  # category:x is no search
        found = self._find(words) if words else []
        if len(found) == 1:
            self._add(page, found[0].code, found[0].name, words)
            return
        goods = GoodsPage(page.form.key, words, self._currency)
        goods.found = found
        self._open(goods)

    # ---- goods for the form ------------------------------------------------------------------

    def _goods_key(self, page: GoodsPage, key: str, character: str) -> None:
        form = self._form
        assert form is not None
        page.say = ""
        if key == "escape":
            self._open(form)
        elif key == "enter" and page.found:
            product = page.found[page.selected]
            self._add(form, product.code, product.name, page.replaces)
            self._open(form)
        elif key in _STEPS:
            page.move(_STEPS[key])
        elif key == "backspace" or character:
            page.words = page.words[:-1] if key == "backspace" else page.words + character
            page.found = self._find(page.words) if page.words.strip() else []
            page.selected = 0

    # ---- the check ---------------------------------------------------------------------------

    def _check(self, page: FormPage) -> None:
        page.say, page.tone = "Checking …", "info"
        self._work("checking", self._check_beside(page))

    async def _check_beside(self, page: FormPage) -> None:
        form = page.form
        try:
            table = self._named(form)
            example = await asyncio.to_thread(self._offers.draft, table)
        except OfferError as error:
            page.say, page.tone = in_words(error.reason), "error"
            form.select_named_in(page.say)
            return
        except BooksError as error:
            page.say, page.tone = str(error), "error"
            return
        page.say = ""
        check = CheckPage(example, form, self._currency, self._name_of)
        self._open(check)
        self.run_worker(self._show_preview(check), exclusive=True, group="preview")

    async def _show_preview(self, page: CheckPage) -> None:
        page.preview = await self._preview(page.form, page.example.offer)
        self._pane.refresh()

    def _named(self, form: Form) -> dict[str, object]:
        """The form's table, with a name that no other offer has. Raises OfferError.

        Offers are kept under their names: of two with one name the older would be lost.
        """
        table = form.table()
        own = None if form.original is None else form.original.id
        others = {row.offer.name for row in self._offers.rows() if row.offer.id != own}
        typed = bool(form.texts["name"].strip())
        if typed and table["name"] in others:
            raise OfferError(
                f"There is another offer with the name “{table['name']}”. Give this one a name of"
                " its own, or go back (Esc) and change that one."
            )
        if not typed:
            label = offer_name(offer_of(table, self._currency).gives, self._currency)
            names = (label, *(f"{label} ({n})" for n in range(2, len(others) + 3)))
            table["name"] = next(name for name in names if name not in others)
        return table

    async def _preview(self, form: Form, offer: Offer) -> str:
        original = form.original
        if (
            original is not None
            and [row.offer.name for row in self._list.offers].count(original.name) == 1
        ):
            offer = replace(offer, name=original.name)  # so that it is tried in its place
        try:
            preview = await asyncio.to_thread(self._offers.preview, [offer], _PREVIEW_DAYS)
        except BooksError as error:
            return f"Past sales could not be looked at: {error!s}"
        return in_words(preview.summary(self._currency))

    def _check_key(self, page: CheckPage, key: str) -> None:
        page.say = ""
        if key == "escape":
            self._stop()
            assert self._form is not None
            self._open(self._form)
        elif key == "enter":
            page.say = "Keeping it …"
            self._work("keeping", self._keep(page))

    async def _keep(self, page: CheckPage) -> None:
        offer, original = page.example.offer, page.form.original
        try:
            instead_of = 0 if original is None else original.id
            await asyncio.to_thread(self._offers.keep, [offer], instead_of)
        except BooksError as error:
            page.say = str(error)
            return
        self._back_to_list()
        self._reload(offer.name)
        self._list.say = f"“{offer.name}” is kept; it holds from the next sale on."

    # ---- pages and work ----------------------------------------------------------------------

    def _open(self, page: FormPage | KindPage | GoodsPage | CheckPage | ListPage) -> None:
        if isinstance(page, FormPage):
            self._form = page
        self._pane.page = page

    def _back_to_list(self) -> None:
        self._form = None
        self._open(self._list)

    def _work(self, what: str, job: Coroutine[None, None, None]) -> None:
        """Do something beside the event loop; keys wait until it is done."""
        self._busy = what
        self._turn += 1
        turn = self._turn

        async def do() -> None:
            try:
                await job
            finally:
                if turn == self._turn:  # what was stopped may end after the next has begun
                    self._busy = ""
                self._pane.refresh()

        self.run_worker(do(), exclusive=True)

    def _stop(self) -> None:
        self.workers.cancel_node(self)
        self._busy = ""
        if self._form is not None:
            self._form.say = ""

    def _name_of(self, term: str) -> str:
        """Goods by their name, any other term as it is."""
        code = term.removeprefix("product:")
        if code == term:
            return term
        if term not in self._names:
            named = (product.name for product in self._find(code) if product.code == code)
            self._names[term] = next(named, code.lstrip("0"))
        return self._names[term]
