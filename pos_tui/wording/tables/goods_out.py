"""What the page of goods out says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Goods out"),
    "keys": N_("{key:find} find · ↑↓ look back · {key:back} back"),
    "empty": N_("Nothing was written off, moved or repacked yet."),
    "when": N_("When"),
    "item": N_("Item"),
    "quantity": N_("Quantity"),
    "cost": N_("Cost"),
    "why": N_("Why"),
    "lot": N_("Lot"),
    # ---- what is asked
    "ask_goods": N_("Goods that go?"),
    "goods_hint": N_("Scan them, or type a code or words. 3* before a code: three of it."),
    "ask_quantity": N_("{name}: how many ({unit}) go?"),
    "quantity_hint": N_("{on_hand} on hand by the books"),
    "ask_lot": N_("{name}: which lot? {key:confirm}: the oldest first"),
    "lot_there": N_("{number} {lot}, {day}: {quantity}"),
    "ask_reason": N_("{name}: why?"),
    "ask_other": N_("Why, in words?"),
    "ask_other_shop": N_("To which shop?"),
    "ask_to_supplier": N_("To which supplier, by which paper?"),
    "words_hint": N_("It stands with the goods that go."),
    "ask_into": N_("{name} becomes which goods?"),
    "into_hint": N_("Scan one of them, or type a code or words."),
    "ask_into_quantity": N_("How many of {into} does it become?"),
    "into_quantity_hint": N_("The cost of what goes is carried over to what comes."),
    # ---- reasons
    "reason_broken": N_("broken"),
    "reason_expired": N_("expired"),
    "reason_stolen": N_("stolen"),
    "reason_own_use": N_("own use"),
    "reason_other": N_("other"),
    "reason_other_shop": N_("to another shop"),
    "reason_to_supplier": N_("back to the supplier"),
    "reason_repacked": N_("repacked"),
    "why_in_words": N_("{why}: {words}"),
    # ---- what happened
    "more_than_there": N_("Only {on_hand} of {name}. Take out {quantity}?"),
    "goes_all_the_same": N_("they go"),
    "nothing_went": N_("“{name}”: nothing went."),
    "issued": N_("✓ {name}: {quantity} gone ({why}), cost {cost}."),
    "repacked": N_("✓ {quantity} {name} became {into_quantity} {into}, cost {cost}."),
    "cost_not_known": N_("not known"),
}
