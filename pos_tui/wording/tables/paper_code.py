"""The code on a Z report, and what it proves of the journal."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "not_a_code": N_(
        "That is no code of a Z report: it has {count} digits, in groups of five. Type it as it is printed."
    ),
    "wrong_digit": N_(
        "A digit of the code is typed wrong: compare it with the paper, group by group."
    ),
    "z": N_("Z report {number}"),
    "row": N_("the paper of row {row}"),
    "beginning": N_("the beginning"),
    "whole": N_(
        "{paper}: nothing before it has changed since it was printed ({count} rows of the journal)."
    ),
    "changed": N_(
        "{paper}: the journal is not what it was when it was printed. The fault lies between {since} and it, in rows {first} to {last}."
    ),
    "cut_off": N_(
        "{paper}: the journal ends before it. Its end was cut off, or these books were put back from an older copy."
    ),
}
