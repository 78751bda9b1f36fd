"""A form: a row a field, what is wrong with it beside it, what to type below."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Checkbox, Static

from pos_tui.money import Currency
from pos_tui.reasons import Reason, ReasonError
from pos_tui.tui.parts.field_row import EDITORS, AnyField, FieldRow
from pos_tui.tui.parts.fields import CodesField, Field, GoodsField, words_of_error
from pos_tui.tui.parts.goods_text import last_words, split_count, with_code
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.scanned_goods import ScannedGoods
from pos_tui.wording.current import say

if TYPE_CHECKING:
    from pos_tui.till import Product

Value = TypeVar("Value")
_TORN_S = 0.3


class Form(Vertical):
    """Fields by their descriptions. ↑↓ and Enter go from one to the next.

    F2 or Ctrl+S checks every field and posts `Kept` when all are right. Esc posts `Left`; where
    something would be lost it has to be pressed twice. It stands on a PageScreen.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,shift+tab", "move(-1)", priority=True),
        Binding("down,tab", "move(1)", priority=True),
        Binding("pageup", "move(-10)", priority=True),
        Binding("pagedown", "move(10)", priority=True),
        Binding("enter", "next", priority=True),
        Binding("f2,ctrl+s,alt+s", "keep"),
        Binding("f3,alt+f", "find_goods", id="find"),
        Binding("escape", "leave", id="back"),
    ]

    class Kept(Message):
        """Every field is right, and the form is to be kept."""

    class Left(Message):
        """The form is to be closed, and what is typed in it may be lost."""

    def __init__(
        self,
        fields: Sequence[AnyField],
        texts: Mapping[str, str],
        currency: Currency,
        goods: ScannedGoods | None = None,
    ) -> None:
        """`texts` are what stands in the fields at first; `goods` finds and reads goods."""
        super().__init__()
        self._rows = {field.id: FieldRow(field, texts.get(field.id, "")) for field in fields}
        self._currency = currency
        self._goods = goods
        self._leaving = False
        self._hint = Static(classes="hint", markup=False)
        self.typed_at = 0.0
        self._began_as: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """The fields, and what to type in the one that has the focus."""
        with VerticalScroll(can_focus=False):
            yield from self._rows.values()
        yield self._hint

    def on_mount(self) -> None:
        """Remember what stands in the fields; a choice has its value only now."""
        self._began_as = self.texts

    # ---- what is typed -----------------------------------------------------------------------

    @property
    def texts(self) -> dict[str, str]:
        """What stands in each field."""
        return {key: row.text for key, row in self._rows.items()}

    @property
    def key(self) -> str:
        """The id of the field that has the focus."""
        return next((key for key, row in self._rows.items() if row.has_focus_within), "")

    @property
    def is_changed(self) -> bool:
        """Whether something would be lost by leaving."""
        return self.texts != self._began_as

    def value(self, field: Field[Value]) -> Value | None:
        """What a field means; None where it is empty. Raises FieldError."""
        return field.value(self._rows[field.id].text)

    def fault(self, key: str, sentence: str) -> None:
        """Say beside a field what is wrong with it, and go there."""
        row = self._rows[key]
        row.show_note(sentence)
        self.screen.set_focus(row.editor)
        self.call_after_refresh(row.scroll_visible, animate=False)

    def put_goods(self, key: str, product: Product, words: str = "") -> None:
        """Add goods to a field, in place of the `words` at its end."""
        row = self._rows[key]
        row.text, added = with_code(row.text, product.code, words)
        kind = "parts.goods_added" if added else "parts.goods_there"
        self._page.say(say(kind, name=product.name), "good" if added else "warning")

    # ---- keys and scans ----------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that go to another field do so at once, so that what is typed next lands there;
        while a choice is open they are its own.
        """
        return action not in {"move", "next"} or isinstance(self.screen.focused, EDITORS)

    def action_move(self, by: int) -> None:
        """Go to another field."""
        rows = list(self._rows.values())
        place = next((n for n, row in enumerate(rows) if row.has_focus_within), 0)
        self._went_on()
        self.screen.set_focus(rows[max(0, min(place + by, len(rows) - 1))].editor)

    def action_next(self) -> None:
        """Go to the next field; keep the form from the last one."""
        focused = self.screen.focused
        if focused is not None and self.key == next(reversed(self._rows)):
            focused.call_later(self.action_keep)  # after what was typed before
        else:
            self.action_move(1)

    def action_keep(self) -> None:
        """Check every field; go to the first that is wrong, or post that all are right."""
        wrong = [row for row in self._rows.values() if not row.check()]
        if wrong:
            self.screen.set_focus(wrong[0].editor)
            self.call_after_refresh(wrong[0].scroll_visible, animate=False)
        else:
            self.post_message(self.Kept())

    def action_leave(self) -> None:
        """Leave; the first time it is only said that something would be lost."""
        if self.is_changed and not self._leaving:
            self._leaving = True
            self._page.say(say("parts.drops_what_is_typed"), "warning")
        else:
            self.post_message(self.Left())

    def action_find_goods(self) -> None:
        """Find goods by the last words of a field of goods."""
        row = self._rows.get(self.key)
        if row is None or self._goods is None or not isinstance(row.field, GoodsField):
            labels = self._labels(GoodsField)
            self._page.say(say("parts.find_where", labels=labels), "warning")
            return
        words = last_words(row.text)
        words = "" if ":" in words else words  # category:x is no search
        found = self._goods.find(words) if words else []
        if len(found) == 1:
            self.put_goods(row.field.id, found[0], words)
            return
        from pos_tui.tui.parts.find_goods import GoodsPage

        key = row.field.id

        def put(product: Product | None) -> None:
            if product is not None:
                self.put_goods(key, product, words)

        label = row.field.label
        page = GoodsPage(self._page.palette, label, words, self._goods.find, self._currency)
        self.app.push_screen(page, put)

    def use_scan(self, text: str, began: float | None) -> bool:
        """A scan adds goods to the field that has the focus, if that is one of goods or of codes.

        A scan that a busy machine tore has its head in the field, as typed keys.
        """
        row = self._rows.get(self.key)
        torn = began is not None and began - self.typed_at < _TORN_S
        labels = self._labels(GoodsField, CodesField)
        if row is None or not labels:
            return False
        if isinstance(row.field, CodesField):
            self._put_code(row, row.field, text, last_words(row.text) if torn else "")
            return True
        if not isinstance(row.field, GoodsField) or self._goods is None:
            sentence = say("parts.scan_where", labels=labels)
            self._page.refuse_scan(sentence + (f" {say('parts.scan_torn')}" if torn else ""))
            return True
        head = last_words(row.text) if torn else ""
        found = self._goods.scanned(head + text)
        if isinstance(found, Reason) and head:  # those were words, not the head of this scan
            head, found = "", self._goods.scanned(text)
        if isinstance(found, Reason):
            self._page.say(found, "warning")
        else:
            self.put_goods(row.field.id, found, head)
        self.app.bell()
        return True

    def on_key(self, event: events.Key) -> None:
        """Any other key than Esc goes on with the form."""
        if event.key != "escape":
            self._went_on()
        on_flag = isinstance(self.screen.focused, Checkbox)
        if on_flag and event.is_printable and event.key != "space":
            self._page.say(say("parts.space_sets"), "warning")

    def on_input_changed(self) -> None:
        """Something was typed."""
        self.typed_at = time.monotonic()
        self._went_on()

    def on_descendant_focus(self) -> None:
        """Say what to type here."""
        row = self._rows.get(self.key)
        if row is not None:
            hint = say("parts.hint", label=row.field.label, hint=row.field.hint)
            self._hint.update(Content(hint), layout=False)  # it always has two rows

    def on_resize(self) -> None:
        """Keep the field one is in in view: what the page says takes room, and gives it back."""
        row = self._rows.get(self.key)
        if row is not None:
            self.call_after_refresh(row.scroll_visible, animate=False)

    # ---- inside ------------------------------------------------------------------------------

    @property
    def _page(self) -> PageScreen[object]:
        assert isinstance(self.screen, PageScreen)
        return self.screen

    def _went_on(self) -> None:
        if self._leaving:
            self._leaving = False
            self._page.say("")

    def _put_code(self, row: FieldRow, field: CodesField, scan: str, head: str) -> None:
        """Add a scanned code to a field of codes, with the head that stands there already.

        A number of pieces that waits for its code, like 12x, gets it.
        """
        count, head = split_count(head) if head else ("", "")
        waiting, code_behind = split_count(last_words(row.text))
        if waiting and not code_behind:
            count = waiting
        for begin in (head, "") if head else ("",):
            try:
                code = field.of_scan(begin + scan)
            except ReasonError as error:
                self._page.say(words_of_error(error), "warning")
            else:
                before = "" if head and not begin else count
                row.text, _ = with_code(row.text, code, before + begin, before)
                self._page.say("")
                break
        self.app.bell()

    def _labels(self, *kinds: type[Field[tuple[str, ...]]]) -> tuple[str, ...]:
        fields = (row.field for row in self._rows.values())
        return tuple(field.label for field in fields if isinstance(field, kinds))
