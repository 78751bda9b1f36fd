"""What `pos-tui receive` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "help": N_("Book a delivery from a supplier's file: whole, or not at all."),
    "file_help": N_(
        "a CSV file or a workbook with the columns code, quantity, cost (of all of it) or unit_cost,"
        " and, if it has them, lot, date, produced_on"
    ),
    "name": N_("NAME"),
    "amount": N_("AMOUNT"),
    "supplier_help": N_("who delivers"),
    "document_help": N_("the number on the paper; one paper is booked once"),
    "total_help": N_("the total on the paper; the lines must come to it"),
    "difference_help": N_("book it though the lines do not come to the total; it is noted"),
    "dry_run_help": N_("only show what would be booked"),
    "json_help": N_("print the result as one JSON object, amounts in minor units"),
    "doubt": N_("line {line}: {why}"),
    "refused": P_(
        "{count} row is refused, so nothing was booked. Mend the file and receive it again.",
        "{count} rows are refused, so nothing was booked. Mend the file and receive it again.",
    ),
    "more": N_(
        "The lines come to {cost}, the paper says {total}: {difference} too much. Nothing was"
        " booked; --accept-difference books it so."
    ),
    "less": N_(
        "The lines come to {cost}, the paper says {total}: {difference} too little. Nothing was"
        " booked; --accept-difference books it so."
    ),
    "would": P_(
        "{count} line, {cost}, would be booked.", "{count} lines, {cost}, would be booked."
    ),
    "done": P_(
        "Delivery {number} is booked: {count} line, {cost}.",
        "Delivery {number} is booked: {count} lines, {cost}.",
    ),
}
