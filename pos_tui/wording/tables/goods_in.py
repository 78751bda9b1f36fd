"""What the pages of goods in say: the deliveries, and one of them."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "title": N_("Goods in"),
    "list_keys": N_(
        "↑↓ choose · {key:confirm} opens it · {key:new} new delivery · {key:remove} drops a draft ·"
        " {key:back} back"
    ),
    "no_deliveries": N_("There are no deliveries yet. {key:new} begins one."),
    "number": N_("No."),
    "supplier": N_("Supplier"),
    "document": N_("Paper"),
    "lines": N_("Lines"),
    "sum": N_("Sum"),
    "state": N_("State"),
    "draft": N_("draft"),
    "booked_on": N_("booked {day:short}"),
    "no_supplier": N_("(no supplier)"),
    "booked_stays": N_("This delivery is booked; it stays as it is."),
    "drop": P_(
        "Drop the draft “{name}” with {count} line?", "Drop the draft “{name}” with {count} lines?"
    ),
    "drops": N_("drops it"),
    "not_dropped": N_("The draft stays."),
    "dropped": N_("Draft {number} is dropped; nothing of it was booked."),
    # ---- a delivery
    "new_title": N_("A new delivery"),
    "delivery_title": N_("Goods in: delivery {number}"),
    "delivery_keys": N_(
        "{key:keep} book · {key:confirm} change line · {key:remove} take off · {key:find} find ·"
        " {key:change} paper · {key:back} back"
    ),
    "paper": N_("Supplier: {supplier} · paper: {document}"),
    "empty": N_("Nothing entered yet. Every line is kept at once, also through a power cut."),
    "item": N_("Item"),
    "quantity": N_("Quantity"),
    "cost": N_("Cost"),
    "lot": N_("Lot"),
    "good_until": N_("Good until"),
    "day": "{day:short}",
    "no_date": N_("no date"),
    "pieces": N_("pieces"),
    "sum_without_total": P_(
        "{count} line, {cost}; the paper's total is not typed yet.",
        "{count} lines, {cost}; the paper's total is not typed yet.",
    ),
    "sum_left": P_(
        "{count} line, {cost} of {total}: {left} to go.",
        "{count} lines, {cost} of {total}: {left} to go.",
    ),
    "sum_over": P_(
        "{count} line, {cost} of {total}: {left} too much.",
        "{count} lines, {cost} of {total}: {left} too much.",
    ),
    "sum_met": P_(
        "✓ {count} line, {cost}: as on the paper. {key:keep} books it.",
        "✓ {count} lines, {cost}: as on the paper. {key:keep} books it.",
    ),
    "sum_booked": P_(
        "{count} line, {cost}, booked {day:short}.", "{count} lines, {cost}, booked {day:short}."
    ),
    # ---- what is asked
    "ask_supplier": N_("Who delivers?"),
    "supplier_hint": N_("A name; it is remembered. {key:confirm} alone: none."),
    "suppliers": N_("A name, or a number: {names}"),
    "ask_document": N_("Number of the delivery note or invoice?"),
    "document_hint": N_(
        "As on the paper, so that it is not booked twice. {key:confirm} alone: none."
    ),
    "ask_total": N_("Total on the paper?"),
    "total_hint": N_(
        "What all lines come to. {key:confirm} alone: it is asked again before booking."
    ),
    "ask_goods": N_("Goods?"),
    "goods_hint": N_("Scan them, or type a code or words. 3* before a code: three of it."),
    "ask_quantity": N_("{name}: how many ({unit})?"),
    "quantity_hint": N_("12 · 0.842 · 2*12 is two cases of 12"),
    "ask_cost": N_("{name}: cost of all {quantity}?"),
    "cost_hint": N_("24.00 for all of them, or @2 for each one"),
    "ask_lot": N_("{name}: lot?"),
    "lot_hint": N_("As printed on the goods. {key:confirm} alone: no lot."),
    "ask_date": N_("{name}: good until?"),
    "date_hint": N_("261201 or 2026-12-01 · b261201 best before · p261101 produced · - no date"),
    "produced_hint": N_(
        "Produced {day:short}. 261201, or how long it keeps: 30d, 6m, 1y · - no date"
    ),
    "ask_again": N_("{name} is not kept yet. Try again?"),
    "again_hint": N_("{key:confirm} tries it again · {key:back} drops the line"),
    "booked_hint": N_("Booked: nothing can be changed. {key:back} goes back."),
    "answer_needed": N_("Type an answer, or {key:back} drops the line."),
    "first_the_paper": N_("First what stands on the paper; then scan the goods."),
    "first_this_line": N_("First finish “{name}”, or {key:back} drops it; then scan on."),
    "lot_known": N_("Lot {lot} is known: good until {day}."),
    "kept": N_("✓ {name}: {quantity} for {cost}."),
    "line_dropped": N_("“{name}” was not entered."),
    "remove_line": N_("Take “{name}” off?"),
    "removes_line": N_("takes it off"),
    "line_removed": N_("“{name}” is off the delivery."),
    # ---- booking
    "nothing_to_book": N_("There are no lines yet; nothing can be booked."),
    "more_than_paper": N_("{difference} too much. Book?"),
    "less_than_paper": N_("{difference} missing. Book?"),
    "books_it": N_("book"),
    "not_booked": N_("Not booked. Look for the difference, or book it another time."),
    "booked": P_(
        "Delivery {number} is booked: {count} line, {cost}. The goods are on hand.",
        "Delivery {number} is booked: {count} lines, {cost}. The goods are on hand.",
    ),
    "booked_more": N_("{difference} more than the paper says; that is noted."),
    "booked_less": N_("{difference} less than the paper says; that is noted."),
    "learnt_days": P_("Learnt: {name} keeps {count} day.", "Learnt: {name} keeps {count} days."),
    "learnt_months": P_(
        "Learnt: {name} keeps {count} month.", "Learnt: {name} keeps {count} months."
    ),
}
