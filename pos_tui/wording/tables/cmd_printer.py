"""What `pos-tui printer` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("Find out which letters the receipt printer has, and keep the answer."),
    "act_help": N_(
        "test: print the same rows in several encodings and as an image, each with a number"
    ),
    "encoding_help": N_("an encoding to try instead of the usual ones; may be given several times"),
    "answer_help": N_(
        "the numbers that are readable on the slip, like 1,7; print nothing, keep the answer"
    ),
    "as_help": N_("the slip as a picture, or as the printer's bytes, instead of printing it"),
    "out_help": N_("the file for the slip"),
    "where": N_("Say where the slip goes: --out FILE."),
    "written": N_("The slip is in {file}."),
    "no_printer": N_(
        "The till has no printer; look at the slip with --as png --out FILE, or set [printer] kind."
    ),
    "image": N_("image"),
    "question": N_(
        "Which numbers are readable on the paper? All of them, like 1,7; 0: none; Enter: later."
    ),
    "how_to_answer": N_(
        "Read the slip, then keep the answer: pos-tui printer test --answer N (all numbers that are readable, like 1,7)."
    ),
    "none_readable": N_(
        "Nothing was changed. Look up in the printer's manual which code page it has, then try: pos-tui printer test --encoding cp437."
    ),
    "no_such_number": N_("“{answer}” is no answer; the slip has the numbers 1 to {most}."),
    "as_before": N_("as before"),
    "kept": N_("Encoding: {encoding}; letters: {letters}. It is in {path}."),
    "no_pillow": N_(
        "Letters as an image need the extra: pip install 'pos-tui[pictures]'. The image part is left out."
    ),
    "no_shaping": N_(
        "Arabic, Hindi and Thai letters are not joined: Pillow finds no library fribidi (install libfribidi0)."
    ),
    "no_font": N_(
        "No font of this machine has these: {letters}. Name a file in [printer] font, or install fonts-noto and fonts-noto-cjk."
    ),
    "font_missing": N_("The font {path} is not there; the system's fonts are used."),
}
