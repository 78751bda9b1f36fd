"""What argparse itself says; the sentences stand as it writes them."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "usage": N_("usage: "),
    "positional_arguments": N_("positional arguments"),
    "options": N_("options"),
    "help": N_("show this help message and exit"),
    "version": N_("show program's version number and exit"),
    "error": N_("%(prog)s: error: %(message)s\n"),
    "argument": N_("argument %(argument_name)s: %(message)s"),
    "invalid_choice": N_("invalid choice: %(value)r (choose from %(choices)s)"),
    "invalid_value": N_("invalid %(type)s value: %(value)r"),
    "ambiguous": N_("ambiguous option: %(option)s could match %(matches)s"),
    "one_argument": N_("expected one argument"),
    "at_most_one_argument": N_("expected at most one argument"),
    "at_least_one_argument": N_("expected at least one argument"),
    "required": N_("the following arguments are required: %s"),
    "one_required": N_("one of the arguments %s is required"),
    "unrecognized": N_("unrecognized arguments: %s"),
    "not_allowed": N_("not allowed with argument %s"),
    "explicit": N_("ignored explicit argument %r"),
}
