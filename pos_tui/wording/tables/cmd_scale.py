"""Words of `pos-tui scale`."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("What the scale says, as it changes; what is wrong with it."),
    "seconds": N_("SECONDS"),
    "seconds_help": N_("end after so long (default: until it is interrupted)"),
    "json_help": N_("one reading, as one JSON object"),
    "none": N_("There is no scale in the settings: set kind and port in [scale] of till.toml."),
    "at": N_("{kind} at {port}, {line}"),
    "how_to_end": N_("Ctrl+C ends it."),
    "gross": N_("{grams} g: {state}"),
    "net": N_("{grams} g net: {state}"),
    "trouble": N_("{state}: {why}"),
    "state_stable": N_("at rest"),
    "state_moving": N_("moving"),
    "state_over": N_("too heavy for this scale"),
    "state_under": N_("below zero"),
    "state_negative": N_("below zero"),
    "state_no_answer": N_("no answer"),
    "state_bad_data": N_("not understood"),
    "never_zero": N_(
        "The scale has not shown zero yet. Take everything off it and set it to zero: the till weighs"
        " nothing before it has seen that."
    ),
}
