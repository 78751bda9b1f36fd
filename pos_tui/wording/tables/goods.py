"""Why a file of goods, or a row of one, is not imported, and what was odd in it."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "no_field": N_("--map {field}: there is no such field; {fields}."),
    "no_column": N_("{path} has no column “{column}”; it has {columns}."),
    "column_missing": N_(
        "{path}: no column for {fields} among {columns}. Name it with --map {field}=COLUMN."
    ),
    "codes_are_whole": N_(
        "{path}: {right} of {total} codes end in their right check digit, so none was added. Import it without --codes without-check-digit. Nothing was changed."
    ),
    "no_xlsxwriter": N_(
        "A workbook needs XlsxWriter: “pip install pos-tui[goods]”. A .csv file can be written without it."
    ),
    "too_many_for_sheet": N_(
        "A sheet has room for {most} products and there are more. Write a .csv file."
    ),
    "import_stopped": N_(
        "The import stopped: {why} {done} of {count} products are in the books, each of them whole. Import the same file again for the others."
    ),
    # a row that is refused
    "row_pieces": N_("“{text}” is no code with its number of pieces, like 15449000000993*12"),
    "row_twice": N_("the code {code} stands in line {line} already"),
    "row_differs": N_(
        "the product of code {code} stands in line {line} too, and not all of it is the same there; change it in each of its rows"
    ),
    "row_no_code": N_("it has no code"),
    "row_payment_code": N_("{code} is no item code but a payment code"),
    "row_template": N_("its code does not fit the template “{template}”"),
    "row_no_item_code": N_("{code} is no item code"),
    "row_digits_gone": N_(
        "of its code “{text}” a spreadsheet has kept the first digits only; export it again, with the column as text"
    ),
    "row_spreadsheet_made": N_(
        "its code “{text}” is what a spreadsheet made of it, a day or an error; export it again, with the column as text"
    ),
    "row_lacks_check_digit": N_(
        "its code {code} lacks its check digit, as most of the column does; see --codes"
    ),
    "row_no_name": N_("it has no name"),
    "row_shelf_life": N_("its shelf life “{text}” is not like 30, 2w, 6m or 1y"),
    "row_cell": N_("its column “{column}”: {why}"),
    "row_price": N_("its column “{column}”: {text} is no price"),
    "row_other_currency": N_(
        "its column “{column}”: {text} is in another currency than the shop's, {currency}"
    ),
    "row_price_large": N_("its column “{column}”: {text} is too large a price"),
    "row_price_decimals": N_(
        "its column “{column}”: {text} has more decimals than {currency} has ({decimals})"
    ),
    "row_offer": N_("its offer “{text}”: {why}"),
    "row_offer_bare": N_(
        "its offer “{text}” may be a price or what comes off; write “now {text}” for a special price, -{text} for what comes off"
    ),
    # a row that is kept
    "code_apostrophe": N_("“{text}”: a spreadsheet's apostrophe before the code was taken away"),
    "code_formula": N_("“{text}”: a spreadsheet's formula around the code was taken away"),
    "code_decimals": N_("“{text}”: a spreadsheet made a number of the code; it is {code}"),
    "code_grouped": N_("“{text}”: signs between the digits were taken away; it is {code}"),
    "code_zeros": N_("“{text}”: the code has lost zeros in front; it is {code}"),
    "code_no_check_digit": N_(
        "“{text}” is as long as a bar code, but its last digit is no check digit; it is kept as a house code (a till that leaves check digits out: --codes without-check-digit)"
    ),
    "code_of_exporter": N_(
        "it has no code and goes by {code}, as it is called where it comes from"
    ),
    "code_left_out": N_("one of its codes was left out: {why}"),
    "other_code_taken": N_("its further code {code} is another row's and was left there"),
    "price_empty": N_("it has no price; the till will ask for it"),
    "no_sale_price": N_("the column “{column}” ({text}) makes no offer: {why}"),
    "no_stock": N_("the column “{column}” ({text}) is no stock and was left out: {why}"),
    "no_term": N_("the column “{column}” ({text}) was left out: {why}"),
    "no_age": N_("it is no age in years"),
    "no_tare": N_("it is no weight in whole grams"),
    "own_deposit": N_("it is the product itself"),
    "no_cost": N_("the column “{column}” ({text}) is no cost and was left out: {why}"),
    "stock_negative": N_("it is below zero"),
    "stock_large": N_("it is too large"),
    "stock_decimals": N_("it has more than {most} decimals"),
    "no_day": N_("the column “{column}” was left out: {why}"),
    "no_expiry": N_("its shelf life gives no date and was left out: {why}"),
    "control_characters": N_("control characters in the column “{column}” were taken away"),
    # a row that is no product of its own
    "left_out_parent": N_("a product with variants has no price of its own; only they are taken"),
    "left_out_below": N_("a row that only says more of the product above it was left out"),
}
