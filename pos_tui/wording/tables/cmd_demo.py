"""What `pos-tui demo` says of itself."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("The demo shop: a till with its own servers behind it, to learn on."),
}
