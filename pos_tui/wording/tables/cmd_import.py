"""What `pos-tui import` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "help": N_(
        "Import products from a CSV file; good rows are kept, refused ones listed with their"
        " reason."
    ),
    "file_help": N_("a CSV file with a header line"),
    "map_help": N_(
        "which column holds code, name, price, unit, size, category, initials, offer, lot,"
        " shelf_life_days, produced_on, expires_on, on_hand or updated_at, where its name does not"
        " tell"
    ),
    "map": N_("FIELD=COLUMN"),
    "dry_run_help": N_("only say what would be imported"),
    "json_help": N_("the last line as one JSON object"),
    "done": P_(
        "{count} product imported, {unchanged} unchanged, {refused} rows refused.",
        "{count} products imported, {unchanged} unchanged, {refused} rows refused.",
    ),
    "done_with_rejects": P_(
        "{count} product imported, {unchanged} unchanged, {refused} rows refused (see {path}).",
        "{count} products imported, {unchanged} unchanged, {refused} rows refused (see {path}).",
    ),
    "would": P_(
        "{count} product would be imported, {refused} rows refused.",
        "{count} products would be imported, {refused} rows refused.",
    ),
    "would_with_rejects": P_(
        "{count} product would be imported, {refused} rows refused (see {path}).",
        "{count} products would be imported, {refused} rows refused (see {path}).",
    ),
}
