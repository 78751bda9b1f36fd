"""The menu of the shop's goods."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Goods"),
    "products": N_("Products"),
    "products_hint": N_("find, add, change, discontinue; who changed what"),
    "keys": N_("↑↓ choose · {key:confirm} open · {key:back} back"),
}
