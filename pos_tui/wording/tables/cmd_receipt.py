"""What `pos-tui receipt` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("A receipt again, as text, as its data file, or as the printer's bytes."),
    "sale": N_("SALE"),
    "sale_help": N_("the sale's number; without one: what is not on paper"),
    "json_help": N_("as JSON: the list a line each, or the receipt data file"),
    "as_help": N_("text, the receipt data file, or the printer's bytes"),
    "demo_help": N_("a receipt of the demo shop"),
    "damaged": N_(
        "The receipt data file {path} is damaged. pos-tui explain says what the sale was."
    ),
    "no_receipt": N_("There is no receipt of sale {sale} in {folder}."),
}
