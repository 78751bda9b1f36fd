"""The page that asks as of which moment a report is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from textual.widget import Widget

from pos_tui.money import Currency
from pos_tui.tui.parts.fields import FieldError, TextField
from pos_tui.tui.parts.form import Form
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say


class MomentPage(PageScreen[datetime]):
    """Closes with an aware moment, or with nothing where it is left."""

    def __init__(self, palette: Palette, currency: Currency, at: datetime) -> None:
        """`at` is aware; a moment without a zone is in that of it."""
        super().__init__(palette, say("report_page.moment_title"), say("report_page.moment_keys"))
        self._at = at
        self._field = TextField(
            id="moment",
            label=say("report_page.moment_label"),
            hint=say("report_page.moment_hint"),
            needed=True,
            check=self._read,
        )
        self._form = Form([self._field], {"moment": f"{at:%Y-%m-%d %H:%M}"}, currency)

    def body(self) -> Iterable[Widget]:
        """The form."""
        yield self._form

    def on_form_left(self) -> None:
        """Back without a moment."""
        self.dismiss(None)

    def on_form_kept(self) -> None:
        """The moment, as it is typed."""
        text = self._field.value(self._form.texts[self._field.id])
        assert text is not None
        self.dismiss(self._read(text))

    def _read(self, text: str) -> datetime:
        """The moment; an hour and a minute alone are of the same day. Raises FieldError."""
        if len(text) <= 5 and ":" in text:
            text = f"{self._at:%Y-%m-%d} {text:0>5}"
        try:
            found = datetime.fromisoformat(text)
        except ValueError as error:
            raise FieldError("cmd_report.not_a_moment", text=text) from error
        return found if found.tzinfo is not None else found.replace(tzinfo=self._at.tzinfo)
