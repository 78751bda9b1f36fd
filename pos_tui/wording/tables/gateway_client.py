"""Why an answer of the gateway could not be had or believed."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "away": N_("The gateway is away; cash works."),
    "not_known": N_("The gateway does not know order {order_no}."),
    "unreadable": N_("The gateway's answer cannot be read."),
    "another_order": N_("The gateway answered about another order."),
    "out_of_reach": N_("The gateway cannot be reached."),
    "no_answer_in_time": N_("The gateway did not answer in time."),
    "not_believed": N_("The gateway's answer cannot be believed."),
    "not_let_in": N_(
        "An answer without a signature says that this till's key is not accepted: {why} Compare gateway.key with the gateway's."
    ),
    "too_busy": N_("The gateway has too much to do; the till asks again."),
    "arrived_twice": N_("The request arrived twice; the till asks what has become of it."),
    "no_reason_given": N_("the gateway gave no reason"),
}
