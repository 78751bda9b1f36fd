"""What the gateway's reasons mean at the till."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "insufficient_balance": N_(
        "The customer's balance is too low. Ask for another wallet or cash."
    ),
    "code_expired": N_("The payment code is too old or used. Ask the customer for a fresh one."),
    "code_invalid": N_("The platform does not accept this code. Ask the customer for a fresh one."),
    "customer_cancelled": N_("The customer did not confirm the payment. Try again or take cash."),
    "limit": N_("The amount is above the customer's limit. Ask for another wallet or cash."),
    "not_allowed": N_("The platform refuses this payment. Ask for another wallet or cash."),
    "no_account": N_(
        "This shop has no account for that kind of code. Ask for another wallet or cash."
    ),
    "currency_not_taken": N_(
        "That wallet does not take this currency here. Ask for another wallet or cash."
    ),
    "closed": N_("The platform has closed this payment. Scan a fresh code to try again."),
    "timeout": N_("The payment was not confirmed in time and is cancelled. Nothing was taken."),
    "interrupted": N_("The payment was interrupted before it was sent. Scan a fresh code."),
    "cancelled": N_("The payment is cancelled. Nothing was taken."),
    "money_returned": N_("The payment is cancelled and the customer's money has been returned."),
    "money_returning": N_("The payment is cancelled; the customer's money is being returned."),
    "cancelling": N_("The payment is being cancelled at the platform. Please wait."),
    "recording": N_("The payment has arrived and is being recorded. Please wait."),
    "waiting_for_customer": N_("The customer must confirm the payment on the phone."),
    "platform_error": N_("The platform has not given a clear answer yet. Please wait."),
    "connecting": N_("The payment platform cannot be reached; still trying. Nothing was sent yet."),
    "unreachable": N_("The payment platform cannot be reached; nothing was charged."),
    "refund_refused": N_("The platform refuses to give this money back. Call support."),
    "refund_waiting": N_("The money is being given back; the platform has not confirmed it yet."),
    "refunded": N_("The money has been given back to the customer."),
    "configuration": N_("The shop's account at the platform is not set up right. Call support."),
}
