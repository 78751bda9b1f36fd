"""A page that asks for one number."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from textual.widget import Widget

from pos_tui.money import Currency
from pos_tui.tui.parts.fields import NumberField
from pos_tui.tui.parts.form import Form
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say


class NumberPage(PageScreen[Decimal]):
    """Closes with the number, or with nothing where it is left."""

    def __init__(
        self, palette: Palette, title: str, field: NumberField, text: str, currency: Currency
    ) -> None:
        """`text` is what stands in the field at first."""
        super().__init__(palette, title, say("stock_lists.number_keys"))
        self._field = field
        self._form = Form([field], {field.id: text}, currency)

    def body(self) -> Iterable[Widget]:
        """The form."""
        yield self._form

    def on_form_left(self) -> None:
        """Back without a number."""
        self.dismiss(None)

    def on_form_kept(self) -> None:
        """The number, as it is typed."""
        self.dismiss(self._field.value(self._form.texts[self._field.id]))
