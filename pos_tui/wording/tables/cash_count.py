"""Cash as it is counted."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "no_such_worth": N_("There is no note or coin of {worth}, but of: {known}."),
    "too_many": N_("{count} pieces are more than a drawer holds. Type it again."),
    "too_much": N_("{amount} is more than a drawer holds. Type it again."),
    "not_counted": N_("That is no count. Type pieces like 3x50, or a sum like 12.30. ({why})"),
}
