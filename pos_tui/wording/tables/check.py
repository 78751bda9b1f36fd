"""What checks are called, and what they say of clocks."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "subject_redis": "redis",
    "subject_settings": N_("settings"),
    "subject_program": N_("program"),
    "subject_lock": N_("till"),
    "subject_disk": N_("disk"),
    "subject_payments": N_("payments"),
    "subject_goods": N_("goods"),
    "subject_terminal": N_("terminal"),
    "subject_books": N_("books"),
    "subject_receipts": N_("receipts"),
    "subject_backup": N_("backup"),
    "subject_printer": N_("printer"),
    "subject_gateway": N_("gateway"),
    "subject_gateway_clock": N_("gateway clock"),
    "subject_users_file": N_("users file"),
    "subject_way_to_redis": N_("way to redis"),
    "subject_version": N_("version"),
    "subject_journal": N_("journal"),
    "subject_default_user": N_("default user"),
    "subject_users": N_("users"),
    "subject_aclfile": "aclfile",
    "subject_functions": N_("functions"),
    "subject_memory": N_("memory"),
    "subject_clock": N_("clock"),
    "the_gateway": N_("the gateway"),
    "clock_right": N_("The clock of {whose} goes with this machine's."),
    "clock_ahead": N_(
        "The clock of {whose} is {seconds} s ahead of this machine's; beyond five minutes orders are refused."
    ),
    "clock_behind": N_(
        "The clock of {whose} is {seconds} s behind this machine's; beyond five minutes orders are refused."
    ),
    "no_end": N_("This check did not end within {seconds} s, so its result is not known."),
    "do_no_end": N_("Look at what it waits for: a disk or a network share that hangs, a server."),
    "no_access": N_("This could not be looked at: {why}"),
    "do_access": N_("See that whoever runs this may read and write the folder of the till."),
    "crashed": N_("The check itself failed: {why}"),
    "do_report": N_("Tell whoever looks after the program, with this line."),
    "do_set_clocks": N_("Have both machines set their clocks by the network (NTP)."),
}
