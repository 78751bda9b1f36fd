"""What `pos-tui reconcile` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_(
        "The platforms' bills of a day against our own orders: what differs, and what to do."
    ),
    "date": N_("DATE"),
    "date_help": N_("the day in China's time, like 2026-11-21"),
    "merchant": N_("ID"),
    "merchant_help": N_("only this merchant"),
    "channel": N_("CHANNEL"),
    "channel_help": N_("only this account, like wechat"),
    "file": N_("FILE"),
    "bill_help": N_("this bill (may be zip or gz); none fetched"),
    "format_help": N_(
        "the platform whose layout the file has, or plain: kind,order_no,refund_no,platform_ref,amount,time"
    ),
    "no_format": N_("there is no format “{name}”; there are {formats}."),
    "json_help": N_("one JSON object"),
    "no_orders": N_("there are no orders in {folder}; say where with --data."),
    "format_without_bill": N_("--format says how a file is written; give the file with --bill."),
    "orders_away": N_("the orders cannot be read now ({why})."),
    "not_a_date": N_("“{text}” is not a date; write it like 2026-11-21."),
    "not_over": N_("the platforms write the bill of {day} on the morning after; ask again then."),
    "no_merchant": N_("there is no merchant “{merchant}”."),
    "no_merchants": N_("there are no merchants in cloud.toml."),
    "no_channel": N_("there is no channel “{channel}”; there are {channels}."),
    "no_channel_of_merchant": N_(
        "there is no channel “{channel}”; merchant {merchant} has {channels}."
    ),
    "no_channels": N_("there is no channel “{channel}”, nor any other."),
    "whose_bill": N_("a file is the bill of one merchant; say whose with --merchant."),
    "which_channel": N_("a file is the bill of one channel; say which with --channel: {channels}."),
    "merchant_without_channels": N_(
        "a file is the bill of one channel, and this merchant has none."
    ),
    "bill_unreadable": N_("{path}: cannot be read ({why})."),
    "bill_refused": N_("{path}: {why}"),
    "bills_not_fetched": N_(
        "the bills of {channel} cannot be fetched; download one and give it with --bill."
    ),
    "no_bill_fetched": N_(
        "no bill of these merchants can be fetched; download one and give it with --bill."
    ),
    "problem": N_("{merchant} {channel}: {why}"),
    "no_payments": N_("{name}: no payments, there or here."),
    "totals": N_(
        "{name}: payments {payments}, {paid} in the bill, {paid_here} here; refunds {refunds}, {back} in the bill, {back_here} here."
    ),
    "bad_row": N_("Line {line} of the bill was left out: {why}"),
    "nothing_differs": N_("Nothing differs."),
}
