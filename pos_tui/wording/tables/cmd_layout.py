"""What `pos-tui layout` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("How receipts look: the layouts that there are, or whether one's own is right."),
    "act_help": N_(
        "list: what comes with the till; show: one of them, to begin with; check: one's own, with a sample receipt"
    ),
    "name": N_("NAME"),
    "which": N_("a layout's name, or for check its file; without: that of till.toml"),
    "columns_help": N_("for paper of so many columns; without: that of till.toml"),
    "demo_help": N_("with the name and the goods' currency of the demo shop"),
    "no_layout": N_("There is no layout {name}; there are {names}."),
    "which_one": N_("Name a layout; there are {names}."),
    "wrong_columns": N_("Paper has {fewest} to {most} columns."),
    "none_set": N_("Name a layout's file; till.toml names none."),
    "good": N_("{name} is right: {count} blocks."),
}
