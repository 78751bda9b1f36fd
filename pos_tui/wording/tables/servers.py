"""What the commands of the servers say alike."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "not_installed": N_("the servers are not installed ({module}): pip install pos-tui[cloud]"),
    "follow_stdin_help": N_(
        "end when standard input is closed, for a program that starts this one"
    ),
    "port_help": N_("listen here instead; 0 takes any free port"),
}
