"""Themes that cannot be used."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "cannot_be_used": N_("The theme {path} cannot be used: {why}."),
    "lacks_style": N_("The theme {path} lacks the style {style}."),
    "not_there": N_("There is no theme “{name}”; there are {names}."),
    "dark_instead": N_("{why} The dark theme is shown instead."),
}
