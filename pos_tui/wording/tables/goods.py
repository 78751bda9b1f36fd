"""Why a file of goods, or a row of one, is not imported."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "empty": N_("{path} is empty; nothing was changed."),
    "no_header": N_("{path}: its first line is no CSV header ({why})."),
    "unreadable": N_("{path} cannot be read ({why}); nothing changed."),
    "no_encoding": N_("{path} is neither UTF-8 nor GB18030 text; save it as UTF-8."),
    "no_field": N_("--map {field}: there is no such field; {fields}."),
    "no_column": N_("{path} has no column “{column}”; it has {columns}."),
    "column_missing": N_(
        "{path}: no column for {fields} among {columns}. Name it with --map {field}=COLUMN."
    ),
    "row_width": N_("it has {count} columns where the header has {wanted}"),
    "row_twice": N_("the code {code} stands in line {line} already"),
    "row_no_csv": N_("it is not CSV: {why}"),
    "row_numbers": N_("its dates are not like 2026-11-22, or its stock is no whole number"),
    "row_no_code": N_("it has no code"),
    "row_payment_code": N_("{code} is no item code but a payment code"),
    "row_template": N_("its code does not fit the template “{template}”"),
    "row_no_item_code": N_("{code} is no item code"),
    "row_no_name": N_("it has no name"),
    "row_shelf_life": N_("its shelf life “{text}” is not like 30, 2w, 6m or 1y"),
    "row_price_no_number": N_("its price “{text}” is no number"),
    "row_price": N_("its price {text} is no price"),
    "row_price_large": N_("its price {text} is too large"),
    "row_offer": N_("its offer {text} {why}"),
}
