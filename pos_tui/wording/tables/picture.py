"""Why a picture, or a code in one, cannot be read."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "once": N_("This code was read once only; scan it by hand."),
    "piece": N_("This may be a piece of a longer code; scan it by hand."),
    "disagree": N_("Two reads of this place do not agree; scan it by hand."),
    "twice": N_("This code was read twice, close together: look whether it is one of them or two."),
    "unreadable": N_("There is a code here that cannot be read; scan it by hand."),
    "bars": N_("There are bars here that nothing could be read of; scan them by hand."),
    "this_one": N_("This picture"),
    "not_searched": N_("{name} could not be searched for codes; scan the goods one by one."),
    "too_large": N_("{name} is too large a picture; take it again at a smaller size."),
    "phone_format": N_(
        "{name} is in a phone's own format (HEIC or AVIF) that cannot be read here; save it as"
        " JPEG or PNG."
    ),
    "no_picture": N_("{name} is no picture that can be read; take it again."),
    "packages": N_(
        "Pictures cannot be read on this till yet: run pip install 'pos-tui[pictures]'."
    ),
    "not_there": N_("{name} is not there; take the picture again."),
    "no_file": N_("{name} is no file; give a picture."),
    "not_opened": N_("{name} cannot be opened; take the picture again."),
    "file_too_large": N_("{name} is too large a file; take it again at a smaller size."),
    "folder": N_(
        "The folder {path} cannot be looked into ({why}); pictures can still be chosen with"
        " {key:find} {key:find} once it is there."
    ),
}
