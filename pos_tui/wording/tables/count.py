"""Stock takes: what was counted, what is asked, and what cannot be done."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    # what was counted
    "product": "{name}",
    "of_lot": N_("{name}, lot {lot}"),
    "good_until": N_("{name}, good until {day:short}"),
    "name_and_code": "{name} ({code})",
    "counted": N_("{name}: {quantity}"),
    "counted_of": N_("{name}: {quantity} here, {total} in all"),
    "taken_back": N_("Taken back. {name}: {quantity}"),
    "how_many": N_("{name}: type how many there are, or scan each."),
    "next_scan": N_("{quantity} of what is scanned next."),
    "counted_already": N_(
        "{name} was counted already: {before}, last by {by} at {at:time}. Now {now}."
    ),
    "kept": N_("{name} stays as it was counted before."),
    # what was not counted
    "answer_first": N_("Not counted: say first what becomes of the goods above."),
    "nothing_asked": N_("There is nothing to answer."),
    "scan_first": N_("{text}: scan the goods first, then type how many; or {text}* and then scan."),
    "number_or_code": N_(
        "{text} may be a quantity, and is the code of {name} too. Type ={text} for the quantity,"
        " 1*{text} for the goods. Nothing was counted."
    ),
    "payment_code": N_("That is a customer's payment code. Nothing was counted."),
    "not_in_books": N_("{code} is not in the books. Nothing was counted."),
    "which": N_("Which one? {names}. Type its code. Nothing was counted."),
    "which_of_many": N_("Which one? {names}, and more. Type its code. Nothing was counted."),
    "nothing_to_take_back": N_("There is nothing to take back."),
    "nothing_to_date": N_("Scan the goods first, then type their date. Nothing was changed."),
    # what cannot be done with a count
    "name_form": N_("A count has a name of at most {longest} letters. Nothing was changed."),
    "place_form": N_("A shelf has a name of at most {longest} letters. Nothing was changed."),
    "name_open": N_("Count {number} has the name “{name}” and is still open; go on with that one."),
    "not_there": N_("There is no count {number}."),
    "is_void": N_("Count {number} “{name}” is void; nothing is changed by it any more."),
    "is_approved": N_("Count {number} “{name}” is approved already; begin another one."),
    "posted_already": N_(
        "This item is approved in count {number} already. Begin another count to count it again."
    ),
    "nothing_to_approve": N_("There is nothing to approve in count {number} “{name}”."),
    "counted_since": N_(
        "Something was counted in count {number} “{name}” since the list was made. Nothing was"
        " posted; look at it again."
    ),
    # a row of a file
    "row_counted_already": N_(
        "it was counted already; say what becomes of it with --again add, replace or keep"
    ),
    "row_not_in_books": N_("its code is not in the books"),
    "row_no_quantity": N_("it has no quantity"),
    "row_quantity": N_("its quantity is below zero or too large"),
    "file_columns": N_(
        "{path}: a file of counted goods has the columns code and counted; this one has {columns}."
    ),
    # what moved while goods were counted
    "by_sale": N_("sale {number:06} {quantity}"),
    "by_document": "{document} {quantity}",
    "by_other": "{what} {quantity}",
    "kind_received": N_("received"),
    "kind_returned": N_("returned"),
    "kind_written_off": N_("written off"),
    "kind_moved": N_("moved"),
    "kind_repacked": N_("repacked"),
    "kind_put_aside": N_("put aside"),
    "kind_sold": N_("sold"),
    "kind_taken_over": N_("taken over"),
    "between": N_("While it was counted: {moved}."),
    "as_not_counted_yet": N_(
        "Taken as sold from a place not counted yet: {then} on hand. From a place counted before,"
        " the difference would be {other}."
    ),
    "as_counted_before": N_(
        "Taken as sold from a place counted before: {then} on hand. From a place not counted yet,"
        " the difference would be {other}."
    ),
    "since": N_("Since then {quantity}, which stays so."),
    "counted_by": N_("Counted: {runs}."),
    "run": "{quantity} ({by}, {at:time})",
    "recounted": N_("A recount: {before} before."),
    "other_lots": N_("{name} (other lots)"),
    "and_more": "…",
    "corrected_by": N_("Corrected since by {documents}, which is allowed for."),
    "state_open": N_("open"),
    "state_approved": N_("approved"),
    "state_void": N_("void"),
}
