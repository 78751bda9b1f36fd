"""What `pos-tui trace` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_(
        "One order from the till's journal through gateway and log to Redis, with the milliseconds."
    ),
    "order_no": N_("ORDER_NO"),
    "order_no_help": N_("the order's number"),
    "json_help": N_("one JSON object for each order"),
    "file": N_("FILE"),
    "with_help": N_(
        "join what another machine wrote with --json: the till's and the server's are one way"
    ),
    "demo_help": N_("an order of the demo shop"),
    "file_unreadable": N_("{path} cannot be read ({why})."),
    "file_refused": N_("{path}: {why}"),
    "not_known": N_("{why} It is not known whether there is an order {order_no}."),
    "nothing_here": N_(
        "there are no books in {books} and no orders in {orders};"
        " say where with --settings and --data."
    ),
    "nothing_here_no_cloud": N_(
        "there are no books in {books} and no orders without a cloud.toml;"
        " say where with --settings and --data."
    ),
    "unknown": N_("nobody here has an order {order_no}."),
    "order": "{merchant} {order_no}",
    "order_worth": N_("{merchant} {order_no}: {worth}"),
    "order_till": N_("{merchant} {order_no}, till {till}"),
    "order_worth_till": N_("{merchant} {order_no}: {worth}, till {till}"),
    "note": N_("{source}: {what}"),
    "nothing_from": N_("nothing from {place}: {why}"),
    "impossible": N_("impossible: {why}"),
}
