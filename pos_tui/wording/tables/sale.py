"""What the cashier is told about a sale as a whole."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "list_closed": N_(
        "The list is closed while its payment is under way. {key:void} gives the payment up, {key:hold} serves the next customer meanwhile."
    ),
    "paid_in_part": N_(
        "The list is closed: a part of it is paid. {key:pay} takes the rest, {key:void} gives back what is paid."
    ),
    "finished": N_("This sale is finished."),
    "payment_under_way": N_(
        "A payment of this sale is already under way; a second one could charge the customer twice. {key:hold} serves the next customer meanwhile, {key:void} gives it up."
    ),
    "expired_before_payment": N_(
        "{name} is expired. Put it aside, press {key:confirm} to confirm, then take payment."
    ),
    "age_before_payment": N_(
        "Check first that the customer is {years} or older, then {key:confirm}; or take the goods off."
    ),
    "check_age": N_(
        "{name}: only for those born on or before {day} ({years} years). Check it, then {key:confirm}."
    ),
    "age_is_checked": N_("Age checked: {years} or older."),
    "expired_before_hold": N_(
        "{name} is expired. Put it aside and press {key:confirm} to confirm, then hold the sale."
    ),
    "expired_before_void": N_(
        "{name} is expired. Put it aside, press {key:confirm} to confirm, then void the sale."
    ),
    "empty": N_("The list is empty. Scan the goods first, then the payment code."),
    "nothing_to_hold": N_(
        "There is nothing to hold. {key:recall} recalls a sale that was put aside."
    ),
    "finish_before_recall": N_(
        "Hold this sale ({key:hold}), finish it or void it ({key:void}) first, then recall the other."
    ),
    "not_on_hold": N_("Sale {number:06d} is not on hold any more."),
    "stays_on_hold": N_("{why} The sale stays on hold."),
    "offers_of_now": N_("Offers are those of now; look at the total."),
    "another_number": N_(
        "Sale {before:06d} was used already; this list goes on as sale {number:06d}."
    ),
    "nothing_to_void": N_("There is nothing to void."),
    "not_voided": N_("{why} The sale was not voided; its list is kept."),
    "total_has_changed": N_(
        "The total has changed to {total}: an offer began or ended. Tell the customer, then take the payment."
    ),
    "held": N_("Sale {number:06d} is on hold. {key:recall} takes it up again."),
    "voided": N_("Sale {number:06d} is void."),
    "resumed": N_("Sale {number:06d} goes on where it was."),
    "paid": N_("✓ Sale {number:06d} is paid: {total}"),
    "paid_with_change": N_("✓ Sale {number:06d} is paid: {total} · change {change}"),
    "not_paid": N_("✗ Not paid. The list is open again; the pane says why."),
    "part_not_paid": N_("✗ That part is not paid; the pane says why. {due} is left to pay."),
    "part_paid": N_("✓ {amount} is paid; {due} is left to pay."),
    "part_paid_aside": N_(
        "✓ {amount} of sale {number:06d}, put aside before, is paid; {due} is left. {key:recall} takes it up."
    ),
    "part_back": N_("✓ {amount} of sale {number:06d} has gone back; {due} is left to give back."),
    "gone_back": N_("✓ Sale {number:06d}: {amount} has gone back."),
    "aside": N_(
        "Sale {number:06d} waits for its payment; serve the next customer. {key:recall} shows it."
    ),
    "paid_aside": N_("✓ Sale {number:06d}, put aside before, is paid: {total}"),
    "not_paid_aside": N_(
        "✗ Sale {number:06d}, put aside before, is not paid. {key:recall} takes it up: {why}"
    ),
    "nothing_to_give_back": N_("Nothing of this sale is paid, so there is nothing to give back."),
    "given_back": N_("To give back: {parts}. The list is open again."),
    "going_back": N_("To give back: {parts}. The list opens again once all is back."),
    "back_cash": N_("hand {amount} out of the drawer"),
    "back_wallet": N_("{amount} goes back to {platform} by itself"),
    "back_card": N_("reverse {amount} on the card terminal"),
    "back_card_named": N_("reverse {amount} on the card terminal (card ending {reference})"),
    "back_voucher": N_("hand the voucher over {amount} back"),
    "back_voucher_named": N_("hand the voucher {reference} over {amount} back"),
    "back_own_voucher": N_("{amount} goes back onto voucher {reference}"),
    "back_account_named": N_("{amount} comes off the account of {reference}"),
    "wallet_is_back": N_("{amount} is back at {platform}."),
    "not_given_back": N_("{amount} could not be given back and counts as paid: {why}"),
    "no_member": N_("No member: the usual prices apply."),
    "member": N_("{name} ({group}): their prices and offers apply."),
    "expired": N_(
        "✗ {name} is past its date; it is off the list. Put it aside, then {key:confirm}."
    ),
    "look_at_date": N_("{name}: look at its date ({day})."),
}
