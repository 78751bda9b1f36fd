"""The page that says why a line costs what it does."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Why this price"),
    "keys": N_("↑↓ the line above or below · {key:page_down} more · {key:back} back"),
    "saved": N_("{name}: −{amount}"),
    "to_pay": N_("to pay {amount}"),
    "no_offer": N_("No offer is on this item."),
    "considered": N_("{name} — {why}"),
}
