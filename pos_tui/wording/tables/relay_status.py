"""How the relay stands."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "answers": N_("answers"),
    "no_log": N_("answers; there is no log yet in {folder}"),
    "refused": N_(
        "Redis does not let the relay in ({why}). Nothing is lost; correct relay.redis_url."
    ),
    "redis_away": N_(
        "Redis does not answer ({why}). Nothing is lost: the logs are read on from there."
    ),
    "log_unreadable": N_("A log cannot be read here ({why})."),
    "no_relay": N_("no relay publishes this log; start pos-tui relay. Nothing is lost."),
    "waiting": N_("payments wait to be published; the tills ask the gateway meanwhile"),
    "part_missing": N_("a part of the log is not there; put its file back and it is published"),
    "set_aside": N_(
        "lines could not be published; their tills ask the gateway. The .quarantine file says why; move it away once that is settled"
    ),
    "all_published": N_("every payment is published"),
}
