"""What `pos-tui simulate` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("Stand-ins for the payment platforms, for training and tests."),
}
