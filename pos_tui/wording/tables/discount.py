"""Discounts by hand: read, refused, approved, taken away."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "over_100_percent": N_("More than 100 % off would pay the customer."),
    "unreadable": N_("“{text}” is no discount; type it like 10%, 2.00 or =3.00."),
    "not_alone": N_(
        "That is {percent} % off; a cashier may give {most} % alone, and no supervisor is set up (pos-tui staff add NAME --role supervisor)."
    ),
    "not_on_money": N_("Nothing comes off a voucher, nor off what is paid on an account."),
    "not_lower": N_("That is no lower price: it costs {price} now."),
    "below_cost": N_("{name} costs the shop {cost}: margin {margin} %"),
    "sale_is_over": N_("That sale is over; no discount was given."),
    "approved": N_("{name} approved: {discount} ({reason})."),
    "on_line": N_("{name}: {discount} ({reason})"),
    "on_basket": N_("The whole basket: {discount} ({reason})"),
    "percent_off": N_("{percent} % off"),
    "by_amount": N_("{amount} off"),
    "by_price": N_("now {amount}"),
    "on_deposit": N_("{name}: a deposit is paid back in full, so nothing comes off it."),
    "taken_from_line": N_(
        "{name}: the discount given by hand is too much now, and was taken away. {key:discount} gives another."
    ),
    "taken_from_basket": N_(
        "The whole basket: the discount given by hand is too much now, and was taken away. {key:discount} gives another."
    ),
}
