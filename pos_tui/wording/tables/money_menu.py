"""The menu of the shop's money."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Money"),
    "vouchers": N_("Vouchers"),
    "vouchers_hint": N_("Sell one, look at one, print its slip; what expired"),
    "accounts": N_("Customers' accounts"),
    "accounts_hint": N_("Who owes what since when; what they pay of it"),
}
