"""What is wrong with a table that comes from elsewhere: a CSV file or a workbook."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "unreadable": N_("{path} cannot be read ({why}). Nothing was changed."),
    "rejects_unwritable": N_(
        "{path}, which is to list the refused rows, cannot be written ({why}). Nothing was changed."
    ),
    "no_encoding": N_("{path} is neither UTF-8 nor GB18030 text; save it as UTF-8."),
    "no_header": N_(
        "{path}: none of its first lines names the columns that are needed; the nearest to it has {columns}. Nothing was changed."
    ),
    "row_width": N_("it has {count} cells where the header has {wanted}"),
    "no_number": N_("“{text}” is no number"),
    "no_date": N_("“{text}” is no date"),
}
