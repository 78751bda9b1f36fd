"""What `pos-tui journal` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "help": N_("Whether the journal is as it was written: each row is chained to the one before."),
    "what_help": N_("follow the chain from its first row on"),
    "broken": N_("Row {row} of the journal is not as it was written."),
    "whole": P_("{count} row, as it was written.", "{count} rows, each as it was written."),
}
