"""What `pos-tui account` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("Customers' accounts: who owes what since when, limits, statements."),
    "act_help": N_(
        "list; show CODE, a customer's statement; limit CODE AMOUNT, how much they may owe (-: no"
        " account any more)"
    ),
    "word": N_("WORD"),
    "words_help": N_("what the act needs"),
    "as_help": N_("the statement as text or CSV"),
    "out_help": N_("write the statement to this file"),
    "how_list": N_("pos-tui account list takes no more words."),
    "how_show": N_("Say whose: pos-tui account show CODE."),
    "how_limit": N_("Say whose and how much: pos-tui account limit CODE AMOUNT."),
}
