"""The till's screen: header, panes, scan line."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "who": N_("{shop} · till {till} · {cashier}"),
    "who_for": N_("{shop} · till {till} · {cashier} · for {customer}"),
    "sale": N_("sale {number:06d}"),
    "title_list": N_("Settlement list"),
    "title_receipt": N_("Receipt"),
    "column_number": N_("#"),
    "column_item": N_("Item"),
    "column_quantity": N_("Qty"),
    "column_unit": N_("Unit"),
    "column_offer": N_("Offer"),
    "column_actual": N_("Actual"),
    "items": P_("{count} item", "{count} items"),
    "saved": N_("Saved {amount}"),
    "total": N_("TOTAL"),
    "basket_discount": N_("{name}: −{amount}"),
    "basket_offers": P_("{count} basket offer: −{amount}", "{count} basket offers: −{amount}"),
    "tax": N_("tax {amount}"),
    "title_expiry": N_("Expiry"),
    "nothing_expired": N_("✓ nothing expired"),
    "expired_on": N_("expired {day}"),
    "lot": N_("lot {lot}"),
    "taken_off": N_("taken off the list"),
    "dealt_with": N_("{key:confirm}: dealt with"),
    "dealt_with_more": N_("{key:confirm}: dealt with (+{count})"),
    "date_mixed": N_("! {name}: look at its date; some expired on {day}"),
    "date_past": N_("! {name}: past its date ({day}); show it to the customer"),
    "date_near": N_("· {name}: good until {day}"),
    "date_with_offer": N_("{note}, {offer}"),
    "title_payment": N_("Payment"),
    "no_payment": N_("no payment yet"),
    "how_to_pay": N_("Scan the customer's payment code, or press {key:pay} for cash."),
    "seconds": N_("{seconds} s"),
    "idle": N_("scan or type a code"),
    "help_has_all": N_("{key:help} has all"),
    "link_net": N_("net"),
    "link_redis": N_("redis"),
    "link_printer": N_("printer"),
    "link_disk": N_("disk"),
    "link_voice": N_("voice"),
    "link_clock": N_("clock"),
    "link_scanner": N_("scanner {name}"),
    "scanner_back": N_("The scanner {name} is back."),
    "scan_not_accepted": N_(
        "A code was scanned while a question is open; it was not taken. Answer it, or press {key:back}, then scan again."
    ),
    "not_sold": N_("✗ {code}: {why}"),
    "not_utf8": N_(
        "This terminal's locale is not UTF-8 ({encoding}): frames and marks are plain signs, and names may show ? for a letter. Set LANG to a UTF-8 one, like C.UTF-8, to see all."
    ),
    "no_command": N_("screen.keys: there is no command {name}; there are {names}."),
    "no_line_for_quantity": N_("There is no line. Type a number and * before a scan, like 3*."),
    "no_line_for_discount": N_("There is no line to give a discount on."),
    "no_line_for_why": N_("There is no line. Scan an item, then {key:why} says why it costs that."),
    "no_payment_under_way": N_("There is no payment under way any more."),
}
