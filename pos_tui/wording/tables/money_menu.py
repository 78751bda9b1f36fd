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
    "reports": N_("Reports"),
    "reports_hint": N_("what was earned: by day, month, product, tender, as it stood"),
    "clearing": N_("Wallets and cards"),
    "papers": N_("Paper"),
    "papers_hint": N_("what is not on paper: print it again, or give it up"),
    "clearing_hint": N_("what platforms owe by day, their bills, what came to the bank"),
}
