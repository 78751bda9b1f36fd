"""The pages of stock takes: their list, counting, and what is approved."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "title": N_("Stock take"),
    "list_keys": N_(
        "↑↓ select · {key:confirm} counts · {key:new} new · {key:keep} compares and approves"
        " · {key:remove} voids · {key:back} back"
    ),
    "empty": N_("There are no counts yet. Press {key:new} to begin one; the till goes on selling."),
    "number": N_("No."),
    "name": N_("Name"),
    "place": N_("Shelf"),
    "items": N_("Items"),
    "begun": N_("Begun"),
    "begun_by": "{by}, {at:short}",
    "was_approved": N_("“{name}” is approved already, by {by}. Begin another one with {key:new}."),
    "was_void": N_("“{name}” was voided by {by}. Begin another one with {key:new}."),
    "void": N_("Void “{name}”?"),
    "voids": N_("voids it"),
    "voided": N_("“{name}” is void; nothing more of it is posted."),
    "not_voided": N_("Nothing was voided."),
    # a new one
    "new_title": N_("A new stock take"),
    "form_keys": N_("↑↓ field · {key:keep} begins · {key:back} back"),
    "name_hint": N_("What it is called; the day where nothing is typed."),
    "place_hint": N_("Which shelf or category is counted; may stay empty."),
    "by": N_("Who counts"),
    "by_hint": N_("Your name; it stands with each thing that you count."),
    # counting
    "counting_title": N_("Count {number}: {name}{place}"),
    "in_place": " · {place}",
    "counting_keys": N_(
        "{key:find} finds · {key:undo} takes back · {key:keep} compares and approves"
        " · {key:back} back, nothing is lost"
    ),
    "how": N_(
        "Scan: one more. 12* and a scan: 12 of it. A number after a scan: so many. 2026-12-31: its"
        " date."
    ),
    "add": N_("adds it"),
    "replace": N_("replaces"),
    "keep": N_("keeps as before"),
    "not_written": N_("Not counted: {why}"),
    # approving
    "approval_title": N_("Count {number} “{name}” and the books"),
    "approval_keys": N_(
        "{key:next} chooses · {key:keep} posts what is chosen · {key:discount} sold from a place"
        " counted before · {key:back} back"
    ),
    "item": N_("Item"),
    "counted": N_("Counted"),
    "on_hand": N_("On hand"),
    "difference": N_("Diff."),
    "value": N_("Value"),
    "meanwhile": N_("Meanwhile"),
    "total": N_("Total"),
    "nothing_counted": N_("Nothing was counted yet."),
    "comparing": N_("Comparing with the books …"),
    "nothing_meanwhile": N_("Nothing moved between the first and the last count of this item."),
    "missing": P_(
        "{count} item is in the books and was not counted: {names}. {key:new} counts it as 0.",
        "{count} items are in the books and were not counted: {names}. {key:new} counts them as 0.",
    ),
    "nothing_missing": N_("Nothing that the books have of this was left uncounted."),
    "nothing_chosen": N_("Nothing is chosen; {key:next} chooses an item."),
    "post": P_("Post {count} item?", "Post {count} items?"),
    "posts": N_("posts"),
    "not_posted": N_("Nothing was posted."),
    "posted_some": P_(
        "{count} item of “{name}” is posted; {left} left.",
        "{count} items of “{name}” are posted; {left} left.",
    ),
    "posted_all": P_(
        "“{name}” is approved: {count} item is posted.",
        "“{name}” is approved: {count} items are posted.",
    ),
}
