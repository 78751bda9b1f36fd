"""What stands on a sample of a receipt."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "drink": N_("Cola 330 ml"),
    "offer": N_("2 for 6"),
    "weighed": N_("Roast chicken"),
    "long": N_("Hazelnut spread with cocoa, in a large glass that can be used again, 400 g"),
    "discount": N_("Member day"),
    "customer": N_("Member 1007 Chen"),
}
