"""Why something cannot be done with a delivery, and what should be looked at on its lines."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "not_there": N_("There is no delivery {number}."),
    "booked_already": N_(
        "Delivery {number} was booked on {at}. Its goods are on hand; nothing was booked twice."
    ),
    "paper_booked": N_(
        "The paper {document} of {supplier} was booked already: delivery {number}, {at}. If this is"
        " another one, give it another number, {document}-2."
    ),
    "empty": N_("Delivery {number} has no lines yet; nothing was booked."),
    "no_total": N_("Delivery {number} lacks the total that stands on its paper."),
    "other_difference": N_(
        "Delivery {number} was changed meanwhile, so that its difference is another one. Nothing was"
        " booked; look at it and book it again."
    ),
    "payment_code": N_("That is a customer's payment code; scan goods here."),
    "not_in_books": N_(
        "“{text}” is no goods of this shop. Add the product first, then scan it again."
    ),
    "no_header": N_(
        "{path} has no line that names the columns code, quantity and cost (or unit_cost); the"
        " nearest to it is {columns}."
    ),
    "row_no_code": N_("it has no code"),
    "row_no_cost": N_("it has no cost"),
    "row_odd_cost": N_("“{text}” is no cost of goods"),
    "no_quantity": N_("“{text}” is no quantity; write 12, 0.842, or 2*12 for two cases of 12."),
    "no_lot": N_("“{text}” is no lot; it has at most 40 characters."),
    "no_day": N_("“{text}” is no day; write 2026-12-01, or 261201."),
    "produced_later": N_("{day} is still to come; a production date is not."),
    "before_produced": N_("{day} is before the production date {produced}."),
    "shelf_life_from_when": N_(
        "{text} from when? Type the production date first, like p261101, then how long it keeps."
    ),
    "at_or_below_cost": N_("{name} sells at {price} and costs {cost}: nothing is earned on it."),
    "past_its_date": N_("{name} is past its date already: {day}."),
    "lot_has_other_date": N_(
        "Lot {lot} has the date {day} in the books; booking gives it the new one."
    ),
}
