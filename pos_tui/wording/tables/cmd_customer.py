"""What `pos-tui customer` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_(
        "The customer's screen of a till of this machine: their goods, the total, what to do."
    ),
    "demo_help": N_("of the demo shop's till"),
    "not_enabled": N_(
        "This till serves no customer's screen. Put enabled = true into the table [customer] of its settings and start the till again."
    ),
    "has_failed": N_("The customer's screen had to stop. The till goes on; start this again."),
    "not_a_terminal": N_("The customer's screen needs a terminal. Start it in one."),
}
