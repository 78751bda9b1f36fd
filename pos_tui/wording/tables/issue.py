"""Why goods cannot be issued as it was said."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "words_needed": N_("Say it in a few words."),
    "into_itself": N_("{name} cannot be repacked as itself; name the other product."),
    "no_such_lot": N_("There is no lot “{text}”; type its number in the list, or its name."),
    "no_such_reason": N_("Type the number of a reason, 1 to {most}."),
}
