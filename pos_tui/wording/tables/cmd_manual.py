"""What `pos-tui manual` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "unknown_topic": N_("the manual has no page “{topic}”; `pos-tui manual` lists its pages."),
}
