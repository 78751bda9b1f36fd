"""The help page."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Help — {key:back} goes back, ↑↓ move"),
    "wrong_now": N_("! What is wrong now:"),
    "a_sale": N_("Scan the goods, scan the customer's payment code. That is a sale."),
    "times": N_("before a scan: three of it"),
    "confirms": N_("confirms an expired item; asks after a payment that hangs"),
    "manual": N_("The manual; a letter opens its page:"),
    "manual_keys": N_("↑↓ {key:page_up} {key:page_down} move · {key:back} back"),
}
