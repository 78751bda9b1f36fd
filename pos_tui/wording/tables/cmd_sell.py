"""Words of `pos-tui sell`."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "still_open": P_(
        "sale {number:06d} is still open with {count} line; nothing was added. Finish it at the till, or pay it here with `cash AMOUNT` or a payment code alone.",
        "sale {number:06d} is still open with {count} lines; nothing was added. Finish it at the till, or pay it here with `cash AMOUNT` or a payment code alone.",
    ),
    "without_receipt": N_("the sale is paid, but its receipt could not be made."),
}
