"""The pages on which a shopkeeper finds products, changes, adds and discontinues them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from pos_tui.money import format_amount
from pos_tui.reasons import ReasonError
from pos_tui.settings import TillSettings
from pos_tui.till import BooksError
from pos_tui.tui.pages.product import Kept, ProductPage, Products
from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.fields import words_of_error
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.question import AnswerKey
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.parts.scanned_goods import ScannedGoods
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    from pos_tui.till import Product
    from pos_tui.till.goods.products import ProductChange, ProductRecord


class ProductsScreen(PageScreen[None]):
    """What is typed is searched; a scan opens the product that it names, or a new one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n,insert", "new"),
        Binding("delete,alt+d", "discontinue", id="remove"),
        Binding("f10,alt+w", "history", id="why"),
    ]

    def __init__(
        self,
        palette: Palette,
        settings: TillSettings,
        products: Products,
        find: Callable[[str], list[Product]],
    ) -> None:
        """`find` gives goods by words or code."""
        super().__init__(palette, say("products_page.title"), say("products_page.list_keys"))
        self._settings = settings
        self._products = products
        self._find = find
        columns = (
            Column(say("parts.item"), share=3),
            Column(say("parts.unit"), needs=50),
            Column(say("product.field_category"), share=1, needs=70),
            Column(say("parts.code")),
            Column(say("parts.price"), right=True),
        )
        self._list: RowList[Product] = RowList(
            palette,
            columns,
            empty=say("products_page.empty"),
            search=self._rows,
            scan=self._scanned,
        )

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield self._list

    def on_row_list_opened(self) -> None:
        """Change the chosen product."""
        record = self._chosen()
        if record is not None:
            self._open(record)

    def action_new(self) -> None:
        """Make a new product."""
        self._add("")

    def action_discontinue(self) -> None:
        """Ask whether to discontinue the chosen product, or to sell it again."""
        record = self._chosen()
        if record is None:
            return
        again = bool(record.discontinued)
        kind = "again" if again else "discontinue"

        def then(answer: str) -> None:
            if answer == "y":
                self.run_worker(self._discontinue(record, again), exclusive=True)
            else:
                self.say(say("products_page.not_discontinued"), "warning")

        self.ask(
            lambda name: say(f"products_page.ask_{kind}", name=name),
            record.name,
            (AnswerKey("y", say(f"products_page.answer_{kind}")),),
            then,
        )

    def action_history(self) -> None:
        """Show what was changed of the chosen product."""
        record = self._chosen()
        if record is not None:
            try:
                changes = self._products.changes(record.id)
            except BooksError as error:
                self.say(words_of_error(error), "error")
                return
            self.app.push_screen(HistoryPage(self.palette, self._settings, record, changes))

    # ---- inside ------------------------------------------------------------------------------

    async def _discontinue(self, record: ProductRecord, again: bool) -> None:
        try:
            await asyncio.to_thread(self._products.discontinue, record, again=again)
        except (BooksError, ReasonError) as error:
            self.say(words_of_error(error), "error")
            return
        kind = "products_page.sold_again" if again else "products_page.discontinued"
        self._list.show(())
        self.say(say(kind, name=record.name), "good")

    def _chosen(self) -> ProductRecord | None:
        chosen = self._list.chosen
        if chosen is None:
            self.say(say("products_page.none_chosen"), "warning")
            return None
        try:
            return self._products.read(chosen.id)
        except BooksError as error:
            self.say(words_of_error(error), "error")
            return None

    def _open(self, record: ProductRecord) -> None:
        try:
            prices = self._products.next_prices(record.id)
        except BooksError as error:
            self.say(words_of_error(error), "error")
            return
        texts = self._products.texts_of(record, next(iter(prices), None))
        self._push_form(texts, record, say("products_page.change_title", name=record.name))

    def _add(self, code: str) -> None:
        from pos_tui.till.goods.products import ProductRecord

        record = ProductRecord((code,) if code else (), "")
        texts = self._products.texts_of(record, None)
        self._push_form(texts, record, say("products_page.new_title"))

    def _push_form(self, texts: dict[str, str], record: ProductRecord, title: str) -> None:
        goods = ScannedGoods(self._settings, self._find)
        page = ProductPage(
            self.palette, self._settings, self._products, title, record, texts, self._kept, goods
        )
        self.app.push_screen(page)

    def _kept(self, kept: Kept) -> None:
        name = kept.record.name
        if any(row.item.id == kept.record.id for row in self._list.rows):
            self._list.show(())
        else:
            self._list.search(name)
        kind = "products_page.kept" if kept.changes else "products_page.nothing_changed"
        self.say(say(kind, name=name), "good")

    def _scanned(self, scan: str) -> None:
        try:
            found = self._products.find(scan)
            if found is not None:
                self._open(found)
            else:
                self._add(self._products.code_of(scan))
        except (BooksError, ReasonError) as error:
            self.refuse_scan(words_of_error(error))

    def _rows(self, words: str) -> Sequence[Row[Product]]:
        return [self._row(product) for product in self._find(words)]

    def _row(self, product: Product) -> Row[Product]:
        name = f"{product.name} {product.size}".rstrip()
        price = format_amount(product.price, self._settings.currency)
        if not product.price:
            price = say("products_page.asks")
        if product.discontinued:
            name = say("products_page.discontinued_name", name=name)
        code = product.code.lstrip("0") or product.code
        cells = (name, product.unit, product.category, code, price)
        return Row(product, cells, "muted" if product.discontinued else "line")


class HistoryPage(PageScreen[None]):
    """What was changed of a product, when and by whom; what it has cost before."""

    def __init__(
        self,
        palette: Palette,
        settings: TillSettings,
        record: ProductRecord,
        changes: Sequence[ProductChange],
    ) -> None:
        title = say("products_page.history_title", name=record.name)
        super().__init__(palette, title, say("products_page.history_keys"))
        self._settings = settings
        self._changes = changes
        columns = (
            Column(say("products_page.when")),
            Column(say("products_page.by"), needs=50),
            Column(say("products_page.field")),
            Column(say("products_page.before"), share=1),
            Column(say("products_page.after"), share=1),
        )
        empty = say("products_page.no_history")
        self._list: RowList[ProductChange] = RowList(palette, columns, empty=empty)

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield self._list

    def on_mount(self) -> None:
        """Show the changes, the latest first."""
        self._list.show(Row(change, self._cells(change)) for change in self._changes)
        self.on_row_list_moved()

    def on_row_list_moved(self) -> None:
        """Say the chosen change in full."""
        change = self._list.chosen
        if change is not None:
            _, by, field, before, after = self._cells(change)
            self.say(say("products_page.change", by=by, field=field, before=before, after=after))

    def _cells(self, change: ProductChange) -> tuple[str, ...]:
        from pos_tui.till.goods.products import shown_change

        before, after = map(in_words, shown_change(change, self._settings.currency))
        field = say(f"product.field_{change.field}")
        return f"{change.at:%Y-%m-%d %H:%M}", change.by, field, before or "—", after or "—"
