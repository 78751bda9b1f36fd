"""The menu of the shop's money."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Money"),
    "drawer": N_("Drawer"),
    "drawer_hint": N_("shifts, money in and out, counting, X and Z reports"),
    "returns": N_("Returns"),
    "returns_hint": N_("goods that come back, empties, a sale undone"),
    "vouchers": N_("Vouchers"),
    "vouchers_hint": N_("sell one, look at one, print its slip; what expired"),
    "accounts": N_("Customers' accounts"),
    "accounts_hint": N_("who owes what since when; what they pay of it"),
}
