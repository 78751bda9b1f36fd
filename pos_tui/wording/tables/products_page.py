"""The pages of the shop's products."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Products"),
    "list_keys": N_(
        "{key:confirm} change · {key:new} new · {key:remove} discontinue · {key:why} history ·"
        " {key:back} back"
    ),
    "empty": N_("type words, initials or a code, or scan one"),
    "none_chosen": N_("Find a product first: type words or a code, or scan it."),
    "asks": N_("asks"),
    "discontinued_name": N_("{name} (discontinued)"),
    "kept": N_("{name} is kept; it is sold so from the next scan on."),
    "nothing_changed": N_("{name}: nothing was changed."),
    "ask_discontinue": N_("Discontinue {name}?"),
    "ask_again": N_("Sell {name} again?"),
    "answer_discontinue": N_("discontinue"),
    "answer_again": N_("sell again"),
    "not_discontinued": N_("Nothing was changed."),
    "discontinued": N_("{name} is discontinued; what is left is still sold."),
    "sold_again": N_("{name} is sold as before."),
    # one product
    "new_title": N_("A new product"),
    "change_title": N_("Change {name}"),
    "counter_title": N_("Add {code}; it is sold then"),
    "received_title": N_("New here: add {code}, then its line goes on"),
    "form_keys": N_("↑↓ fields · {key:keep} keeps it · {key:back} back"),
    "empty_price": N_("the till asks for it"),
    "hint_name": N_("what it is called on the list and the receipt"),
    "hint_price": N_("like 12.50; empty: the till asks each time"),
    "hint_unit": N_("what the price is for: pc, kg, can"),
    "hint_size": N_("what is in it, like 330 ml"),
    "hint_category": N_("what offers and reports gather it under"),
    "hint_tax": N_("its tax class; empty: the usual one"),
    "hint_codes": N_("scan each; commas between them; a case of 12: type 12x, then scan it"),
    "hint_brand": N_("who makes it"),
    "hint_supplier": N_("who brings it"),
    "hint_tags": N_("words for offers; commas between them"),
    "hint_shelf_life": N_("how long it keeps: 30, 2w, 6m or 1y"),
    "hint_initials": N_("what a cashier may type to find it"),
    "hint_age_limit": N_("years a customer must have, like 18; empty: none"),
    "hint_deposit": N_("scan or find ({key:find}) the product that is its deposit"),
    "hint_tare": N_("whole grams of what it is weighed in, like 8; empty: none"),
    "hint_next_price": N_("a price that begins at the date below"),
    "hint_starts": N_("like 2026-12-01 or 2026-12-01 08:00"),
    # history
    "history_title": N_("What was changed: {name}"),
    "history_keys": N_("↑↓ select · letters search · {key:back} back"),
    "no_history": N_("nothing was changed since it is in the books"),
    "change": N_("{field}: {before} → {after} ({by})"),
    "when": N_("When"),
    "by": N_("Who"),
    "field": N_("What"),
    "before": N_("Before"),
    "after": N_("Now"),
}
