"""The menu of the shop's goods."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Goods"),
    "keys": N_("↑↓ choose · {key:confirm} open · {key:back} back"),
    "stock_take": N_("Stock take"),
    "stock_take_hint": N_("count the goods while the till sells"),
}
