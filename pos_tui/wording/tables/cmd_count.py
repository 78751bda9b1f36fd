"""`pos-tui count`."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "help": N_(
        "A stock take, also while the till sells: count by scanner or from a file, approve."
    ),
    "name": N_("NAME"),
    "name_help": N_("the count: a new one, or one that is open"),
    "shelf_help": N_("which shelf or category a new count is of"),
    "by_help": N_("who counts"),
    "who": N_("WHO"),
    "file_help": N_("count what a file says: a table with the columns code and counted"),
    "again_help": N_("what becomes of goods that were counted already (asked otherwise)"),
    "list_help": N_("list the counts"),
    "show_help": N_("show how a count differs from the books"),
    "approve_help": N_("post a count's differences"),
    "void_help": N_("void a count"),
    "number": N_("N"),
    "only_help": N_("approve only this item; may be given several times"),
    "earlier_help": N_(
        "what was sold of this item while it was counted was from a place counted before; may be"
        " given several times"
    ),
    "code": N_("CODE"),
    "pin_file_help": N_("the file with a supervisor's PIN; - is standard input"),
    "json_help": N_("one JSON object a line; quantities in thousandths, amounts in minor units"),
    "demo_help": N_("the demo shop's counts"),
    "too_many": N_("Say one thing at a time: {acts}."),
    "which_open": N_("Several counts are open: {names}. Say which: pos-tui count NAME."),
    "no_demo_books": N_("There are no books in {folder}; open the demo shop once."),
    "ask_who": N_("Who counts? [{usual}] "),
    "to_void": N_("Void count {number}."),
    "to_approve": N_("Approve count {number}."),
    "ask_pin": N_("A supervisor's PIN: "),
    "not_known": N_("{code} is not in the books. Nothing was posted."),
    # counting
    "begun": N_("Count {number} “{name}” begins."),
    "goes_on": N_("Count {number} “{name}” goes on."),
    "how": N_(
        "Scan: one more. 12* and a scan: 12 of it. A number after a scan: so many. 2026-12-31: its"
        " date. undo · list · done"
    ),
    "choices": N_("a adds it, r replaces what was counted before, k keeps that:"),
    "not_written": N_("Not counted: {why}"),
    "ended": P_(
        "Count {number} “{name}”: {count} item was counted so far. Nothing is posted before it is"
        " approved.",
        "Count {number} “{name}”: {count} items were counted so far. Nothing is posted before it is"
        " approved.",
    ),
    "file_done": P_(
        "{count} row counted, {kept} left as counted before, {refused} refused.",
        "{count} rows counted, {kept} left as counted before, {refused} refused.",
    ),
    "file_done_with_rejects": P_(
        "{count} row counted, {kept} left as counted before, {refused} refused: {path}.",
        "{count} rows counted, {kept} left as counted before, {refused} refused: {path}.",
    ),
    # lists
    "none": N_("There are no counts; `pos-tui count NAME` begins one."),
    "row": P_("{by}, {at}, {count} item", "{by}, {at}, {count} items"),
    "no_differences": N_("There is nothing to approve in count {number}."),
    "missing": P_(
        "{count} item is in the books and was not counted: {names}. Where there is none, count"
        " 0*CODE.",
        "{count} items are in the books and were not counted: {names}. Where there are none, count"
        " 0*CODE.",
    ),
    "item": N_("Item"),
    "counted": N_("Counted"),
    "on_hand": N_("On hand"),
    "difference": N_("Difference"),
    "value": N_("Value"),
    "total": N_("Total"),
    # what was done
    "approved": P_(
        "Count {number}: {count} item is posted, {left} left.",
        "Count {number}: {count} items are posted, {left} left.",
    ),
    "approved_all": P_(
        "Count {number} is approved: {count} item is posted.",
        "Count {number} is approved: {count} items are posted.",
    ),
    "voided": N_("Count {number} “{name}” is void; nothing more of it is posted."),
}
