"""The page on which one product is typed: a new one, a change, or the few fields at the counter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from textual.widget import Widget

from pos_tui.money import Currency
from pos_tui.reasons import ReasonError, reason_of
from pos_tui.settings import TillSettings
from pos_tui.till import BooksError
from pos_tui.tui.parts.field_row import AnyField
from pos_tui.tui.parts.fields import (
    AmountField,
    ChoiceField,
    CodesField,
    GoodsField,
    TextField,
    words_of_error,
)
from pos_tui.tui.parts.form import Form
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.scanned_goods import ScannedGoods
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say

if TYPE_CHECKING:
    from pos_tui.till.goods.products import (
        DatedPrice,
        FieldChange,
        ProductChange,
        ProductDraft,
        ProductRecord,
    )

ALL_FIELDS = ("name", "price", "unit", "codes", "category", "tax", "size", "brand", "supplier",
              "tags", "shelf_life", "initials", "age_limit", "deposit", "tare", "next_price",
              "starts")  # fmt: skip
COUNTER_FIELDS = ("name", "price", "unit", "tax", "category")


class Products(Protocol):
    """The shop's products. `keep` and `discontinue` may take long. Raise BooksError."""

    tax_classes: tuple[str, ...]

    def find(self, code: str) -> ProductRecord | None:
        """The product with this code."""

    def read(self, product_id: int) -> ProductRecord | None:
        """The product that the books keep under this number."""

    def code_of(self, text: str) -> str:
        """A scan as a product's code. Raises ProductError."""

    def next_prices(self, product_id: int) -> tuple[DatedPrice, ...]:
        """The prices that are to begin."""

    def changes(self, product_id: int) -> list[ProductChange]:
        """What was changed of it, the latest first."""

    def texts_of(self, record: ProductRecord, next_price: DatedPrice | None) -> dict[str, str]:
        """A product as it would be typed."""

    def draft(self, texts: Mapping[str, str], before: ProductRecord | None = None) -> ProductDraft:
        """A product as it is typed. Raises ProductError."""

    def keep(self, draft: ProductDraft) -> tuple[ProductRecord, tuple[FieldChange, ...]]:
        """Keep it. Raises ProductError."""

    def renew_pinyin(self, record: ProductRecord) -> None:
        """Have one that is new or renamed found by its pinyin; raises nothing."""

    def discontinue(self, record: ProductRecord, *, again: bool = False) -> ProductRecord:
        """Discontinue it, or sell it again. Raises ProductError."""


class Kept(Struct, frozen=True):
    """A product that was kept on its page, and how many of its fields are others now."""

    record: ProductRecord
    changes: int


def product_fields(
    products: Products, currency: Currency, names: Sequence[str] = ALL_FIELDS
) -> list[AnyField]:
    """The fields of a product with these names, in this order."""
    return [_field(name, products, currency) for name in names]


def _field(name: str, products: Products, currency: Currency) -> AnyField:
    label, hint = say(f"product.field_{name}"), say(f"products_page.hint_{name}")
    needed = name in {"name", "codes"}
    if name in {"price", "next_price"}:
        empty = say("products_page.empty_price") if name == "price" else ""
        return AmountField(id=name, label=label, hint=hint, currency=currency, empty=empty)
    if name == "codes":
        return CodesField(id=name, label=label, hint=hint, needed=True, of_scan=products.code_of)
    if name == "deposit":
        return GoodsField(id=name, label=label, hint=hint)
    if name == "tax" and products.tax_classes:
        options = tuple((each, each) for each in products.tax_classes)
        return ChoiceField(id=name, label=label, hint=hint, options=options)
    return TextField(id=name, label=label, hint=hint, needed=needed)


class ProductPage(PageScreen[None]):
    """A product as it is typed. Closes once it is kept."""

    def __init__(
        self,
        palette: Palette,
        settings: TillSettings,
        products: Products,
        title: str,
        original: ProductRecord,
        texts: Mapping[str, str],
        kept: Callable[[Kept], None],
        goods: ScannedGoods | None = None,
        names: Sequence[str] = ALL_FIELDS,
    ) -> None:
        """`original` is the product that is changed, or a new one with what is known of it.

        `names` are the fields that are typed, with these texts at first; `kept` gets it when it is
        in the books.
        """
        super().__init__(palette, title, say("products_page.form_keys"))
        self._products = products
        self._original = original
        self._kept = kept
        self._keeping = False
        fields = product_fields(products, settings.currency, names)
        self.form = Form(fields, texts, settings.currency, goods)

    def body(self) -> Iterable[Widget]:
        """The form."""
        yield self.form

    def on_form_left(self) -> None:
        """Back, unless it is being kept."""
        if not self._keeping:
            self.dismiss(None)

    def on_form_kept(self) -> None:
        """Keep it, beside the screen."""
        if not self._keeping:
            self._keeping = True
            self.run_worker(self._keep(), exclusive=True)

    async def _keep(self) -> None:
        products = self._products
        try:
            draft = await asyncio.to_thread(products.draft, self.form.texts, self._original)
            record, changes = await asyncio.to_thread(products.keep, draft)
        except BooksError as error:
            self.say(words_of_error(error), "error")
        except ReasonError as error:
            key = str(reason_of(error).values.get("field", ""))
            if key in self.form.texts:
                self.say("")
                self.form.fault(key, words_of_error(error))
            else:
                self.say(words_of_error(error), "error")
        else:
            if any(change.field == "name" for change in changes):
                asyncio.get_running_loop().run_in_executor(None, products.renew_pinyin, record)
            self.dismiss(None)
            self._kept(Kept(record, len(changes)))
        finally:
            self._keeping = False
