"""Labels for shelves and goods: what stands on them, and why one cannot be made."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    # on the label
    "was": N_("was {price}, now"),
    "per_kg": N_("{amount} per kg"),
    "per_l": N_("{amount} per litre"),
    "per_m": N_("{amount} per metre"),
    "use_by": N_("use by {day}"),
    "best_before": N_("best before {day}"),
    "lot": N_("lot {lot}"),
    # why not
    "no_zint": N_("Codes on labels need the extra: pip install 'pos-tui[labels]'."),
    "no_pillow": N_("Labels as pictures need the extra: pip install 'pos-tui[labels]'."),
    "no_symbol": N_("{code} cannot be drawn as a code."),
    "no_font": N_(
        "No font of this machine has the label's letters; name a font file with --font, or install fonts-noto-cjk."
    ),
    "bad_font": N_("The font {path} cannot be read."),
    "wrong_copies": N_("Labels are printed 1 to {most} at a time."),
    "wrong_lot": N_(
        "“{lot}” is no lot: at most {most} letters, digits and signs, as GS1 has them, and no spaces."
    ),
    "no_day": N_("The books have no lot {lot} of {name}; give its last day too."),
    "other_day": N_(
        "Lot {lot} of {name} is in the books with {day}; goods with another day need another lot."
    ),
    "past": N_("{name}: {day} is past. Nothing was printed; take these goods off the shelf."),
    # what was done
    "printed": P_(
        "{name}: {count} label went to the printer.", "{name}: {count} labels went to the printer."
    ),
    "put_into_file": N_("There is no printer; the label is in {path}."),
}
