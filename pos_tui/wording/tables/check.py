"""What checks are called, and what they say of clocks."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "subject_redis": "redis",
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
    "do_set_clocks": N_("Have both machines set their clocks by the network (NTP)."),
}
