"""`pos-tui offers`."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "help": N_("The shop's offers: listed, imported from a file, written to one, tried on sales."),
    "act_help": N_(
        "list; import FILE, a TOML file of offers, all of it or nothing; export FILE (- or"
        " none: to standard output); preview FILE, on past sales; remove NAME"
    ),
    "word": N_("WORD"),
    "words_help": N_("the file, or the offer's name"),
    "dry_run_help": N_("import: only check the file"),
    "days_help": N_("preview: how far back (default 7)"),
    "json_help": N_("list: one JSON object a line; preview: one; amounts in minor units"),
    "demo_help": N_("the demo shop's offers"),
    # what is wrong with the command
    "which_file": N_("Say from which file: pos-tui offers {act} FILE."),
    "which_offer": N_("Say which: pos-tui offers remove NAME."),
    "word_too_much": N_("“{word}” is one word too much for pos-tui offers {act}."),
    "wrong_days": N_("--days is a number of days from 1 to {most}."),
    "no_books": N_("There are no books in {folder}; import the shop's goods first."),
    "no_demo_books": N_("There are no books in {folder}; open the demo shop once."),
    "wrong_offer": N_("{file}: {why} Nothing was changed."),
    "wrong_file": N_("{why} Nothing was changed."),
    "not_utf8": N_("{file} is not UTF-8 text; save it as UTF-8."),
    "not_read": N_("{file} cannot be read ({why})."),
    "not_written": N_("{file} cannot be written ({why})."),
    "no_file_name": N_("its name is no file's"),
    # the list
    "none": N_("The shop has no offers; `pos-tui offers import FILE` adds some."),
    "state_now": N_("now"),
    "state_not_now": N_("not now"),
    "state_over": N_("over"),
    "state_used_up": N_("used up"),
    "on": N_("on {goods}"),
    "but": N_("but not {goods}"),
    "everything": N_("all"),
    "names": "{names}",
    "names_and_more": N_("{names} and {count} more"),
    "coupon": N_("coupon {code}"),
    "min_quantity": P_("from {count} piece", "from {count} pieces"),
    "min_amount": N_("from {amount}"),
    "limit": N_("at most {count} in a sale"),
    "limit_total": N_("{used} of {total} used"),
    # what was done
    "would_be_kept": P_(
        "{count} offer is right and would be kept. Nothing was changed.",
        "{count} offers are right and would be kept. Nothing was changed.",
    ),
    "kept": P_(
        "{count} offer is kept; it holds from the next sale on.",
        "{count} offers are kept; they hold from the next sale on.",
    ),
    "there_already": P_("{count} offer is there already.", "{count} offers are there already."),
    "all_there": N_("The shop has all of them already; nothing was changed."),
    "none_to_export": N_("There are no offers to export; no file was written."),
    "left_out_over": P_("{count} offer is over: left out.", "{count} offers are over: left out."),
    "left_out_goods": P_(
        "{count} offer is from a goods file, which has it: left out.",
        "{count} offers are from a goods file, which has them: left out.",
    ),
    "written": P_("{count} offer is written to {file}.", "{count} offers are written to {file}."),
    "not_there": N_("There is no offer “{name}”; `pos-tui offers list` lists them."),
    "removed": P_(
        "“{name}” is removed, from the next sale on.",
        "“{name}” is removed ({count} of that name), from the next sale on.",
    ),
}
