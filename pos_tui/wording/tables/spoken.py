"""What the till says aloud, as a voice can read it."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "expired": N_(
        "{name} expired on {day}. It was taken off the list. Put it aside, then press Enter."
    ),
    "clock_is_wrong": N_("The clock of this till is wrong. Look at the screen, and set it right."),
    "disk_fails": N_("This till cannot write to its disk. Look at the screen."),
    "paid_wallet": N_("{platform}, {amount}"),
    "paid_card": N_("Card, {amount}"),
    "paid_voucher": N_("Voucher, {amount}"),
    "paid_account": N_("On account, {amount}"),
    "paid_cash": N_("Cash, {given}"),
    "paid_cash_change": N_("Cash, {given}. Change, {change}"),
    "given_back": N_("Refunded, {amount}"),
    "not_paid": N_("Not paid."),
    "not_known": N_("It is not known whether the customer paid. Take no other payment."),
    "sale_aside": N_("Sale {number}, put aside. {what}"),
    "platform_wechat": N_("WeChat Pay"),
    "item": N_("{name}, {amount}"),
    "items": N_("{quantity} {name}, {amount}"),
    "sample": N_("Milk"),
    "total": N_("Total, {amount}"),
    "came_back": N_("Returned: {item}"),
    "sentence_end": N_(". "),
    "amount": N_("{number} {unit}"),
    "units_and_parts": N_("{units} and {parts}"),
    "units_and_small": N_("{units} {small}"),
    "units_and_digit": N_("{units} oh {small}"),
    "decimal": N_("{whole} point {digits}"),
    "day": N_("{day} {month}"),
    "month_1": N_("January"),
    "month_2": N_("February"),
    "month_3": N_("March"),
    "month_4": N_("April"),
    "month_5": N_("May"),
    "month_6": N_("June"),
    "month_7": N_("July"),
    "month_8": N_("August"),
    "month_9": N_("September"),
    "month_10": N_("October"),
    "month_11": N_("November"),
    "month_12": N_("December"),
}
