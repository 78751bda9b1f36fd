"""Money that goes back for goods."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "nothing": N_("No money goes back in this sale."),
    "goes_back": N_(
        "{amount} goes back to the customer in this sale; nothing is to be paid. {key:pay} gives it back."
    ),
    "not_by_wallet": N_(
        "Only what was paid by phone can go back to the phone. Give the rest back another way."
    ),
    "no_gateway": N_(
        "A part was paid by phone, and this till has no gateway. Give it back another way."
    ),
    "are_out": N_(
        "Money of this sale has gone back already, so its list stays closed. {key:pay} gives the rest back."
    ),
    "not_begun": N_("{why} Nothing was given back."),
    "title": N_("Back {amount}"),
    "title_parts": N_("Given back so far {amount}"),
    "left": N_("{due} is left to give back. {key:pay} goes on."),
    "asking": N_("Asking {platform} to give it back …"),
    "not_known": N_(
        "{why} It is not known yet whether the money is back; the till keeps asking. Give nothing back another way; {key:hold} serves the next customer."
    ),
    "failed": N_("{amount} could not be given back: {why} Choose another way with {key:pay}."),
    "by_cash": N_("Give the customer {amount} out of the drawer."),
    "by_card": N_("Reverse {amount} on the card terminal."),
    "by_card_named": N_("Reverse {amount} on the card terminal (card ending {reference})."),
    "by_voucher": N_("The customer gets a voucher over {amount}; its slip is printed."),
    "by_wallet": N_("{amount} goes back to {platform}."),
}
