"""One order's way in time: what happened to it, where it stands, what cannot be."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "not_a_trace": N_("it is not what `pos-tui trace {order_no} --json` writes ({why})."),
    "other_order": N_("it is about another order, {orders}."),
    # Who tells it, and whose clock.
    "source_till": N_("till"),
    "source_gateway": N_("gateway"),
    "source_log": N_("log"),
    "source_redis": "Redis",
    "place_till": N_("the till's books"),
    "place_gateway": N_("the gateway's orders"),
    "place_log": N_("the transaction log"),
    "place_redis": "Redis",
    "clock_till": N_("the till's clock"),
    "clock_gateway": N_("the gateway's clock"),
    "clock_platform": N_("the platform's clock"),
    "clock_redis": N_("Redis' clock"),
    "clock_ahead": N_(
        "“{later}” ({later_source}) cannot be before “{earlier}” ({earlier_source}):"
        " {clock} is ahead of {other}, by {ms} ms or more."
    ),
    "clock_set_back": N_(
        "“{later}” ({later_source}) cannot be before “{earlier}” ({earlier_source}):"
        " {clock} was set back, by {ms} ms or more."
    ),
    # What the till's books say.
    "drafted": N_("order written: {worth}, {code}"),
    "sent": N_("order sent"),
    "pending": N_("the customer has to confirm"),
    "unknown": N_("no clear answer"),
    "paid_by_message": N_("paid, told by Redis (message {message})"),
    "paid_by_gateway": N_("paid, told by the gateway"),
    "paid": N_("paid; the journal does not say who told it"),
    "receipt_written": N_("receipt {file} written"),
    "receipt_missing": N_("its sale is paid, but the receipt {path} is not there"),
    "read_upto": N_("messages of {stream} are taken in up to {message}"),
    "not_of_a_sale": N_("no sale of this till has the order; a message named it"),
    "at_the_till": N_("order {state}, sale {sale_no:06d}"),
    "state_drafted": N_("drafted"),
    "state_sent": N_("sent"),
    "state_pending": N_("pending"),
    "state_unknown": N_("unknown"),
    "state_paid": N_("paid"),
    "state_declined": N_("declined"),
    "state_cancelled": N_("cancelled"),
    "state_cancelling": N_("cancelling"),
    # What the gateway and its log say.
    "came": N_("the order came"),
    "charged": N_("paid at the platform, by its clock"),
    "charged_as": N_("paid at the platform as {ref}, by its clock"),
    "refund_asked": N_("refund {refund_no} of {worth} asked for"),
    "refund_given_back": N_("refund {refund_no} of {worth} given back"),
    "wallet": N_("wallet {platform}"),
    "wallet_through": N_("wallet {platform} through {channel}"),
    "wallet_unknown": N_("wallet unknown"),
    "wallet_unknown_through": N_("wallet unknown, through {channel}"),
    "at_the_gateway": N_("state {state}"),
    "at_the_gateway_not_logged": N_("state {state}, not in the log yet"),
    "worked_on": N_("{gateway} works on it; next step {due}, try {tries}"),
    "worked_on_by_nobody": N_("nobody works on it; next step {due}, try {tries}"),
    "logged": N_("written into {file} at byte {byte}"),
    "logged_at_offset": N_("written into {file} at byte {byte} (offset {offset} of the log)"),
    # What Redis says.
    "published": N_("message {message} in {stream}"),
    "stream_empty": N_(
        "{stream} is empty: nothing has been published, or all of it was trimmed since."
    ),
    "stream_trimmed": N_("{stream} begins at {since} UTC; what was before was trimmed."),
    "not_in_stream": N_(
        "{stream} has no message about it, though it reaches back to before this order."
    ),
    "stream_not_permitted": N_(
        "the user {user} may not look into {stream}; set relay.admin_redis_url in cloud.toml."
    ),
    "redis_away": N_("{place} cannot be asked ({why})."),
    # Why a place says nothing.
    "no_books": N_("there are none in {folder}."),
    "not_in_books": N_("{path} does not know the order."),
    "no_cloud": N_("there is no cloud.toml on this machine."),
    "no_cloud_for_place": N_("there is no cloud.toml on this machine that says where it is."),
    "no_orders": N_("there are none in {folder}."),
    "not_in_orders": N_("they have no order of this number."),
    "orders_away": N_("the orders cannot be read now ({why}). Nothing was changed."),
    "no_log": N_("there is no log in {folder}."),
    "not_in_log": N_("no line in {folders} is about it."),
    "unreadable": N_("{path} cannot be read ({why})."),
}
