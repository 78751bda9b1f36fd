"""This machine's clock, where it cannot be believed."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "set_back": N_(
        "This machine's clock was set back: it says {now}, but {latest} is in the journal already. Dates are judged by the later one. Set the clock right; if it is right, press {key:clock}."
    ),
    "slow": N_(
        "This machine's clock is wrong: it says {now}, the gateway says {right}; dates are judged by the gateway's. Set the clock right."
    ),
    "fast": N_(
        "This machine's clock is wrong: it says {now}, the gateway says {right}. Set the clock right."
    ),
    "right": N_("Nothing is wrong with this machine's clock."),
}
