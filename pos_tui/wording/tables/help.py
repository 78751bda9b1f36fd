"""The help page."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Help — {key:back} goes back, ↑↓ move"),
    "wrong_now": N_("! What is wrong now:"),
    "now_empty": N_(
        "Now: scan the goods, or type a code and press {key:confirm}. {key:find} finds an item by its name; {key:recall} takes up a sale that was put aside."
    ),
    "now_selling": N_(
        "Now: scan on. When all is on the list, scan the customer's payment code, or press {key:pay} for cash. {key:quantity} changes how many, {key:discount} gives a discount, {key:remove} takes the selected line off."
    ),
    "now_expired": N_(
        "Now: an item is past its date and is off the list. Put it aside, then press {key:confirm} on the empty line. No payment is taken before that."
    ),
    "now_pending": N_(
        "Now: the payment is under way and the list is closed. {key:confirm} asks at once how it stands, {key:hold} serves the next customer meanwhile, {key:void} gives the payment up. Until its end is known the customer may have been charged."
    ),
    "now_part": N_(
        "A part of this sale is paid, so its list is closed. {key:pay} takes the rest, or scan a payment code. {key:void} gives back what is paid, {key:hold} serves the next customer meanwhile."
    ),
    "now_cash": N_(
        "Now: type what the customer gives and press {key:confirm}. {key:confirm} alone, or =, is the exact amount; {key:pay} offers the next note. A payment code that is scanned pays by wallet."
    ),
    "now_paid": N_(
        "Now: the sale is paid; the next scan begins the next one. {key:receipt} prints the receipt again."
    ),
    "now_closed": N_(
        "Nobody is at the till. Type your PIN and press {key:confirm}, or scan your badge; what is scanned meanwhile goes on the list then."
    ),
    "now_question": N_(
        "Now: a question is open. Type the answer and press {key:confirm}; {key:back} leaves it."
    ),
    "lamps": N_("The words beside the scan line (● well, ✗ not, ○ not known yet):"),
    "lamp_gateway": N_("the payment gateway: without it wallets cannot be taken"),
    "lamp_redis": N_("Redis: tells at once that money has come; without it the gateway is asked"),
    "lamp_printer": N_("the receipt printer"),
    "lamp_disk": N_("the disk with the shop's books"),
    "lamp_voice": N_("the voice, which says what must be heard"),
    "lamp_clock": N_("this machine's clock"),
    "lamp_scale": N_("the scale: without it weights are typed, with permission"),
    "lamp_scanner": N_("a scanner with a device of its own: {name}"),
    "a_sale": N_("Scan the goods, scan the customer's payment code. That is a sale."),
    "times": N_("before a scan: three of it"),
    "confirms": N_("confirms an expired item; asks after a payment that hangs"),
    "manual": N_("The manual; a letter opens its page:"),
    "manual_keys": N_("↑↓ {key:page_up} {key:page_down} move · {key:back} back"),
}
