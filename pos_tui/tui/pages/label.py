"""The page that prints a label of goods: for the shelf, or with a date for the goods themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from textual.widget import Widget

from pos_tui.checkout.expiry import DateKind
from pos_tui.money import Currency
from pos_tui.reasons import ReasonError
from pos_tui.tui.parts.fields import DateField, FlagField, NumberField, TextField, words_of_error
from pos_tui.tui.parts.form import Form
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    from pos_tui.till import Product
    from pos_tui.till.goods.labels import ShopLabels

_MOST_COPIES = 200


class GoodsToLabel(NamedTuple):
    """Which goods a label is for; `lot` is one that the books know, with its day."""

    code: str
    name: str
    lot: str = ""


class LabelPage(PageScreen[str]):
    """Closes with what was done, in words."""

    def __init__(
        self,
        palette: Palette,
        labels: ShopLabels,
        currency: Currency,
        goods: GoodsToLabel,
    ) -> None:
        super().__init__(palette, say("label_page.title", name=goods.name), say("label_page.keys"))
        self._labels = labels
        self._goods = goods
        lot = goods.lot
        self._fields = (
            DateField(
                id="expires",
                label=say("label_page.expires"),
                hint=say("label_page.expires_hint"),
                empty=say("label_page.expires_known" if lot else "label_page.expires_empty"),
            ),
            TextField(
                id="lot",
                label=say("label_page.lot"),
                hint=say("label_page.lot_hint"),
                empty=say("label_page.lot_empty"),
            ),
            FlagField(
                id="best_before",
                label=say("label_page.best_before"),
                hint=say("label_page.best_before_hint"),
            ),
            NumberField(
                id="copies",
                label=say("label_page.copies"),
                hint=say("label_page.copies_hint"),
                least=1,
                most=_MOST_COPIES,
                needed=True,
            ),
        )
        self.form = Form(self._fields, {"expires": "", "lot": lot, "copies": "1"}, currency)
        self._printing = False

    def body(self) -> Iterable[Widget]:
        """The form."""
        yield self.form

    def on_form_left(self) -> None:
        """Back without a label."""
        if not self._printing:
            self.dismiss(None)

    def on_form_kept(self) -> None:
        """Print, beside the screen; once."""
        if not self._printing:
            self._printing = True
            self.say(say("label_page.printing"))
            self.run_worker(self._print(), exclusive=True)

    async def _print(self) -> None:
        texts = self.form.texts
        expires, lot, is_best_before, copies = (
            field.value(texts[field.id]) for field in self._fields
        )
        assert expires is None or isinstance(expires, date)
        kind: DateKind = "best_before" if is_best_before else "use_by"

        def work(product: Product) -> str:
            draft = self._labels.draft(product, int(str(copies)), expires, str(lot or ""), kind)
            return in_words(self._labels.print(draft))

        try:
            product = self._labels.product(self._goods.code)
            if product is None:
                self.say(say("stock_lists.product_gone", name=self._goods.name), "error")
                return
            sentence = await asyncio.to_thread(work, product)
        except ReasonError as error:
            self.say(words_of_error(error), "error")
        else:
            self.dismiss(sentence)
        finally:
            self._printing = False
