"""The lists of goods that want something done, on the screen and in `pos-tui stock`."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    # the lists
    "title": N_("Stock lists"),
    "keys": N_("↑↓ choose · {key:confirm} open · {key:back} back"),
    "low": N_("low stock"),
    "low_hint": N_("below the minimum, or gone within {days} days"),
    "reorder": N_("to order"),
    "reorder_hint": N_("what is missing for {days} days, by supplier"),
    "expiring": N_("expiring soon"),
    "expiring_hint": N_("what is left of lots that expire within {days} days"),
    "below_zero": N_("below zero"),
    "below_zero_hint": N_("sold more than there was: to be counted"),
    "dead": N_("not selling"),
    "dead_hint": N_("on hand, and none sold for {days} days"),
    "undated": N_("sold without a date"),
    "undated_hint": N_("with a shelf life, sold from no lot in {days} days"),
    "looking": N_("Looking through the stock …"),
    # a list
    "title_days": N_("{title}, {days} days"),
    "empty": N_("Nothing is on this list."),
    "keys_low": N_(
        "{key:confirm} history · {key:quantity} days · {key:minimum} minimum · {key:receipt} label · {key:back} back"
    ),
    "keys_reorder": N_(
        "{key:confirm} history · {key:quantity} days · {key:minimum} minimum · {key:hold} order files · {key:back} back"
    ),
    "keys_expiring": N_(
        "{key:confirm} history · {key:quantity} days · {key:discount} offer · {key:receipt} label · {key:back} back"
    ),
    "keys_below_zero": N_(
        "{key:confirm} history · {key:new} count it · {key:receipt} label · {key:back} back"
    ),
    "keys_dead": N_(
        "{key:confirm} history · {key:quantity} days · {key:discount} offer · {key:receipt} label · {key:back} back"
    ),
    "keys_undated": N_(
        "{key:confirm} history · {key:quantity} days · {key:receipt} label · {key:back} back"
    ),
    "column_name": N_("Product"),
    "column_on_hand": N_("On hand"),
    "column_minimum": N_("Minimum"),
    "column_sold": N_("Sold"),
    "column_cover": N_("Lasts"),
    "column_supplier": N_("Supplier"),
    "column_order": N_("To order"),
    "column_expires_on": N_("Last day"),
    "column_days_left": N_("In"),
    "column_lot": N_("Lot"),
    "column_left": N_("Left"),
    "column_value": N_("Cost"),
    "column_counted": "",
    "column_last_sold": N_("Last sold"),
    "column_at": N_("When"),
    "column_kind": N_("What"),
    "column_quantity": N_("Quantity"),
    "column_after": N_("On hand"),
    "column_by": N_("Who"),
    "column_code": N_("Code"),
    "column_size": N_("Size"),
    "column_unit": N_("Unit"),
    "column_cases": N_("Cases"),
    "column_pieces": N_("In a case"),
    "days": P_("{count} day", "{count} days"),
    "days_over": P_("{count} day over", "{count} days over"),
    "today": N_("today"),
    "never": N_("never"),
    "unknown": N_("not counted"),
    "never_counted": N_("never counted"),
    "no_lot": N_("none"),
    "of_lot": N_("lot {lot}"),
    "of_cases": P_("{count} case of {pieces}", "{count} cases of {pieces}"),
    "of_minimum": N_("minimum {minimum}"),
    "of_value": N_("cost {value}"),
    # a history
    "history_title": N_("{name}: what came and went"),
    "history_empty": N_("Nothing has come or gone yet."),
    "history_keys": N_("↑↓ look · {key:back} back"),
    "kind_taken_over": N_("was there"),
    "kind_received": N_("received"),
    "kind_sold": N_("sold"),
    "kind_returned": N_("returned"),
    "kind_written_off": N_("written off"),
    "kind_moved": N_("moved"),
    "kind_counted": N_("counted"),
    "kind_repacked": N_("repacked"),
    "kind_put_aside": N_("put aside"),
    "kind_revalued": N_("cost put right"),
    "kind_in_sale": N_("{kind}, sale {number:06d}"),
    "kind_about": N_("{kind}: {about}"),
    "reason_expired": N_("expired"),
    "reason_labelled": N_("got a label"),
    "reason_not_counted": N_("not counted"),
    "reason_opening": N_("first number"),
    "reason_valued": N_("from a file"),
    # days and minimum
    "days_title": N_("How many days?"),
    "days_label": N_("days"),
    "days_hint": N_("a whole number up to 3660"),
    "minimum_title": N_("Minimum of {name}"),
    "minimum_label": N_("minimum"),
    "minimum_hint": N_("as much as there should always be; 0 for none"),
    "number_keys": N_("{key:confirm} or {key:keep} keep · {key:back} back"),
    "minimum_kept": N_("{name}: the minimum is {minimum} now."),
    "minimum_gone": N_("{name}: there is no minimum now."),
    "product_gone": N_("{name} is no longer in the books."),
    # what is done
    "orders_written": P_(
        "{count} file for a supplier is in {folder}.",
        "{count} files, one a supplier, are in {folder}.",
    ),
    "count_name": N_("Below zero"),
    "nothing_to_order": N_("Nothing is to be ordered."),
    "offer_kept": N_("“{name}” is kept; it holds from the next sale on."),
    "not_listed": N_("{name} is not on this list."),
    "over_no_offer": N_("{name} is past its last day: no offer. Take it off the shelf."),
}
