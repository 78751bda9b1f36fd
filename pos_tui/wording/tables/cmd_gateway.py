"""What `pos-tui gateway` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_(
        "The first cloud server: settles orders with the platforms, writes the transaction log."
    ),
}
