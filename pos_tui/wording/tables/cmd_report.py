"""What `pos-tui report` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("What was earned on a day, in a week, a month or a year."),
    "period": N_("PERIOD"),
    "length_help": N_(
        "day, week, month or year, and a day of it like 2026-11-28; today where nothing is said"
    ),
    "date": N_("DATE"),
    "by_help": N_("what the rows are; else the hours, the days or the months of the period"),
    "category": N_("CATEGORY"),
    "category_help": N_("the products of one category"),
    "moment": N_("MOMENT"),
    "at_help": N_(
        "what the report said then: 2026-11-28T14:03, in the shop's time where it names no zone"
    ),
    "as_help": N_("text, json (amounts in minor units), csv, or xlsx, which needs --output"),
    "output_help": N_("the file to write; else the terminal, or the next program"),
    "demo_help": N_("the demo shop's books"),
    "no_length": N_("“{text}” is no period and no date. Periods: {lengths}; a date: 2026-11-28."),
    "not_a_date": N_("“{text}” is not a date. Write it like 2026-11-28."),
    "not_a_moment": N_("“{text}” is not a moment. Write it like 2026-11-28T14:03."),
    "word_too_much": N_("There is one word too many: “{word}”."),
    "needs_file": N_("A workbook is written to a file: add --output report.xlsx."),
    "no_xlsxwriter": N_(
        "A workbook needs XlsxWriter: “pip install pos-tui[goods]”. csv can be written without it."
    ),
    "unwritable": N_("{path} cannot be written: {why}. The file that was there is as it was."),
    "written": N_("The report is written to {path}."),
}
