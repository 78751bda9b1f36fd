"""Where a payment is, and what the cashier can do."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title_wallet": N_("{platform} {code}"),
    "title_cash": N_("Cash {amount}"),
    "title_card": N_("Card {amount}"),
    "title_voucher": N_("Voucher {amount}"),
    "title_account": N_("On account {amount}"),
    "title_parts": N_("Paid so far {amount}"),
    "title_back": N_("Money goes back"),
    "title_receipt": N_("Receipt of sale {number:06d}"),
    "step_order_written": N_("order written"),
    "step_order_sent": N_("order sent"),
    "step_customer": N_("customer"),
    "step_confirmed": N_("confirmed"),
    "step_receipt": N_("receipt"),
    "step_cash_received": N_("cash taken"),
    "step_taken": N_("taken"),
    "sending": N_("Sending the order …"),
    "resumed": N_("A payment was under way when the till stopped. Asking how it stands …"),
    "order_sent": N_("The order is sent. Waiting for the gateway …"),
    "customer_confirms": N_(
        "The customer is confirming on the phone (PIN). Wait, or give up with {key:void}."
    ),
    "giving_up": N_(
        "Giving the payment up; it can take a minute. {key:hold} serves the next customer meanwhile."
    ),
    "being_given_up": N_("The payment is being given up."),
    "given_up": N_("The payment was given up. Nothing is charged."),
    "given_up_later": N_(
        "{why} It will be given up as soon as the gateway answers. Take no other payment of this sale; {key:hold} serves the next customer."
    ),
    "not_known": N_(
        "{why} It is not known yet whether the customer was charged; the till keeps asking. Take no other payment of this sale: {key:hold} serves the next customer, {key:confirm} asks now, {key:void} gives up."
    ),
    "no_clear_answer": N_("The platform has not given a clear answer."),
    "another_amount": N_(
        "The gateway answered with another amount. Do not take another payment; tell the technician."
    ),
    "declined": N_("The payment was declined. Nothing is charged."),
    "gateway_away": N_("The gateway is away."),
    "never_sent": N_("The order had not left this till. Nothing is charged."),
    "not_sent_yet": N_(
        "The gateway is away; the order has not left this till and nothing is charged. It is tried again by itself. {key:void} gives up, then take cash."
    ),
    "not_sent_unwritten": N_(
        "{why} The order has not left this till and nothing is charged. It is tried again by itself. {key:void} gives up, then take cash."
    ),
    "key_not_accepted": N_(
        "The order was refused before it left this till; nothing is charged. {why}"
    ),
    "refused": N_("The gateway refused the order: {why} Nothing is charged."),
    "refused_to_answer": N_("The gateway refused to answer: {why}"),
    "not_started": N_("{why} The payment was not started; nothing is charged."),
    "fault": N_(
        "Something went wrong inside ({why}); the till asks again. Do not take another payment. {key:void} gives up."
    ),
    "not_written": N_("Paid, but it cannot be written down: {why} Keep the till on; it goes on."),
    "not_written_damaged": N_("Paid, but it cannot be written down. {why}"),
    "change_first": N_("Change {amount}. {why}"),
    "paid_by_redis": N_("Paid: told by Redis."),
    "paid_by_gateway": N_("Paid: told by the gateway (no message)."),
    "change": N_("Change {amount}"),
    "paid": N_("Paid."),
    "paid_voucher": N_("Paid. {left} is left on the voucher."),
    "paid_account": N_("Paid on account: {owes} is owed now."),
    "left": N_("{due} is left to pay. {key:pay} takes it, or scan a payment code."),
    "going_back": N_("{why} The money is not back yet; it is asked for again by itself."),
}
