"""What a scanned code is and why, what is wrong with it, and with templates and layouts."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "voucher": N_("one of the shop's own vouchers: its check digits are right"),
    "voucher_misread": N_(
        "This is the number of a voucher, misread or mistyped: scan it again, or type all of it."
    ),
    # what a code is
    "gtin": N_("a GTIN-{length} with a right check digit"),
    "gtin_of_shops": N_(
        "a GTIN-{length} with a right check digit, of a range that shops give out themselves"
    ),
    "upc_e": N_("UPC-E with a right check digit"),
    "house_code": N_("a house code"),
    "house_code_or_gtin": N_("a house code, or a misread GTIN"),
    "house_code_or_payment": N_("a house code, or half a payment code"),
    "own_label": N_("the shop's own label {layout}: item {item}, {measures}"),
    "measured": N_("{measure} {value}"),
    "template": N_("the shop's template “{template}”"),
    "gs1_elements": N_("GS1 element strings: {elements}"),
    "gs1_link": N_("a GS1 Digital Link: {elements}"),
    "gs1_separated": N_("with a separator put back: {elements}"),
    "payment_format": N_("{format} ({source})"),
    "payment_application": N_("{format} of {application} ({source})"),
    # what makes one doubt it
    "doubts": "{doubts}",
    "doubted": N_("{why}: {doubt}"),
    "wrong_check_digit": N_("its check digit should be {right}, not {digit}"),
    "nearly_payment": N_("it is nearly a payment code; ask the customer to show it again"),
    "template_date": N_("{data} in it is no date"),
    "ai_cannot_be": N_("({ai}) {name} cannot be “{data}”"),
    "ai_no_date": N_("({ai}) {name} is no date: {data}"),
    "no_such_hour": N_("({ai}) use by has no such hour: {data}"),
    # why it is not used
    "unknown": N_("This is no code of this shop. Scan it again."),
    "nothing_read": N_("Nothing was read. Scan it again."),
    "add_on": N_("That was the small add-on. Scan the large code beside it."),
    "several_lines": N_("Several lines of text, not an item's code."),
    "too_long": N_("This is too long for a code. Scan one code at a time."),
    "two_in_one": N_("Two codes came as one. Scan each of them again."),
    "web_address": N_("A web address, not an item's code."),
    "collection_code": N_(
        "This is a shop's collection code. Ask the customer to open the payment code instead."
    ),
    "platform_not_accepted": N_("This shop does not take {platform}. Ask for another wallet."),
    "unknown_wallet": N_("A wallet's code, but not of one that this shop knows."),
    "gs1_unreadable": N_("A GS1 code that cannot be read. Scan it again."),
    "gs1_without_gtin": N_("It is a GS1 code without a product's number. Scan the product's own."),
    "gs1_wrong_gtin": N_(
        "Misread: the product's number in it has a wrong check digit. Scan it again."
    ),
    "gs1_damaged": N_("Misread: a weight, price, count or date in it is damaged. Scan it again."),
    "separator_lost": N_(
        "It is not certain where a field in it ends: the scanner sends no separator (GS). Scan its"
        " other bar code, or find it by name."
    ),
    "separator_stand_in": N_(
        "The scanner types “{separator}” where the separator GS belongs. Technician: with separator"
        " = '{separator}' in [scanner] of till.toml this code is read."
    ),
    "other_currency": N_(
        "Its price is in another currency (ISO 4217 {number}). Ask for its price here."
    ),
    "label_of_nothing": N_("Its label says nothing: 0. Weigh or label it again."),
    "price_decimals": N_(
        "Its label's price has more decimals than {currency} has. Label it again, or type its price."
    ),
    "measure_misread": N_("Misread: the {measure}'s check digit is wrong. Scan again."),
    "measure_too_much": N_("Its {measure} is more than a label can say. Label it again."),
    "measure_zero": N_("Its label says {measure} 0. Weigh or label it again."),
    "template_data": N_("Its data do not fit the template “{template}”."),
    "template_of_nothing": N_("Its label says nothing: 0 ({template}). Label it again."),
    # what stands in a code
    "measure_price": N_("price"),
    "measure_weight": N_("weight"),
    "measure_count": N_("count"),
    "ai": "({ai}) {name}",
    "ai_gtin": "GTIN",
    "ai_contents": N_("GTIN of the contents"),
    "ai_lot": N_("lot"),
    "ai_produced_on": N_("produced on"),
    "ai_best_before": N_("best before"),
    "ai_sell_by": N_("sell by"),
    "ai_use_by": N_("use by"),
    "ai_use_by_hour": N_("use by, with the hour"),
    "ai_serial": N_("serial number"),
    "ai_count": N_("count"),
    "ai_net_weight": N_("net weight"),
    "ai_price": N_("price"),
    "ai_data": N_("data"),
    # the shop's templates and layouts
    "template_field": N_("{template}: there is no field {{{field}}}; {fields}."),
    "template_expression": N_("{template}: “{text}” is no regular expression ({why})."),
    "template_too_open": N_(
        "{template}: say what may stand there instead of a dot with a repeat or a repeat within a"
        " repeat, like {example}."
    ),
    "template_without_item": N_("{template}: it must say where the item's name or code stands."),
    "clash": N_(
        "Template “{template}” would also take {other}: “{example}” fits both. Make it stricter,"
        " with a letter or a sign that only its codes have."
    ),
    "not_checkable": N_(
        "Template “{template}”: its pattern is too clever to be checked ({why}). Write it without"
        " that."
    ),
    "not_comparable": N_(
        "Template “{template}” cannot be compared with {other}: a pattern is too clever to be"
        " checked ({why}). Write it without that."
    ),
    "overlap_label": N_(
        "Labels of {layout} can look like {platform}'s payment codes ({example}). Where the last"
        " digit fits it is the label: 1 in 10 of such payment codes is taken for goods and does not"
        " pay. Ask the customer for a new code then."
    ),
    "overlap_two_labels": N_(
        "Two labels of {layout} that run together can look like one of {platform}'s payment codes"
        " ({example}). Where both last digits fit they are two labels: 1 in 100 of such payment"
        " codes does not pay."
    ),
    "overlap_item": N_(
        "{platform}'s payment codes can look like {other} ({example}). It is the payment code then;"
        " a scanner that sends AIM identifiers (]C1) tells them apart."
    ),
    "receipt": N_("The code on a receipt of this shop's tills: it names a sale."),
    "bar_codes": N_("a maker's bar code"),
    "gs1_codes": N_("a GS1 code"),
    "web_addresses": N_("a web address"),
    "platform_codes": N_("{platform}'s payment codes"),
    "label_codes": N_("labels of {layout}"),
    "template_codes": N_("codes of “{template}”"),
    "no_layout": N_(
        "“{layout}” is no layout: write 13 characters like 21IIIIIPPPPPC (a prefix 20-29, 02 or 04,"
        " then I item, P price or W grams or N count, V its check digit, C the last one), or 15 to"
        " 40 like 26IIIIIPPP.PPWW.WWWC (a point begins the decimals, X is anything)"
    ),
    "layout_check_digit": N_("“{layout}”: a check digit V goes with 4 or 5 digits of {letter}"),
    "layout_hidden": N_("“{layout}” never applies: “{other}” comes before it"),
    # settings of payments, and the table of formats
    "in_setting": N_("{setting}: {why}"),
    "layout_in_setting": N_("{setting}: {why}."),
    "no_platform": N_("there is no platform “{platform}”; there are {platforms}."),
    "weak_platform": N_(
        "the only format of “{platform}” is a weak one; payments.weak_formats lets it count."
    ),
    "formats_not_toml": N_("The payment formats are not valid TOML: {why}."),
    "formats_wrong": N_("The payment formats: {where}: {why}."),
    "formats_empty": N_("The table of payment formats is empty."),
    "formats_expression": N_(
        "The payment formats: “{id}”: “{pattern}” is no regular expression ({why})."
    ),
}
