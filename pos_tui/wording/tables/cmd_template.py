"""`pos-tui template`."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("The shop's own templates of codes: where name, price or shelf life stand in them."),
    "name": N_("TEMPLATE"),
    "pattern": N_("PATTERN"),
    "code": N_("CODE"),
    "act_help": N_("add checks a template before it is saved"),
    "name_help": N_("its name, or a layout of labels like 26IIIIIPPPPPWWWWWC, which has none"),
    "pattern_help": N_("a regular expression with {fields}, or with named groups"),
    "example_help": N_("a code that it must read; shown as read"),
    "which": N_("Say which: pos-tui template {act} TEMPLATE."),
    "which_pattern": N_("Say what its codes look like: pos-tui template add TEMPLATE PATTERN."),
    "none": N_("The shop has no templates; `pos-tui template add TEMPLATE PATTERN` adds one."),
    "there_already": N_("There is a template “{name}” already; remove it first."),
    "not_there": N_("There is no template “{name}”."),
    "not_saved": N_("{why} Nothing was saved."),
    "example_does_not_fit": N_("“{example}” does not fit the pattern. Nothing was saved."),
    "saved": N_("Template “{name}” is saved in {path}."),
    "layout_saved": N_("Layout {layout} is saved in {path}."),
    "layout_removed": N_("Layout {layout} is removed from {path}."),
    "layout_there_already": N_("There is a layout {layout} already."),
    "no_such_layout": N_("There is no layout {layout}."),
    "layout_not_saved": N_("{why}. Nothing was saved."),
    "removed": N_("Template “{name}” is removed from {path}."),
}
