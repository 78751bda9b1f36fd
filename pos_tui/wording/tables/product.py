"""Why a product is not kept as it was typed, its fields' names, and what was done."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "gone": N_("{name} is not in the books any more."),
    "no_name": N_("It has no name; type one."),
    "no_code": N_("It has no code; scan one, or type a number of the shop's own."),
    "code_taken": N_("{code} is the code of {name} already."),
    "no_pieces": N_(
        "“{text}” is no code of a case; write how many pieces it has, like 12x, and its code."
    ),
    "own_code_pieces": N_(
        "{code} is the product's own code, of one piece; a case's code stands behind it."
    ),
    "payment_code": N_("That is, or may be, a customer's payment code; no product can have it."),
    "code_refused": N_("{code} cannot be an item code: {why}"),
    "code_misread": N_("{code} seems misread: {why}. Scan it again."),
    "not_a_code": N_("{code} cannot be an item code; scan it, or type letters and digits only."),
    "no_amount": "{why}",
    "no_tax_class": N_("There is no tax class “{text}”; there are {classes}."),
    "no_deposit": N_("No product has the code {code}; add the deposit as a product first."),
    "own_deposit": N_("{name} cannot be its own deposit."),
    "no_shelf_life": N_("“{text}” is no shelf life; write one like 30, 2w, 6m or 1y."),
    "no_age": N_("“{text}” is no age; write whole years, {most} at most."),
    "no_tare": N_("“{text}” is no tare; write whole grams, like 8."),
    "no_date": N_("“{text}” is no date; write one like 2026-12-01 or 2026-12-01 08:00."),
    "starts_past": N_("{text} is past; a price begins in the future, or is the price now."),
    "half_a_next_price": N_("A price that begins at a date needs both: the price, and the date."),
    "none_unknown": N_(
        "Scan the code that is not known first, then add it; {key:goods} has all products."
    ),
    # fields
    "field_name": N_("name"),
    "field_price": N_("price"),
    "field_unit": N_("unit"),
    "field_size": N_("size"),
    "field_category": N_("category"),
    "field_tax": N_("tax class"),
    "field_codes": N_("codes"),
    "field_pieces": N_("pieces of cases"),
    "field_brand": N_("brand"),
    "field_supplier": N_("supplier"),
    "field_tags": N_("tags"),
    "field_shelf_life": N_("shelf life"),
    "field_initials": N_("initials"),
    "field_age_limit": N_("age limit"),
    "field_deposit": N_("deposit"),
    "field_tare": N_("tare, g"),
    "field_next_price": N_("next price"),
    "field_starts": N_("from"),
    "field_minimum": N_("minimum"),
    "field_discontinued": N_("discontinued"),
    "field_dated_price": N_("price from a date"),
    "price_from": N_("{price} from {at}"),
}
