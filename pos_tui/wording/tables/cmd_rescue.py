"""What `pos-tui rescue` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("Readable books in the place of damaged ones, which are kept beside."),
    "even_help": N_("also where nothing is wrong with the books"),
    "whole": N_("Nothing is wrong with {path}; nothing was changed."),
    "kept": N_("{table}: {count} rows kept"),
    "done": N_(
        "{path} can be used again; the damaged books are kept as {before}. Import the goods file and the offers again, then look at pos-tui journal verify."
    ),
}
