"""What the parts of pages say: forms, lists, questions, goods that are found."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "scan_not_accepted": N_(
        "A code was scanned and not taken: close this page ({key:back}) to sell."
    ),
    "scan_where": N_("A code was scanned and not taken: goods are scanned in a field of goods"
                     " ({labels})."),
    "scan_torn": N_("Look whether a piece of it stands in this field."),
    "payment_code": N_("That is a customer's payment code, no goods; it was not taken."),
    "not_in_books": N_("That is not in the shop's books; it was not added."),
    "goods_added": N_("{name}: added."),
    "goods_there": N_("{name} is there already."),
    "find_where": N_("{key:find} finds goods for a field that names goods: {labels}."),
    "find_for": N_("Find goods for “{label}”"),
    "find_keys": N_("↑↓ select · {key:confirm} adds it · {key:back} back"),
    "reasons": N_("Why the discount?"),
    "reason": N_("Reason"),
    "reasons_keys": N_("↑↓ choose · {key:confirm} gives it · {key:back} back"),
    "type_words": N_("type words, initials or a code"),
    "nothing_found": N_("nothing found"),
    "item": N_("Item"),
    "unit": N_("Sold by"),
    "code": N_("Item code"),
    "price": N_("Unit price"),
    "answer": N_("{answer}: {words}"),
    "answers": N_("{answers}, {key:confirm} · {key:back}: no"),
    "drops_what_is_typed": N_(
        "{key:back} once more drops what was typed here; {key:keep} checks it to keep it."
    ),
    "hint": N_("{label}: {hint}"),
    "space_sets": N_("{key:next} sets or clears this one."),
    "field_empty": N_("{label} is empty; say {hint}."),
    "not_a_number": N_("“{text}” is no number; write one like 12.5."),
    "not_a_whole_number": N_("“{text}” is no whole number; write a whole number like 3."),
    "too_many_decimals": N_("“{text}” has too many decimals; {count} at most."),
    "too_small": N_("“{text}” is too small; {least} at least."),
    "too_large": N_("“{text}” is too large; {most} at most."),
    "not_a_day": N_("“{text}” is no date; write a date like 2026-11-22."),
    "not_offered": N_("“{text}” is none of these; choose another."),
}  # fmt: skip
