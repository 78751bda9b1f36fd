"""What `pos-tui receipt` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("A receipt again, in many forms; a sample of it; or whether one is genuine."),
    "sale": N_("SALE"),
    "sale_help": N_(
        "the sale's number, without one what is not on paper; verify: tell whether the receipt in PHOTO is genuine; key: the key for that, for another machine"
    ),
    "photo": N_("PHOTO"),
    "photo_help": N_(
        "with verify: a picture of a receipt, the text of its QR code, or - to read that"
    ),
    "as_help": N_("how it is written; json is the receipt data file, escpos the printer's bytes"),
    "preview_help": N_("a sample as on this shop's paper, instead of a sale's receipt"),
    "file": N_("FILE"),
    "out_help": N_("write it here, and not to standard output"),
    "font_help": N_("for png: a font file with the letters that are needed"),
    "key_help": N_(
        "with verify: keys of other tills, as `pos-tui receipt key` gives them, one a line"
    ),
    "json_help": N_("as JSON: the list a line each, the receipt data file, or what verify found"),
    "demo_help": N_("a receipt of the demo shop"),
    "damaged": N_(
        "The receipt data file {path} is damaged. pos-tui explain says what the sale was."
    ),
    "no_receipt": N_("There is no receipt of sale {sale} in {folder}."),
    "which": N_("“{text}” is no sale's number; write one, verify PHOTO, key, or --preview."),
    "not_written": N_("{path} cannot be written: {why}."),
    "verify_what": N_("Name the picture of the receipt, or the text of its QR code."),
    "bad_key": N_("{path} has no keys as `pos-tui receipt key` gives them."),
    "no_key": N_(
        "There is no journal key in {folder}, so receipts cannot be proved here. Name the till's key with --key."
    ),
    "key_warning": N_(
        "Keep it secret: whoever has it can make receipts that look genuine. It opens nothing else."
    ),
    "no_sealed": N_("There is no QR code of a sealed receipt in it."),
    "verdict_genuine": N_("✓ GENUINE: {code} was made by this till, or by one whose key is here."),
    "verdict_changed": N_("✗ CHANGED: {code} has this till's mark, and its content was altered."),
    "verdict_foreign": N_(
        "✗ FOREIGN: {code} was made by a till whose key is not here, or by nobody."
    ),
    "other_code": N_("✗ The bars on the same paper are of another receipt: {code}."),
    "compare": N_("This is what was sold and paid; the paper must say the same:"),
    "unproven": N_("This is what it claims, and nothing of it is proved:"),
    "without_lines": N_("({count} lines, too many for the code)"),
}
