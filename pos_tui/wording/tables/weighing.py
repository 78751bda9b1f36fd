"""Goods that are weighed at the till."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "question": N_("{name}: {state}"),
    "question_weight": N_("{name} {quantity} {unit}: {state}"),
    "question_net": N_("{name} net {quantity} {unit}: {state}"),
    "asked": N_("asking the scale"),
    "put_on": N_("put it on the scale"),
    "moving": N_("moving"),
    "steady": N_("hold still"),
    "take_off": N_("take it off first, or {key:confirm}: it is this"),
    "too_light": N_("no more than its tare"),
    "over": N_("too heavy for this scale"),
    "under": N_("scale below zero: set it to zero"),
    "negative": N_("scale below zero: set it to zero"),
    "no_answer": N_("no scale; type the weight:"),
    "bad_data": N_("scale not understood; type the weight:"),
    "one_at_a_time": N_("{name} is not on the list: weigh {first} first, then scan it again."),
    "before_paying": N_("Weigh {name} first, or {key:back}: without it."),
    "not_typed_alone": N_("A weight may not be typed without approval; the scale weighs."),
    "no_weight": N_("“{text}” is no weight: write it like 0.842."),
    "too_much": N_(
        "{quantity} {unit} is too much to type. Is it a code? {key:back} leaves the question."
    ),
    "over_now": N_("That is weighed already, or was left."),
    "left": N_("{name} was not weighed: it is not on the list."),
}
