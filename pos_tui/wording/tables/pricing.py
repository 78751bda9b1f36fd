"""Why an offer applied to goods, or did not."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "applied": N_("applied to {quantity}: saves {amount}"),
    "applied_to_basket": N_("applied: {amount} off the basket"),
    "by_hand": N_("given by hand"),
    "by_hand_off_basket": N_("given by hand: {amount} off the basket"),
    "not_now": N_("not now: {times}"),
    "only_for": N_("only for {groups}"),
    "no_coupon": N_("its coupon was not scanned"),
    "used_up": N_("used up"),
    "by_label": N_("a label's own price takes percentages only"),
    "needs_pieces": P_("needs {count} piece of its goods", "needs {count} pieces of its goods"),
    "needs_amount": N_("needs {amount} of its goods"),
    "needs_both": P_(
        "needs {count} piece and {amount} of its goods",
        "needs {count} pieces and {amount} of its goods",
    ),
    "too_few": P_("needs {needed}, there is {count}", "needs {needed}, there are {count}"),
    "needs_group": N_("needs one of {group} too"),
    "needs_over": N_("needs {amount} of its goods; there is {there}"),
    "no_good_day": N_("the last good day is not known"),
    "good_until": N_("good until {day:short}"),
    "limit_reached": P_(
        "at most {count} time in a sale; it is on other pieces",
        "at most {count} times in a sale; it is on other pieces",
    ),
    "outdone": N_("would save {amount} alone; what applies is better or goes first"),
    "saves_nothing": N_("saves nothing here"),
}
