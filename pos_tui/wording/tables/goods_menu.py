"""The menu of the shop's goods."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Goods"),
    "keys": N_("↑↓ choose · {key:confirm} open · {key:back} back"),
    "stock_lists": N_("Stock lists"),
    "stock_lists_hint": N_("low, to order, expiring, below zero, not selling; labels"),
}
