"""Goods that come back."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "nothing": N_("{name}: type how much of it comes back."),
    "whole_pieces": N_("{name} is sold by the piece; half a piece cannot come back."),
    "more_than_sold": N_("{name}: no more than {left} of it can come back."),
    "all_back": N_("{name} has come back already; nothing of it is left to return."),
    "back_meanwhile": N_(
        "{name} of sale {number:06d} has come back in another sale meanwhile. Open the return again and look at what is left."
    ),
    "no_such_sale": N_("There is no paid sale {number:06d} in these books."),
    "of_another_till": N_(
        "This is a receipt of another till or shop ({till}); its sale is not in these books."
    ),
    "no_such_line": N_("Sale {number:06d} has no line {line}."),
    "no_deposit": N_("{name} has no deposit; nothing goes back for its empty."),
    "not_known": N_("This code names nothing that the shop sells."),
    "reason_needed": N_("Type why; it is kept with the return."),
    "above_price": N_("{name} costs {price} today; no more than that goes back without a receipt."),
    "finish_first": N_("Finish the sale in front first, or hold it; then void the paid one."),
    "not_of_shift": N_(
        "Sale {number:06d} was not paid in this shift; it cannot be voided any more. Take its goods back as a return."
    ),
    "only_with_all": N_(
        "{name} does not come back alone: {key:void} voids the whole sale, as long as its shift is open."
    ),
    "void_alone": N_(
        "Sale {number:06d} is being voided here. Remove the new goods, let its money go back first, then sell them."
    ),
    "is_a_return": N_(
        "Sale {number:06d} is itself a return; it is not undone. Sell the goods again instead."
    ),
    "sale_all_back": N_("All of sale {number:06d} has come back already."),
}
