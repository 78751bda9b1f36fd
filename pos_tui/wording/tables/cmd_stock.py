"""`pos-tui stock`."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "help": N_("Lists of goods: low, to order, expiring, below zero, not selling, without a date."),
    "word": N_("WORD"),
    "words_help": N_(
        "none: how long each list is; low, reorder, expiring, below-zero, dead or undated: that list; history CODE: what came and went; minimum CODE QUANTITY: how much there should be at least, 0 for none"
    ),
    "days_help": N_("how far the list looks (low 7, reorder 14, expiring 7, dead 90, undated 28)"),
    "json_help": N_("one JSON object a line; amounts in minor units"),
    "file": N_("FILE"),
    "csv_help": N_("write the list to a CSV file; reorder: as an order for the supplier"),
    "supplier": N_("NAME"),
    "supplier_help": N_("only the goods of this supplier"),
    "demo_help": N_("the demo shop's goods"),
    "no_such_list": N_("There is no list “{name}”; there are {lists}."),
    "which_minimum": N_("Say of what and how much: pos-tui stock minimum CODE QUANTITY."),
    "which_history": N_("Say of what: pos-tui stock history CODE."),
    "word_too_much": N_("“{word}” is one word too much."),
    "no_quantity": N_(
        "“{text}” is no quantity: a number, with at most three decimals, not below zero."
    ),
    "wrong_days": N_("--days is a number of days from 0 to {most}."),
    "csv_of_list": N_("--csv writes a list: say which, as in pos-tui stock reorder --csv FILE."),
    "no_product": N_("No product of the shop has the code {code}."),
    "written": P_("{count} row is in {file}.", "{count} rows are in {file}."),
}
