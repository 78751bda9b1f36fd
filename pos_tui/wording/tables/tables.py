"""What is wrong with a table that comes from elsewhere, a CSV file or a workbook, or with a cell."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    # ---- a file of which nothing can be read ----
    "unreadable": N_("{path} cannot be read ({why}). Nothing was changed."),
    "a_folder": N_("{path} is a folder. Name the file in it. Nothing was changed."),
    "no_file": N_("{path} is no file that can be read as a table. Nothing was changed."),
    "empty": N_("{path} is empty. Nothing was changed."),
    "too_large": N_(
        "{path} is larger than {megabytes} MB. Divide it into several files. Nothing was changed."
    ),
    "too_large_unpacked": N_(
        "{path} is far larger inside than any shop's workbook, as a harmful file would be. It was not opened. Nothing was changed."
    ),
    "too_wide": N_(
        "{path} has more than {most} columns. Keep those that are needed and delete the others. Nothing was changed."
    ),
    "a_pdf": N_(
        "{path} is a PDF. Export the table as CSV or as a workbook (.xlsx). Nothing was changed."
    ),
    "packed": N_(
        "{path} is packed. Unpack it and name the file that was in it. Nothing was changed."
    ),
    "a_web_page": N_(
        "{path} is a web page or an XML file, whatever its name says. Open it in a spreadsheet and save it as a workbook (.xlsx). Nothing was changed."
    ),
    "no_text": N_(
        "{path} is neither text nor a workbook. Export the table as CSV or as a workbook (.xlsx). Nothing was changed."
    ),
    "no_workbook": N_(
        "{path} is packed and no workbook. Unpack it and name the file that was in it. Nothing was changed."
    ),
    "workbook_damaged": N_(
        "{path}: this workbook is damaged or not whole. Export it again, or open it in a spreadsheet and save it anew. Nothing was changed."
    ),
    "workbook_no_reader": N_(
        "{path} is a workbook; to read it, “pip install pos-tui[goods]”, or save it as CSV. Nothing was changed."
    ),
    "workbook_password": N_(
        "{path} is protected by a password. Save it without one. Nothing was changed."
    ),
    "workbook_unread": N_(
        "{path}: this workbook cannot be read; it is damaged, or too large. Open it in a spreadsheet and save the one sheet as CSV UTF-8. Nothing was changed."
    ),
    "no_sheet": N_("{path} has no sheet “{sheet}”; it has {sheets}. Nothing was changed."),
    "no_sheets": N_(
        "{path} is no workbook and has no sheets. Leave --sheet out. Nothing was changed."
    ),
    "no_header": N_(
        "{path}: none of its first lines names the columns that are needed; the nearest to it has {columns}. Nothing was changed."
    ),
    "damaged_text": N_(
        "{path} begins as {encoding} text, but most of it is none. Export it again. Nothing was changed."
    ),
    "not_in_encoding": N_(
        "{path} is not in {encoding}: line {line} cannot be read so. Nothing was changed."
    ),
    "no_such_encoding": N_("There is no encoding “{encoding}”. There are {encodings}."),
    "encoding_unclear": N_(
        "{path} is not UTF-8, and its encoding is not certain. In line {line} stands {candidates}. Name the right one, for example --encoding {encoding}, or save the file as UTF-8. Nothing was changed."
    ),
    "encoding_reading": N_("“{text}” in {encoding}"),
    "rejects_unwritable": N_(
        "{path}, which is to list the refused rows, cannot be written ({why}). Nothing was changed."
    ),
    # ---- a row that is none ----
    "row_width": N_("it has {count} cells where the header has {wanted}"),
    "row_cell_long": N_("one of its cells has more than {most} characters"),
    "row_bytes": N_("some of its letters are damaged"),
    "row_no_csv": N_("it is no line of CSV ({why})"),
    "row_quote": N_("a quotation mark in it is not closed or stands in the wrong place"),
    "row_quote_lost": P_(
        "a quotation mark in it is not closed or stands in the wrong place; with it {count} line is lost",
        "a quotation mark in it is not closed or stands in the wrong place; with it {count} lines are lost",
    ),
    # ---- a cell that does not hold what its column holds ----
    "no_number": N_("“{text}” is no number"),
    "number_unclear": N_(
        "“{text}” can be read in two ways, a thousand times apart; write it like 1234.00"
    ),
    "number_long": N_("“{text}” has too many digits"),
    "no_date": N_("“{text}” is no day; write it like 2026-11-22"),
    "date_unclear": N_(
        "“{text}” can be two days; say the order of the parts with --dates ({orders})"
    ),
    "date_order": N_("“{text}” is no day in the order {order}"),
}
