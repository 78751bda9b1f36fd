"""The page that prints a label."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Label: {name}"),
    "keys": N_("{key:keep} print · ↑↓ field · {key:back} back"),
    "expires": N_("last day"),
    "expires_hint": N_("the last good day, like 2026-12-01; empty for a shelf label"),
    "expires_empty": N_("none: a shelf label"),
    "expires_known": N_("as the books have it for this lot"),
    "lot": N_("lot"),
    "lot_hint": N_("as on the box; empty takes the last day"),
    "lot_empty": N_("the last day"),
    "best_before": N_("best before"),
    "best_before_hint": N_("Space where the day is a best-before date, not a use-by date"),
    "copies": N_("labels"),
    "copies_hint": N_("one for each piece"),
    "printing": N_("Printing …"),
}
