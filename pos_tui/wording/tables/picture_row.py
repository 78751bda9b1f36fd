"""What a code in a picture of goods is."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "payment_code": N_("a payment code: scan it by itself"),
    "no_price": N_("{name} has no price: scan it by itself"),
    "sold_at": N_("{name} · {price}"),
    "not_in_books": N_("not in the shop's books"),
}
