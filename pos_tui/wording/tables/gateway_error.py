"""Why the gateway refuses a till's request, by the reasons of `cloud.gateway.refusal`."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "unknown_merchant": N_("This gateway does not know the merchant."),
    "not_signed": N_("The request is not signed."),
    "wrong_signature": N_("The signature is not the merchant's; compare the till's key."),
    "wrong_clock": N_("The till's clock and the gateway's differ by over five minutes."),
    "too_large": N_("The request is too large."),
    "too_often": N_("This merchant asks too often; the request was not taken. Ask again soon."),
    "repeated": N_("This request was made before."),
    "fault": N_("The gateway has a fault of its own; ask again for this order."),
    "database_away": N_(
        "The gateway's database is away; nothing is lost, ask again for this order."
    ),
    "unreadable": N_("The request cannot be read."),
    "wrong_merchant": N_("A merchant's id is letters, digits, - and _ only, 64 at most."),
    "wrong_till": N_("A till's number is letters, digits, - and _ only, 64 at most."),
    "wrong_order_no": N_("An order number is 8 to 32 letters and digits."),
    "wrong_refund_no": N_("A refund number is 8 to 32 letters and digits."),
    "wrong_amount": N_("The amount must be above 0 and at most 10,000,000,000 in minor units."),
    "wrong_currency": N_("The currency must be a code of three capital letters."),
    "wrong_auth_code": N_("The payment code must be 1 to 512 characters."),
    "wrong_subject": N_("The subject must be 1 to 512 characters that can be printed."),
    "wrong_reason": N_("The reason must be 1 to 200 characters that can be printed."),
    "wrong_sale_no": N_("A sale's number is 0 to 1,000,000,000,000."),
    "wrong_journal": N_("A journal's state is its rows, a hyphen and the hash of the last one."),
    "wrong_version": N_("This till and the gateway are of versions that do not fit together."),
    "another_merchant": N_("The order names another merchant than the request does."),
    "switched_off": N_("This merchant is switched off; nothing was charged. Take cash."),
    "another_order": N_("This order number stands for another order."),
    "another_refund": N_("This refund number stands for another refund."),
    "no_order": N_("There is no order with this number."),
    "no_refund": N_("There is no refund with this number."),
    "account_removed": N_(
        "The account that this order was paid to is not here any more. Put it back first."
    ),
    "not_refundable": N_("This order is not paid, or not that much of it is left."),
    "no_route": N_("There is something else than a gateway at gateway.url, or an older one."),
    "not_believed": N_("This notice cannot be believed."),
    "notice_unkept": N_("The gateway's database is away; send it again."),
}
