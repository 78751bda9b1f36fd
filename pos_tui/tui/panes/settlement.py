"""The settlement list on the screen: only the cells that changed are painted again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.geometry import Region

from pos_tui.checkout.by_piece import is_by_piece, is_whole
from pos_tui.checkout.line import SettlementLine
from pos_tui.checkout.settlement_list import LineChange, Totals
from pos_tui.money import Currency, format_amount
from pos_tui.reasons import Reason
from pos_tui.text_width import clip, pad, squeeze, width_of
from pos_tui.tui.panes.large_amount import first_difference, large
from pos_tui.tui.panes.list_columns import LineCells, ListColumns, cells_of_line
from pos_tui.tui.panes.pane import Pane, Spans, changed_cells
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import current, in_words, say

_LARGE_FROM = 18  # rows of the pane
_SMALL_FOOT, _LARGE_FOOT = 2, 3


class PaidAmounts(NamedTuple):
    """What stands in the place of the total after a sale: the amount that is needed then.

    `beside` are the amounts that explain it. All amounts are as they are written.
    """

    label: Reason
    amount: str
    beside: Sequence[Reason] = ()


class _Foot(NamedTuple):
    """What stands under the lines: words on the left, the large number on the right."""

    words: tuple[str, ...]
    number: tuple[str, ...]


class SettlementPane(Pane):
    """Lines, the selected one, the one just scanned, and the number that is needed now.

    When the list is full it jumps by half a page instead of scrolling by one: most scans then
    paint one new row.
    """

    def __init__(self, palette: Palette, currency: Currency) -> None:
        super().__init__(palette)
        self._currency = currency
        self._lines: Sequence[SettlementLine] = ()
        self._totals = Totals()
        self._pieces = 0
        self._columns = ListColumns()
        self._paid: PaidAmounts | None = None
        self._top = 0
        self._selected = -1
        self._scanned = -1
        self._returned = 0, 0
        self._paper: list[str] = []
        self._receipt: list[str] = []
        self._made_foot: tuple[object, _Foot] = (None, _Foot((), ()))
        self._painted_foot = _Foot((), ())
        self._painted_bottom = ("", "")

    # ---- what is shown -----------------------------------------------------------------------

    @property
    def selected(self) -> int:
        """The selected line's place in the list; -1 when the list is empty."""
        return self._selected

    @property
    def selected_line(self) -> SettlementLine | None:
        """The selected line; None when the list is empty."""
        return self._lines[self._selected] if 0 <= self._selected < len(self._lines) else None

    def show_list(self, lines: Sequence[SettlementLine], totals: Totals) -> None:
        """Show this list from now on."""
        self._lines, self._totals = lines, totals
        self._pieces = sum(map(_pieces, lines))
        self._selected = self._scanned = len(lines) - 1
        self._paper = []
        self._top = 0
        if lines:
            self._paid = None
        self._begin_columns()
        self._fill()
        self.refresh()

    def show_paid(self, paid: PaidAmounts | None) -> None:
        """Show this in the place of the total until the list changes; None: the total again."""
        self._paid = paid
        self.refresh()

    def show_returned(self, count: int, amount: int) -> None:
        """Show that so many returns take an amount (minor units) off the total."""
        if (count, amount) != self._returned:
            self._returned = count, amount
            if count:
                self._paid, self._paper = None, []
            self.refresh()

    def show_change(self, change: LineChange, lines: Sequence[SettlementLine]) -> None:
        """Show that one line was added, changed or removed; these are the lines now."""
        self._count(change, len(lines))
        self._lines = lines
        self._totals = change.totals
        was_paid, self._paid = self._paid, None
        others_move = change.what == "removed" or (
            change.what == "added" and change.index < len(lines) - 1
        )
        if self._paper or was_paid or others_move:
            self._paper = []
            last = len(self._lines) - 1
            if change.what != "removed":
                self._make_room(change)
            self._scanned = -1 if change.what == "removed" else change.index
            self._selected = min(change.index, last)
            self._keep_in_view(self._selected)
            self.refresh()
            return
        before = {self._scanned, self._selected}
        self._scanned = self._selected = change.index
        moves = self._keep_in_view(change.index)
        if self._make_room(change) or moves:
            self.refresh()
            return
        for index in before | {change.index}:
            self._repaint_line(index)
        self._repaint_foot()

    def show_also(self, change: LineChange, lines: Sequence[SettlementLine]) -> None:
        """Show that a line got another price because of what happened to another one, or that the
        deposit of goods came or went with them.
        """
        self._lines = lines
        self._totals = change.totals
        if self._make_room(change) or change.what != "changed":
            self._selected = min(self._selected, len(lines) - 1)
            self._keep_in_view(self._selected)
            self.refresh()
            return
        self._repaint_line(change.index)
        self._repaint_foot()

    def show_totals(self, totals: Totals) -> None:
        """Show other totals of the same lines."""
        self._totals = totals
        self._repaint_foot()

    def show_paper(self, text: str) -> None:
        """Show a receipt, as a strip of paper, until the next scan."""
        self._receipt = text.removesuffix("\n").split("\n")
        self._top = 0
        self._lay_paper()

    def _lay_paper(self) -> None:
        """The paper, no wider than the pane."""
        room = max(self.outer_size.width - 4, 1)
        self._paper = [part for line in self._receipt for part in squeeze(line, room)]
        self.refresh()

    def move(self, by: int) -> None:
        """Move the selection, or the paper, by so many lines."""
        if self._paper:
            self._top = max(0, min(self._top + by, len(self._paper) - self._room()))
            self.refresh()
            return
        if not self._lines:
            return
        before = self._selected
        self._selected = max(0, min(before + by, len(self._lines) - 1))
        if self._keep_in_view(self._selected):
            self.refresh()
        else:
            self._repaint_line(before)
            self._repaint_line(self._selected)
            self._repaint_foot()

    def move_to_end(self, *, first: bool) -> None:
        """Move the selection, or the paper, to the first or the last line."""
        length = max(len(self._paper), len(self._lines))
        self.move(-length if first else length)

    def page(self) -> int:
        """How many lines fit."""
        return self._room()

    # ---- drawing -----------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Keep the selected line in view, and leave no room empty that lines could fill."""
        self._begin_columns()
        if self._paper:
            self._lay_paper()
        else:
            self._fill()
            self.refresh()

    def redraw(self) -> None:
        """Draw everything again, in the language in use now."""
        self._begin_columns()
        self.refresh()

    def _fill(self) -> None:
        """Show the selected line, and leave no room empty that lines could fill."""
        if self.outer_size.height:
            self._keep_in_view(max(self._selected, 0))
            self._top = min(self._top, max(0, len(self._lines) - self._room()))
            self._fit_lines_in_view()

    def spans(self, y: int) -> Spans:
        """One row of the pane."""
        height = self.outer_size.height
        if y == 0:
            return self.top(say("screen.title_receipt" if self._paper else "screen.title_list"))
        if y == height - 1:
            return self._bottom_row()
        foot = self._foot_height()
        if y >= height - 1 - foot:
            return self._foot_row(y - (height - 1 - foot))
        if self._paper:
            return self._paper_row(y - 1)
        if y == 1:
            return self.framed(self._columns.row(_heads()), "column")
        index = self._top + y - 2
        if index >= len(self._lines):
            return self.inside("", "line")
        style = "line"
        if index == self._selected:  # one row only stands out, without colours too
            style = "scanned" if index == self._scanned else "selected"
        return self.framed(self._columns.row(self._cells(index)), style)

    def _cells(self, index: int) -> LineCells:
        return cells_of_line(index, self._lines[index], self._currency)

    def _begin_columns(self) -> None:
        self._columns.begin(max(self.outer_size.width - 2, 0), _heads())
        self._fit_lines_in_view()

    def _fit_lines_in_view(self) -> None:
        """Make room for what the lines in view hold."""
        for index in range(self._top, min(self._top + self._room(), len(self._lines))):
            self._columns.make_room(self._cells(index))

    def _make_room(self, change: LineChange) -> bool:
        return self._columns.make_room(cells_of_line(change.index, change.line, self._currency))

    def _count(self, change: LineChange, length: int) -> None:
        """Count the goods: `_lines` are still those of before, and may have this line already."""
        if change.what != "added" or length == len(self._lines):
            self._pieces -= _pieces(self._lines[change.index])
        if change.what != "removed":
            self._pieces += _pieces(change.line)

    # ---- the foot ----------------------------------------------------------------------------

    def _foot(self) -> _Foot:
        """The foot as it is now, made once for all its rows."""
        key = (self._totals, self._pieces, self._top, len(self._lines), self._paid, self.outer_size,
               self._returned, current())  # fmt: skip
        if self._made_foot[0] != key:
            self._made_foot = key, self._make_foot()
        return self._made_foot[1]

    def _make_foot(self) -> _Foot:
        paid, is_large = self._paid, self._foot_height() == _LARGE_FOOT
        if paid is not None:
            amount, label = paid.amount, in_words(paid.label)
            words = [in_words(each) for each in paid.beside]
        else:
            amount = format_amount(self._totals.total - self._returned[1], self._currency)
            label = say("screen.total")
            items, view = say("screen.items", count=self._pieces), self._view()
            room = self.outer_size.width - 4 - len(large(amount)[0])
            if width_of(items) + width_of(view) + 3 <= room:
                words = [f"{items}   {view}".rstrip(), " · ".join(self._off())]
            else:
                words = [items, " · ".join(filter(None, (view, *self._off())))]
        if not is_large:
            return _Foot(("   ".join(filter(None, words)), label), (amount,))
        number = large(amount)
        if len(number[0]) + width_of(label) + 2 > self.outer_size.width - 2:
            blank = " " * len(amount)  # too long for large digits
            number = blank, blank, amount
        return _Foot((*words[:2], *[""] * (2 - len(words)), label), number)

    def _view(self) -> str:
        """Which lines are in view, where not all are."""
        first, count = self._top + 1, len(self._lines)
        last = min(self._top + self._room(), count)
        if first == 1 and last == count:
            return ""
        return say("screen.lines_in_view", first=first, last=last, count=count)

    def _foot_row(self, row: int) -> Spans:
        foot, room = self._foot(), self.outer_size.width - 2
        self._painted_foot = foot
        is_last = row == len(foot.words) - 1
        number = foot.number[row] if len(foot.number) > 1 else foot.number[0] if is_last else ""
        words = f" {foot.words[row]}"
        style = "total" if is_last else "line"
        if not number:
            return self.inside(words, style)
        return (
            ("│", "frame"),
            (pad(words, room - width_of(number)), style),
            (number, "total"),
            ("│", "frame"),
        )

    def _bottom_row(self) -> Spans:
        self._painted_bottom = self._bottom_text()
        name, price = self._painted_bottom
        if not name:
            return self.bottom()
        text = clip(name, self.outer_size.width - 5 - width_of(price)) + price
        rest = "─" * (self.outer_size.width - 5 - width_of(text))
        return (("╰─ ", "frame"), (text, "line"), (f" {rest}╯", "frame"))

    def _bottom_text(self) -> tuple[str, str]:
        """The selected line's whole name and unit price, where its row has no room for them."""
        line = self.selected_line
        if line is None or self._paper:
            return "", ""
        cells = self._cells(self._selected)
        if self._columns.shows_whole(cells):
            return "", ""
        return cells.name, f"  {cells.quantity} × {cells.unit}" if cells.unit else ""

    def _off(self) -> list[str]:
        """What is saved, comes off the whole basket, is added as tax, in a few words each."""
        discounts, tax, saved = self._totals.discounts, self._totals.tax, self._totals.saved
        parts = []
        if self._returned[0]:
            back = format_amount(self._returned[1], self._currency)
            parts.append(say("screen.returned", count=self._returned[0], amount=back))
        if saved:
            parts.append(say("screen.saved", amount=format_amount(saved, self._currency)))
        if discounts:
            off = format_amount(sum(each.amount for each in discounts), self._currency)
            if len(discounts) == 1:
                parts.append(say("screen.basket_discount", name=discounts[0].name, amount=off))
            else:
                parts.append(say("screen.basket_offers", count=len(discounts), amount=off))
        if tax:
            parts.append(say("screen.tax", amount=format_amount(tax, self._currency)))
        return parts

    def _paper_row(self, row: int) -> Spans:
        room = self.outer_size.width - 2
        index = self._top + row
        width = max((width_of(line) for line in self._paper), default=0) + 2
        if index >= len(self._paper) or width > room:
            text = self._paper[index] if index < len(self._paper) else ""
            return self.inside(f" {text}", "line")
        left = (room - width) // 2
        return (
            ("│", "frame"),
            (" " * left, "line"),
            (pad(f" {self._paper[index]}", width), "paper"),
            (" " * (room - width - left), "line"),
            ("│", "frame"),
        )

    # ---- places ------------------------------------------------------------------------------

    def _foot_height(self) -> int:
        return _LARGE_FOOT if self.outer_size.height >= _LARGE_FROM else _SMALL_FOOT

    def _room(self) -> int:
        """How many lines fit between the column heads and the foot."""
        return max(self.outer_size.height - (2 if self._paper else 3) - self._foot_height(), 1)

    def _keep_in_view(self, index: int) -> bool:
        """Jump by half a page when the line is out of view; True when everything moves."""
        if not self.outer_size.height:
            return True  # not laid out yet; the first resize shows what fits
        room = self._room()
        if self._top <= index < self._top + room:
            return False
        self._top = max(0, index - room // 2)
        self._fit_lines_in_view()
        return True

    def _repaint_foot(self) -> None:
        """Paint the foot again, as few cells of it as have changed."""
        foot, before = self._foot(), self._painted_foot
        y, width = self.outer_size.height - 1 - len(foot.words), self.outer_size.width
        if len(before.words) != len(foot.words) or len(before.number) != len(foot.number):
            self.refresh(Region(0, y, width, len(foot.words)))
            return
        for row, (old, new) in enumerate(zip(before.words, foot.words, strict=True)):
            if old != new:
                first, last = changed_cells(old, new)
                self.refresh(Region(2 + first, y + row, last - first, 1))
        cells = first_difference(before.number, foot.number)
        if cells:
            rows = len(foot.number)
            top = self.outer_size.height - 1 - rows
            self.refresh(Region(width - 1 - cells, top, cells, rows))
        if self._bottom_text() != self._painted_bottom:
            self.repaint_row(self.outer_size.height - 1)

    def _repaint_line(self, index: int) -> None:
        if self._top <= index < self._top + self._room():
            self.refresh(Region(1, index - self._top + 2, self.outer_size.width - 2, 1))


def _pieces(line: SettlementLine) -> int:
    """How many goods a line is: what is weighed is one, deposits and money none."""
    item = line.item
    if item.is_deposit or item.is_money:
        return 0
    if is_whole(line.quantity) and is_by_piece(item.unit, item.code):
        return int(line.quantity)
    return 1


def _heads() -> LineCells:
    return LineCells(
        say("screen.column_number"),
        say("screen.column_item"),
        say("screen.column_quantity"),
        say("screen.column_unit"),
        say("screen.column_offer"),
        "",
        say("screen.column_actual"),
    )
