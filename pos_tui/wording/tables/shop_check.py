"""What a till finds of its shop's goods and payments."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "goods": N_("Each product has a price."),
    "without_price": N_("Products without a price: {count}; the till asks for it at each sale."),
    "no_goods": N_("The books have no goods, so no code is known."),
    "do_import": N_("Import them: pos-tui import FILE."),
    "no_open_payments": N_("No payment is open."),
    "open_payments": N_(
        "Payments that are not known to have ended: {count}, the first of sale {first:06d}."
    ),
    "do_trace": N_(
        "Start the till, which asks for them; pos-tui trace {first} tells what happened."
    ),
}
