"""`pos-tui explain`."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_(
        "Why each price of a sale: every offer that was considered, applied or not, and why."
    ),
    "sale": N_("SALE"),
    "sale_help": N_("the sale's number"),
    "line_help": N_("only the line with this number"),
    "json_help": N_("as one JSON object; amounts in minor units"),
    "demo_help": N_("a sale of the demo shop"),
    "no_books": N_("There are no books in {folder}."),
    "no_sale": N_("There is no paid sale {number} in {folder}."),
    "no_line": N_("Sale {number} has no line {line}; it has {lines}."),
    "not_kept": N_(
        "Nothing was kept of why sale {padded} cost what it did: it is older than this program, or"
        " the till was stopped just then. `pos-tui receipt {number}` shows its prices."
    ),
    "title": N_("Sale {number}"),
    "discount": N_("Off the basket: {name} −{amount}"),
    "tax": N_("Tax added: {amount}"),
    "total": N_("Total {amount}"),
    "went_back": N_("Went back {amount}"),
    "tender": N_("{what} {amount}"),
    "returned": N_(
        "Back: {quantity} x {name} of sale {number:06d}, line {line}, its part of what was paid: −{amount}"
    ),
    "returned_unsold": N_("Back: {quantity} x {name}: −{amount}"),
    "no_offer": N_("no offer is on it"),
    "share": N_("its share of what came off the basket: −{amount}"),
    "to_pay": N_("to pay: {amount}"),
}
