"""The settlement list on the screen: only the rows that changed are painted again."""

from __future__ import annotations

from collections.abc import Sequence

from textual.renderables.digits import DIGITS, DIGITS3X3_BOLD

from pos_tui.checkout.line import SettlementLine
from pos_tui.checkout.settlement_list import LineChange, Totals
from pos_tui.money import Currency, format_amount
from pos_tui.text_width import clip, pad, pad_left, squeeze, width_of
from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say

_ROOMY = 30
_WIDE_ENOUGH = 48  # below this, unit price and offer give way; never the actual amount
_SMALL_FOOT, _LARGE_FOOT = 2, 4


class SettlementPane(Pane):
    """Lines, the selected one, the one just scanned, and the totals.

    When the list is full it jumps by half a page instead of scrolling by one: most scans then
    paint one new row.
    """

    def __init__(self, palette: Palette, currency: Currency) -> None:
        super().__init__(palette)
        self._currency = currency
        self._lines: Sequence[SettlementLine] = ()
        self._totals = Totals()
        self._top = 0
        self._selected = -1
        self._scanned = -1
        self._paper: list[str] = []
        self._receipt: list[str] = []

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
        self._selected = self._scanned = len(lines) - 1
        self._paper = []
        self._top = 0
        self._fill()
        self.refresh()

    def show_change(self, change: LineChange, lines: Sequence[SettlementLine]) -> None:
        """Show that one line was added, changed or removed; these are the lines now."""
        self._lines = lines
        before_totals, self._totals = self._totals, change.totals
        if self._paper or change.what == "removed":
            self._paper = []
            last = len(self._lines) - 1
            self._scanned = -1 if change.what == "removed" else change.index
            self._selected = min(change.index, last)
            self._keep_in_view(self._selected)
            self.refresh()
            return
        before = {self._scanned, self._selected}
        self._scanned = self._selected = change.index
        if self._keep_in_view(change.index):
            self.refresh()
            return
        for index in before | {change.index}:
            self._repaint_line(index)
        self._repaint_foot(before_totals)

    def show_also(self, change: LineChange, lines: Sequence[SettlementLine]) -> None:
        """Show that a line got another price because of what happened to another one."""
        self._lines = lines
        before_totals, self._totals = self._totals, change.totals
        self._repaint_line(change.index)
        self._repaint_foot(before_totals)

    def show_totals(self, totals: Totals) -> None:
        """Show other totals of the same lines."""
        before_totals, self._totals = self._totals, totals
        self._repaint_foot(before_totals)

    def show_paper(self, text: str) -> None:
        """Show a receipt, as a strip of paper, until the next scan."""
        self._receipt = text.removesuffix("\n").split("\n")
        self._top = 0
        self._lay_paper()

    def _lay_paper(self) -> None:
        """The paper, no wider than the pane."""
        room = max(self.size.width - 4, 1)
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

    def page(self) -> int:
        """How many lines fit."""
        return self._room()

    # ---- drawing -----------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Keep the selected line in view, and leave no room empty that lines could fill."""
        if self._paper:
            self._lay_paper()
        else:
            self._fill()
            self.refresh()

    def _fill(self) -> None:
        """Show the selected line, and leave no room empty that lines could fill."""
        if self.size.height:
            self._keep_in_view(max(self._selected, 0))
            self._top = min(self._top, max(0, len(self._lines) - self._room()))

    def spans(self, y: int) -> Spans:
        """One row of the pane."""
        height = self.size.height
        if y == 0:
            return self.top(say("screen.title_receipt" if self._paper else "screen.title_list"))
        if y == height - 1:
            return self.bottom()
        if self._paper:
            return self._paper_row(y - 1)
        if y == 1:
            return self.framed(self._heads(), "column")
        foot = self._foot()
        if y >= height - 1 - foot:
            return self._foot_row(y - (height - 1 - foot), foot)
        index = self._top + y - 2
        if index >= len(self._lines):
            return self.inside("", "line")
        style = "line"
        if index == self._selected:  # one row only stands out, without colours too
            style = "scanned" if index == self._scanned else "selected"
        return self.framed(self._line_text(index), style)

    def _line_text(self, index: int) -> str:
        line = self._lines[index]
        currency = self._currency
        number, quantity = f"{index + 1:>3}", f"{line.quantity!s:>5}"
        unit = f"{format_amount(line.item.unit_price, currency):>7}"
        actual = f"{format_amount(line.actual, currency):>8}"
        cells = len(number) + len(quantity) + len(actual)
        return self._columns(
            number, line.item.name, quantity, unit, line.offer, actual, cells, len(unit)
        )

    def _heads(self) -> str:
        return self._columns(
            pad_left(clip(say("screen.column_number"), 3), 3),
            say("screen.column_item"),
            pad_left(clip(say("screen.column_quantity"), 5), 5),
            pad_left(clip(say("screen.column_unit"), 7), 7),
            say("screen.column_offer"),
            pad_left(clip(say("screen.column_actual"), 8), 8),
        )

    def _columns(
        self,
        number: str,
        name: str,
        quantity: str,
        unit: str,
        offer: str,
        actual: str,
        cells: int = 3 + 5 + 8,
        unit_cells: int = 7,
    ) -> str:
        """A row of cells; number, quantity, unit price and amount come filled.

        `cells` are those of number, quantity and amount together, `unit_cells` those of the price.
        """
        room = self.size.width - 2
        right = f" {quantity}"
        if room >= _WIDE_ENOUGH:
            offers = 8 if room < 70 else 16
            right += f" {unit} {pad(offer, offers)}"
            cells += unit_cells + offers + 2
        right += f" {actual}"
        return f"{number} {pad(name, room - cells - 3)}{right}"

    def _foot_row(self, row: int, foot: int) -> Spans:
        room, totals = self.size.width - 2, self._totals
        if row == 0:
            items = f" {_items(totals.lines)}"
            saved = f"{say('screen.saved', amount=format_amount(totals.saved, self._currency))} "
            middle = pad(self._off_the_basket(), room - width_of(items) - width_of(saved))
            return self.inside(items + middle + saved, "line")
        amount = format_amount(totals.total, self._currency)
        label = f" {say('screen.total')}"
        if foot == _SMALL_FOOT:
            return self.inside(f"{pad(label, room - len(amount) - 2)} {amount} ", "total")
        digits = _large(amount)[row - 1]
        label = label if row == 2 else ""
        return self.inside(f"{pad(label, room - len(digits) - 1)}{digits} ", "total")

    def _off_the_basket(self) -> str:
        """What comes off the whole basket, and tax that is added, in a few words."""
        discounts, tax = self._totals.discounts, self._totals.tax
        parts = []
        if discounts:
            off = format_amount(sum(each.amount for each in discounts), self._currency)
            if len(discounts) == 1:
                parts.append(say("screen.basket_discount", name=discounts[0].name, amount=off))
            else:
                parts.append(say("screen.basket_offers", count=len(discounts), amount=off))
        if tax:
            parts.append(say("screen.tax", amount=format_amount(tax, self._currency)))
        return f" · {' · '.join(parts)}" if parts else ""

    def _paper_row(self, row: int) -> Spans:
        room = self.size.width - 2
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

    def _foot(self) -> int:
        return _LARGE_FOOT if self.size.height >= _ROOMY - 3 else _SMALL_FOOT

    def _room(self) -> int:
        """How many lines fit between the column heads and the totals."""
        if self._paper:
            return max(self.size.height - 2, 1)
        return max(self.size.height - 3 - self._foot(), 1)

    def _keep_in_view(self, index: int) -> bool:
        """Jump by half a page when the line is out of view; True when everything moves."""
        if not self.size.height:
            return True  # not laid out yet; the first resize shows what fits
        room = self._room()
        if self._top <= index < self._top + room:
            return False
        if index < self._top:
            self._top = max(0, index - room // 2)
        else:
            self._top = max(0, index - room // 2)
        return True

    def _repaint_foot(self, before: Totals) -> None:
        """Paint the totals again, as few cells of them as have changed."""
        y = self.size.height - 1 - self._foot()
        if before.saved != self._totals.saved or before.tax != self._totals.tax:
            self.repaint_row(y)
        elif before.lines != self._totals.lines:
            self.repaint_row(y, 4 + width_of(_items(self._totals.lines)))
        if before.total != self._totals.total:
            for row in range(y + 1, self.size.height - 1):
                self.repaint_row(row)

    def _repaint_line(self, index: int) -> None:
        if self._top <= index < self._top + self._room():
            self.repaint_row(index - self._top + 2)


def _items(count: int) -> str:
    return say("screen.items", count=count)


def _large(amount: str) -> list[str]:
    """An amount in digits three rows tall, of Textual's own shapes."""
    rows = ["", "", ""]
    for character in amount:
        place = DIGITS.find(character)
        for row in range(3):
            if place < 0:
                rows[row] += f"{character} " if row == 2 else "  "
            else:
                rows[row] += DIGITS3X3_BOLD[place * 3 + row].ljust(3)
    return rows
