"""What a scanned coupon does."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "counts_already": N_("The coupon “{name}” is already on this sale."),
    "takes_off": N_("Coupon “{name}”: {amount} off."),
    "goes_first": N_("Coupon “{name}” goes before other offers: the total is now {total}."),
    "takes_nothing_off": N_("The coupon “{name}” takes nothing off yet; {key:why} says why."),
}
