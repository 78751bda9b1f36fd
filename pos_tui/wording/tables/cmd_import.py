"""What `pos-tui import` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "help": N_(
        "Import products from a CSV file or a spreadsheet; good rows are kept, refused ones listed"
        " with their reason."
    ),
    "file_help": N_("a CSV file or a workbook (.xlsx, .xls, .ods) with a line of column names"),
    "map_help": N_(
        "which column holds a field (code, name, price, …), where its name does not tell; once"
        " more for a second column of codes; FIELD= for none"
    ),
    "map": N_("FIELD=COLUMN"),
    "sheet_help": N_("the sheet of a workbook"),
    "sheet": N_("NAME"),
    "encoding_help": N_("how a text file is encoded, like cp1252, big5 or gb18030"),
    "dates_help": N_("how days like 03/04/2026 are meant"),
    "codes_help": N_(
        "how bar codes stand in the file; without-check-digit: the last digit is missing"
    ),
    "dry_run_help": N_("only show what would be imported"),
    "json_help": N_("the last line as one JSON object"),
    "wrong_map": N_("--map {text}: write it like price=SALEPRICE."),
    # what the file is taken for
    "exporter": N_("{path}: as {name} exports it."),
    "new_layout": N_("{path}: columns that were not imported here before."),
    "known_layout": N_("{path}: columns as they were imported before."),
    "sheet_read": N_("Sheet “{sheet}”."),
    "encoding_read": N_("Read as {encoding}."),
    "column": N_("{field} from “{column}”"),
    "unused": N_("Not used: {columns}."),
    "first_goods": N_("The first of them:"),
    "progress": N_("{done} of {count} rows"),
    "staging": P_("sorting {count} product", "sorting {count} products"),
    "written": N_("{done} of {count} products written"),
    "indexed": N_("{done} of {count} products ready for searching"),
    "no_pinyin": N_(
        "The names are Chinese and pypinyin is not installed: goods are found by their characters"
        " and codes, not by pinyin. “pip install pos-tui[goods]”, then import the file again."
    ),
    "good_until": N_("good until {day}"),
    "in_stock": N_("{quantity} in stock"),
    # what was odd
    "doubt": P_(
        "line {line}: {why} ({count} row)",
        "line {line}: {why} ({count} rows alike)",
    ),
    "lost": P_(
        "{count} line of the file is part of no row and was left out.",
        "{count} lines of the file are part of no row and were left out.",
    ),
    "codes_elsewhere": P_(
        "{count} further code names another product in the books and was left there.",
        "{count} further codes name other products in the books and were left there.",
    ),
    "deposits_unknown": P_(
        "The deposit of {count} product is no product of the books and was left out.",
        "The deposits of {count} products are no products of the books and were left out.",
    ),
    "stock_changed": P_(
        "The stock of {count} product or lot was another and is now as in the file.",
        "The stock of {count} products and lots was another and is now as in the file.",
    ),
    "codes_lack": N_(
        "{lacking} of {total} long codes have no right check digit, as in tills that leave it out. They were refused. Import the file again with --codes without-check-digit to have the"
        " check digits added, or with --codes as-written to keep the codes as they stand."
    ),
    "layouts_unwritable": N_("{path} cannot be written ({why}); the columns are not remembered."),
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
