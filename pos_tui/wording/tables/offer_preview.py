"""What an offer would have cost, and why one is refused."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "no_sales": N_("There are no sales of the last {days} days to try it on."),
    "sales": P_("{count} sale", "{count} sales"),
    "last_sales": P_("the last {count} sale of them", "the last {count} sales of them"),
    "cheaper": P_("{count} sale cheaper", "{count} sales cheaper"),
    "result": N_(
        "The last {days} days ({sales}, {before}) would have cost {after}: {cheaper}, by {less} in all."
    ),
    "coupon_pays": N_(
        "“{name}”: its coupon's code would be read as a payment code; choose another."
    ),
    "coupon_is_item": N_("“{name}”: its coupon's code is that of {item}."),
    "basket": N_("{names}: {after} instead of {before}"),
}
