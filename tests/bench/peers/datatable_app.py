"""A till's screen as one would first write it with Textual: a DataTable, a Static, on_key."""

from __future__ import annotations

import argparse

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import DataTable, Static

PRICE = 350


class DataTableTill(App[None]):
    """Every code it is given is a new line of one article at one price."""

    CSS = "DataTable { height: 1fr; } Static { height: 1; }"

    def __init__(self, lines: int) -> None:
        super().__init__()
        self._lines = lines
        self._count = 0
        self._typed: list[str] = []

    def compose(self) -> ComposeResult:
        """The list and the total."""
        yield DataTable(cursor_type="row")
        yield Static("TOTAL 0.00")

    def on_mount(self) -> None:
        """Begin with as many lines as were asked for."""
        table = self.query_one(DataTable)
        table.can_focus = False
        table.add_columns("Code", "Name", "Qty", "Unit", "Offer", "Actual")
        for line in range(self._lines):
            self._add(table, f"{line:013d}")
        self._show_end(table)

    def on_key(self, event: events.Key) -> None:
        """Collect characters until Enter, then take the code."""
        if event.key == "enter":
            code = "".join(self._typed)
            self._typed.clear()
            table = self.query_one(DataTable)
            self._add(table, code)
            self._show_end(table)
        elif event.character:
            self._typed.append(event.character)

    def _add(self, table: DataTable[str], code: str) -> None:
        self._count += 1
        price = f"{PRICE / 100:.2f}"
        table.add_row(code, f"Article {self._count}", "1", price, "", price)

    def _show_end(self, table: DataTable[str]) -> None:
        table.move_cursor(row=table.row_count - 1, animate=False)
        self.query_one(Static).update(f"TOTAL {self._count * PRICE / 100:.2f}")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=0)
    DataTableTill(parser.parse_args().lines).run()


if __name__ == "__main__":
    main()
