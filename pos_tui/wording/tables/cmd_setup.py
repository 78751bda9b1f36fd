"""What `pos-tui setup` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_(
        "Take an enrolment into this till's settings: its number, the gateway, its place in Redis."
    ),
    "file_help": N_("what pos-tui enrol wrote"),
    "dry_run_help": N_("say what would change, only"),
    "json_help": N_("what changed, as one JSON object"),
    "unwritable": N_("{path} cannot be written ({why}). Nothing was changed."),
    "no_enrolment": N_(
        "{path} is no enrolment, which pos-tui enrol makes for one till. Nothing was changed."
    ),
    "wrong_enrolment": N_(
        "{why} The file is no enrolment, which pos-tui enrol makes for one till. Nothing was"
        " changed."
    ),
    "by_hand": N_(
        "{path} is written in a way that cannot be changed safely; put the tables of the"
        " enrolment into it by hand."
    ),
    "nothing_new": N_("{path} says all of this already; nothing was changed."),
    "new_value": N_("{setting}: a new one"),
    "new_password": N_("{setting}: {value}, with a new user or password"),
    "changed": N_("{setting}: {before} → {value}"),
    "was_unset": N_("{setting}: not set → {value}"),
    "another_till": N_(
        "Until now this was till {till} of {merchant}, with books of its own: they stay, and this"
        " till begins new ones."
    ),
    "would_change": N_("This is what would change in {path}; nothing was written."),
    "written": N_(
        "{path} is written. Start the till anew, and delete {enrolment}: it holds secrets."
    ),
}
