"""What `pos-tui manual` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("A page of the manual; without a topic, the list of pages."),
    "topic": N_("TOPIC"),
    "topic_help": N_("a page; none lists them"),
    "unknown_topic": N_("the manual has no page “{topic}”; `pos-tui manual` lists its pages."),
}
