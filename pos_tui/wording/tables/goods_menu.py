"""The menu of the shop's goods."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Goods"),
    "products": N_("Products"),
    "products_hint": N_("find, add, change, discontinue; who changed what"),
    "goods_in": N_("Goods in"),
    "goods_in_hint": N_("a delivery: what came, of which lot, what it cost"),
    "goods_out": N_("Goods out"),
    "goods_out_hint": N_("written off, moved, sent back, repacked"),
    "stock_take": N_("Stock take"),
    "stock_take_hint": N_("count the goods while the till sells"),
    "stock_lists": N_("Stock lists"),
    "stock_lists_hint": N_("low, to order, expiring, below zero, not selling; labels"),
}
