"""What is wrong with a merchant in cloud.toml, in a file of its own, or in a file of accounts."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "there_already": N_("{path}: {merchant} is there already."),
    "other_name": N_("{path}: it holds {merchant}, so it must be {merchant}.toml."),
    "no_time_zone": N_(
        "{merchant}.key_before_until: say in which time zone, as 2026-11-22T04:00:00Z."
    ),
    "at": N_("{place}: {why}."),
    "empty_key": N_("{merchant}.key: it is empty, so anybody could sign as this merchant's tills."),
    "key_file_not_text": N_("{path}: this is not text; give the key in PEM form"),
    "key_file_unreadable": N_("{path}: cannot be read ({why})"),
    "cannot_be_kept": N_(
        "{merchant}: a value of this merchant cannot be kept in a file. Nothing was changed."
    ),
    "no_account": N_("{path}: there is no account in it, such as [{example}]."),
    "sealed_elsewhere": N_("it is sealed for another place; give the key itself"),
    "empty_secret": N_("it is empty; give the key, or leave it out"),
    "private_key_inside": N_("there is a private key in it; only what is public belongs here"),
}
