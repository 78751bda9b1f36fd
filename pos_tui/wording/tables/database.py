"""Why the database of the orders cannot be used."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "postgres_url": N_("the PostgreSQL URL cannot be read; percent-encode what is special in it"),
    "postgres": N_("PostgreSQL cannot be used: {why}"),
    "cannot_open": N_("{path}: the database cannot be opened ({why})."),
}
