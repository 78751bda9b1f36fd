"""Money that came for a sale whose payment had been given up."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "here": N_(
        "{amount} of {platform} came late for sale {number:06d}, whose payment had been given up. Give it back through that wallet; {key:recall} shows it."
    ),
    "going_back": N_(
        "{amount} of {platform} came late for sale {number:06d}; the gateway is giving it back. {key:recall} shows it."
    ),
    "gone_back": N_(
        "{amount} of {platform} came late for sale {number:06d} and has gone back to the customer. {key:recall} shows it."
    ),
}
