"""What `pos-tui doctor` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_(
        "Look whether the servers, or this till, find everything as they need it, and say what to do."
    ),
    "json_help": N_("all checks as one JSON object"),
    "demo_help": N_("look at the demo: at the one that runs, else at one started for it"),
    "seconds": N_("SECONDS"),
    "watch_help": N_("look again every so many seconds, until Ctrl+C"),
    "wrong_seconds": N_("{text} is no number of seconds from 1 to {most}"),
    "do_settings": N_("Correct {path}; what it sets could not be checked."),
    "no_settings": N_(
        "There are no settings in {folder}, neither till.toml nor cloud.toml; name a file with --settings."
    ),
    "check": N_("{name}: {say}"),
    "check_with_figure": N_("{name} ({figure}): {say}"),
    "sum": N_("{broken} broken, {warnings} to see to, {well} as it should."),
}
