"""`pos-tui product`."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("The shop's products: listed, shown, added, changed, with who changed what when."),
    "act_help": N_(
        "list [WORDS]; show CODE; add CODE FIELD=VALUE…; set CODE FIELD=VALUE…, where FIELD= empties"
        " a field; history CODE; discontinue CODE"
    ),
    "word": N_("WORD"),
    "words_help": N_(
        "words to find by, or a code; and fields: name price unit size category tax codes brand"
        " supplier tags shelf_life initials age_limit deposit (a code) tare (grams) next_price starts"
        " (its date)"
    ),
    "again_help": N_("discontinue: the shop sells it as before"),
    "name": N_("NAME"),
    "by_help": N_("who changes it, for its history (default: the till's cashier)"),
    "json_help": N_("one JSON object a line; amounts in minor units"),
    "demo_help": N_("the demo shop's products"),
    "no_books": N_("There are no books in {folder}; open the till once, or import goods."),
    "which": N_("Say which product: pos-tui product {act} CODE."),
    "word_too_much": N_("“{word}” is one word too much for pos-tui product {act}."),
    "not_there": N_("No product has the code {code}; pos-tui product list finds it by words."),
    "no_field": N_("“{word}” sets no field; write FIELD=VALUE. Fields: {fields}."),
    "not_kept": N_("{why} Nothing was changed."),
    "none": N_("No product is found."),
    "gone": N_("(discontinued)"),
    "also_from": N_("another price begins at {starts}"),
    "kept": N_("{name} is kept; it is sold so from the next scan on."),
    "nothing_changed": N_("{name} is so already; nothing was changed."),
    "no_history": N_("{name}: nothing was changed since it is in the books."),
    "is_discontinued": N_("{name} is discontinued; what is left is still sold."),
    "sold_again": N_("{name} is sold as before."),
}
