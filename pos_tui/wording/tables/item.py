"""Why a scan put nothing on the list, and what was odd about a line."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "discontinued": N_("{name} is discontinued: sold, as long as there is any."),
    "no_deposit": N_("{name} is on the list without its deposit: that has no price."),
    "no_price": N_("{name} has no price."),
    "not_priced": N_(
        "{name} could not be priced ({why}) and was not put on the list. Tell the technician."
    ),
    "sold_in_doubt": N_("{name} is sold, but {why}. Look at its date."),
    "no_quantity": N_("“{text}” is no quantity; type a number from 0.001 to 9999."),
    "whole_pieces": N_("{name} is sold by the piece: type a whole number of them."),
    "money_quantity": N_(
        "Vouchers are sold in whole numbers up to {most}, and money for an account once."
    ),
    "no_such_amount": N_("That is no amount that can be on the list: type one up to {most}."),
    "removed": N_("{name} {amount} is off the list. {key:undo} brings it back."),
    "line_gone": N_("That line is no longer on the list."),
    "doubt": N_("{why:first}."),
    "misread": N_("Misread? {why}. Scan it again."),
    "not_in_books": N_(
        "Not in the shop's books. {key:add_product} adds it, {key:find} finds it by name."
    ),
    "label_or_payment": N_(
        "No goods of the shop have this label. If it was a payment code, ask the customer for a new"
        " one."
    ),
    "asks_price": N_("{name} has no price. Its price:"),
}
