"""Amounts that cannot be read."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "not_an_amount": N_("“{text}” is not an amount; type it like 12.50."),
    "too_many_decimals": N_("“{text}” has more decimals than {currency} has ({decimals})."),
    "too_large": N_("“{text}” is too large for one sale."),
}
