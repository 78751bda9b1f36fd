"""`pos-tui voice`."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("What the till's voice sounds like: a sample of each kind, or a text."),
    "text": N_("TEXT"),
    "text_help": N_("what is to be said instead of the samples"),
    "kind_help": N_("another voice than the one that is set"),
    "file": N_("FILE"),
    "to_help": N_("write a sound file (WAV) and say nothing"),
    "demo_help": N_("the voice of the demo shop"),
    "tones_have_no_words": N_("Tones say no text. Leave the text out, or choose another voice."),
    "no_file": N_("The voice '{kind}' makes no sound files. Try --kind espeak or --kind tones."),
    "written": N_("Written to {file}"),
    "not_written": N_("{file} cannot be written ({why})."),
}
