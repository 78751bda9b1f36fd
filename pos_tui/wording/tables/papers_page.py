"""The page of what is not on paper."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "title": N_("Paper"),
    "keys": N_("{key:confirm} print now · {key:remove} give up · {key:back} back"),
    "what": N_("What"),
    "copy_of": N_("{paper}, copy {number}"),
    "state": N_("State"),
    "since": N_("From"),
    "at": "{at:short}",
    "empty": N_("Everything is on paper."),
    "waiting": N_("waiting"),
    "sending": N_("printing"),
    "unsure": N_("unsure"),
    "old": N_("old: print?"),
    "prints": P_(
        "{count} paper prints by itself once the printer can.",
        "{count} papers print by themselves once the printer can.",
    ),
    "offers": P_(
        "{count} paper waits for your word: {key:confirm} prints it, and says so where it may be a second print.",
        "{count} papers wait for your word: {key:confirm} prints one, and says so where it may be a second print.",
    ),
    "printed": N_("Printed: {paper}."),
    "give_up": N_("Give up: {paper}?"),
    "gives_up": N_("give up"),
    "given_up": N_("Given up: {paper}."),
    "prints_slip": N_("Print a voucher's slip again, which may be on paper already."),
}
