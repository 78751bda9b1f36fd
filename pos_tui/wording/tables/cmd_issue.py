"""What `pos-tui issue` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("Take goods out of the stock that are not sold: written off, moved, repacked."),
    "code": N_("CODE"),
    "code_help": N_("the goods; a code that names a lot takes it from that lot"),
    "quantity": N_("QUANTITY"),
    "quantity_help": N_("how much goes, in the unit of the product: 2, or 0.842"),
    "reason_help": N_("why they go"),
    "words": N_("WORDS"),
    "note_help": N_("why, for other; where to, for other-shop and to-supplier"),
    "lot_help": N_("which lot; the oldest first if not given"),
    "into_help": N_("repacked: the goods that it becomes"),
    "pieces_help": N_("repacked: how many of them"),
    "json_help": N_("print the result as one JSON object, the cost in minor units"),
    "note_needed": N_("--reason {reason} needs --note: why, or where to."),
    "into_needed": N_(
        "--reason repacked needs --into CODE and --pieces QUANTITY, and nothing else does."
    ),
    "no_such_lot": N_("There is no lot {lot} of it on hand, but: {lots}. Nothing went."),
    "more_than_there": N_("The books had {on_hand} of it: count what there is."),
}
