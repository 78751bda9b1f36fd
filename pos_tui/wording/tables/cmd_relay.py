"""What `pos-tui relay` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_(
        "The push server: watches the transaction log and sends each success to its till through Redis."
    ),
    "status_help": N_("say how far each log is published, and end"),
    "json_help": N_("the status as one JSON object"),
    "redis": N_("{redis}: {why}"),
    "log": N_("{log} ({folder}): {why}"),
    "figures": N_(
        "{waiting} waiting, oldest {oldest_ms} ms, {lag_bytes} bytes behind; {per_s} entries/s; {set_aside} set aside"
    ),
    "published_by": N_("published by {relay}"),
    "published_by_nobody": N_("published by nobody"),
    "last_set_aside": N_("last set aside: {why}"),
}
