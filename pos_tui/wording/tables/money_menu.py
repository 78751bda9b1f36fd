"""The menu of the shop's money."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Money"),
    "reports": N_("reports"),
    "reports_hint": N_("what was earned: by day, month, product, tender, as it stood"),
    "clearing": N_("wallets and cards"),
    "clearing_hint": N_("what platforms owe by day, their bills, what came to the bank"),
}
